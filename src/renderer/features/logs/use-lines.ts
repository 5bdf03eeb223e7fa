import { useEffect, useRef, useState } from 'react'
import type { LogRow } from '#shared/contract/log-views.ts'
import { plainText } from './ansi.ts'
import { logApi } from './log-api.ts'
import type { RowWindowControl } from './row-window.ts'
import type { LogView } from './use-log-view.ts'

export type LinePlace = { readonly at: number; readonly id: number }
/** What stands below a row that was opened; null: on its way. */
export type OpenLine = { readonly text: string; readonly cut: boolean; readonly trace: readonly string[] } | null

/** More lines go into a file, not onto the clipboard. */
export const mostCopied = 10_000

/** The line that keys act on, the lines marked from it to another, and the lines that are open. */
export function useLines(view: LogView, control: RowWindowControl) {
  const [cursor, setCursor] = useState<LinePlace | null>(null)
  const [mark, setMark] = useState<LinePlace | null>(null)
  const [open, setOpen] = useState<ReadonlyMap<number, OpenLine>>(new Map())
  const { viewId } = view
  useEffect(() => {
    setCursor(null)
    setMark(null)
    setOpen(new Map())
  }, [viewId])
  // Rows before may have changed their place: the cursor goes with its row where that is still held.
  const layout = view.state?.layout
  const held = useRef(layout)
  useEffect(() => {
    if (held.current === layout) return
    held.current = layout
    if (viewId === null) return
    const follow = async (place: LinePlace | null, set: (place: LinePlace | null) => void) => {
      if (!place) return
      const { from, rows } = await logApi.rows({ viewId, from: { id: place.id, offset: 0 }, count: 1 })
      set(rows[0]?.id === place.id ? { at: from, id: place.id } : null)
    }
    follow(cursor, setCursor).catch(() => setCursor(null))
    follow(mark, setMark).catch(() => setMark(null))
  }, [layout]) // oxlint-disable-line react/exhaustive-deps -- only another layout moves them

  const choose = (at: number, extend: boolean) => {
    const row = control.rowAt(at)
    if (!row) return
    setMark(extend ? (mark ?? cursor ?? { at, id: row.id }) : null)
    setCursor({ at, id: row.id })
  }
  const toggle = (row: LogRow) => {
    const next = new Map(open)
    if (next.delete(row.id)) return setOpen(next)
    const whole = row.more === 0 && row.folded === 0
    next.set(row.id, whole ? { text: plainText(row.text), cut: false, trace: [] } : null)
    setOpen(next)
    if (whole || viewId === null) return
    logApi.line({ viewId, id: row.id }).then(
      (line) => setOpen((now) => (now.has(row.id) ? new Map(now).set(row.id, { ...line, text: plainText(line.text) }) : now)),
      () => setOpen((now) => without(now, row.id)),
    )
  }
  const range = (): readonly [number, number] | null =>
    cursor === null ? null : mark === null ? [cursor.at, cursor.at] : [Math.min(cursor.at, mark.at), Math.max(cursor.at, mark.at)]

  return {
    cursor,
    mark,
    open,
    choose,
    toggle,
    range,
    clear: () => {
      setMark(null)
      setCursor(null)
    },
    setMark: () => setMark(mark ? null : cursor),
    setCursor,
    /** The marked lines, those that are not on the page too. */
    marked: async (): Promise<LogRow[]> => {
      const at = range()
      if (!at || viewId === null) return []
      const rows: LogRow[] = []
      const end = Math.min(at[1] + 1, at[0] + mostCopied)
      while (at[0] + rows.length < end) {
        const from = at[0] + rows.length
        const answer = await logApi.rows({ viewId, from, count: Math.min(1000, end - from) })
        if (answer.rows.length === 0) break
        rows.push(...answer.rows)
      }
      // Lines that a row shows only in part are copied in full.
      return Promise.all(
        rows.map(async (row) => {
          if (row.more === 0 && row.folded === 0) return row
          const line = await logApi.line({ viewId, id: row.id })
          return { ...row, text: [line.text, ...line.trace].join('\n') }
        }),
      )
    },
  }
}
export type Lines = ReturnType<typeof useLines>

function without(map: ReadonlyMap<number, OpenLine>, id: number): ReadonlyMap<number, OpenLine> {
  const next = new Map(map)
  next.delete(id)
  return next
}
