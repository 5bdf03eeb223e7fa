import type { ITheme } from '@xterm/xterm'

/** The page's tokens as xterm wants them. */
export function terminalTheme(): ITheme {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const
  const plain = Object.fromEntries(colours.map((name) => [name, token(`ansi-${name}`)]))
  const bright = Object.fromEntries(colours.map((name) => [`bright${name[0]?.toUpperCase()}${name.slice(1)}`, token(`ansi-${name}`)]))
  return {
    background: token('bg'),
    foreground: token('fg'),
    cursor: token('accent-fg'),
    cursorAccent: token('bg'),
    selectionBackground: token('bg-select'),
    selectionForeground: token('fg'),
    selectionInactiveBackground: token('bg-press'),
    scrollbarSliderBackground: token('line-2'),
    scrollbarSliderHoverBackground: token('n-7'),
    scrollbarSliderActiveBackground: token('n-8'),
    ...plain,
    ...bright,
  }
}

export function terminalFont() {
  const style = getComputedStyle(document.documentElement)
  return { fontFamily: style.getPropertyValue('--font-mono').trim() || 'monospace', fontSize: 12, lineHeight: 1.3 }
}

/** Calls back when the theme becomes another one. Returns the way out. */
export function onTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  dark.addEventListener('change', listener)
  return () => {
    observer.disconnect()
    dark.removeEventListener('change', listener)
  }
}
