import { FitAddon } from '@xterm/addon-fit'
import { Terminal as Xterm } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { useEffect, useRef } from 'react'
import { api } from '../../api/client.ts'
import { onTheme, terminalFont, terminalTheme } from './look.ts'
import { openShellLine } from './shell-line.ts'
import { openUnderPolicy } from './style-sheets.ts'

type TerminalProps = {
  readonly id: string
  readonly node: string
  readonly label: string
  /** The shell is there. */
  readonly onOpen: () => void
  /** The shell ended by itself (`exitCode`) or was lost (`error`). */
  readonly onEnd: (end: { readonly exitCode: number | null } | { readonly error: unknown }) => void
  /** The key that leaves the terminal was pressed. */
  readonly onLeave: () => void
}

/** A terminal on a shell in a node: opened when shown first, ended when it goes. */
export function Terminal({ id, node, label, onOpen, onEnd, onLeave }: TerminalProps) {
  const frame = useRef<HTMLDivElement>(null)
  const shown = useRef<Xterm>(null)
  const heard = useRef({ onOpen, onEnd, onLeave })
  useEffect(() => {
    heard.current = { onOpen, onEnd, onLeave }
  })
  useEffect(() => {
    const element = frame.current
    if (!element) return
    let over = false
    const xterm = new Xterm({
      ...terminalFont(),
      theme: terminalTheme(),
      cursorBlink: false,
      scrollback: 5000,
      screenReaderMode: true,
      minimumContrastRatio: 4.5,
      // What a program in a node prints is no reason to open anything.
      linkHandler: { activate: () => {} },
    })
    const fit = new FitAddon()
    xterm.loadAddon(fit)
    openUnderPolicy(xterm, element)
    shown.current = xterm
    fit.fit()
    xterm.attachCustomKeyEventHandler((event) => keyIsForShell(event, xterm, () => heard.current.onLeave()))
    const line = openShellLine(
      { id, node, rows: xterm.rows, cols: xterm.cols },
      (data) => new Promise((resolve) => (over ? resolve() : xterm.write(data, resolve))),
      api.shell,
    )
    xterm.onData(line.type)
    xterm.onResize(({ rows, cols }) => line.resize({ rows, cols }))
    void line.opened.then(() => !over && heard.current.onOpen())
    line.ended.then(
      (end) => !over && heard.current.onEnd(end),
      (error: unknown) => !over && heard.current.onEnd({ error }),
    )
    // Another tab is shown: it has no size to fit into.
    const sizes = new ResizeObserver(() => element.clientWidth > 0 && fit.fit())
    sizes.observe(element)
    const unfollow = onTheme(() => (xterm.options.theme = terminalTheme()))
    // Not out of the hands of who walks the tabs by keyboard, and a terminal keeps the keys.
    if (document.activeElement?.matches(':focus-visible') !== true) xterm.focus()
    return () => {
      over = true
      unfollow()
      sizes.disconnect()
      line.close()
      xterm.dispose()
    }
  }, [id, node])
  // Its own: words of another language must not end the shell.
  useEffect(() => {
    shown.current?.textarea?.setAttribute('aria-label', label)
  }, [id, node, label])
  // The inner one without a border or padding: what is fitted into it is its whole size.
  return (
    <div className="shell-screen">
      <div ref={frame} className="shell-frame" />
    </div>
  )
}

/** False: the key is the page's. A terminal takes every key, Tab too, so one must lead out: https://www.w3.org/WAI/WCAG22/Understanding/no-keyboard-trap.html */
function keyIsForShell(event: KeyboardEvent, xterm: Xterm, leave: () => void): boolean {
  if (!event.ctrlKey || !event.shiftKey || event.altKey || event.metaKey) return true
  switch (event.code) {
    case 'KeyL':
      event.preventDefault()
      if (event.type === 'keydown') leave()
      return false
    case 'KeyC':
      event.preventDefault()
      if (event.type === 'keydown' && xterm.hasSelection()) void navigator.clipboard.writeText(xterm.getSelection())
      return false
    case 'KeyV':
      // The browser pastes, xterm takes what was pasted.
      return false
    default:
      return true
  }
}
