import { useEffect, useRef, useState } from 'react'
import type { LogRow } from '#shared/contract/logs.ts'
import { inBatches } from './in-batches.ts'
import { logApi } from './log-api.ts'
import type { RowWindowControl } from './row-window.ts'
import { useInTurn } from './use-in-turn.ts'
import type { LogView } from './use-log-view.ts'

export type LinePlace = { readonly at: number; readonly id: number; readonly time?: string | null }
/** What stands below a row that was opened; null: on its way. */
export type OpenLine = { readonly text: string; readonly cut: boolean; readonly trace: readonly string[] } | null

type Held = {
  readonly viewId: string | null
  readonly cursor: LinePlace | null
  readonly mark: LinePlace | null
  readonly open: ReadonlyMap<number, OpenLine>
}
const nothing: Held = { viewId: null, cursor: null, mark: null, open: new Map() }

/** More lines go into a file, not onto the clipboard. */
const mostCopied = 10_000

/** The line that keys act on, the lines marked from it to another, and the lines that are open. */
export function useLines(view: LogView, control: RowWindowControl) {
  const { viewId } = view
  const [held, hold] = useState<Held>({ ...nothing, viewId })
  // What was chosen in a view that is gone is chosen no more.
  const { cursor, mark, open } = held.viewId === viewId ? held : nothing
  const set = (part: Partial<Held>) => hold((was) => ({ ...(was.viewId === viewId ? was : nothing), ...part, viewId }))
  const setCursor = (place: LinePlace | null) => set({ cursor: place })
  const setMark = (place: LinePlace | null) => set({ mark: place })
  // Rows before may have changed their place: the cursor goes with its row where that is still held.
  const layout = view.state?.layout
  const follow = async (which: 'cursor' | 'mark') => {
    const place = which === 'cursor' ? cursor : mark
    if (viewId === null || !place) return
    const at = await logApi.rows({ viewId, from: { id: place.id, offset: 0 }, count: 1 }).then(
      ({ from, rows }) => (rows[0]?.id === place.id ? from : null),
      () => null,
    )
    // Another line may have been chosen meanwhile, or another log.
    hold((was) =>
      was.viewId === viewId && was[which]?.id === place.id ? { ...was, [which]: at === null ? null : { ...was[which], at } } : was,
    )
  }
  useInTurn(
    viewId === null || layout === undefined ? null : `${viewId}/${layout}`,
    async () => void (await Promise.all([follow('cursor'), follow('mark')])),
  )

  // What has been opened is brought into view.
  const opened = useRef(open)
  useEffect(() => {
    const more = [...open].some(([id, line]) => line !== opened.current.get(id))
    opened.current = open
    if (more && cursor) control.show(cursor.at)
  }, [open]) // oxlint-disable-line react/exhaustive-deps -- only opening moves anything

  const choose = (at: number, extend: boolean) => {
    const row = control.rowAt(at)
    if (!row) return
    const place = { at, id: row.id, time: row.time }
    set({ mark: extend ? (mark ?? cursor ?? place) : null, cursor: place })
  }
  const fill = (change: (open: Held['open']) => Held['open']) =>
    hold((was) => (was.viewId === viewId ? { ...was, open: change(was.open) } : was))
  const toggle = (row: LogRow) => {
    const next = new Map(open)
    // At the end what opens would push its own row up.
    control.hold(!open.has(row.id))
    if (next.delete(row.id)) return set({ open: next })
    const whole = row.more === 0 && row.folded === 0
    next.set(row.id, whole ? { text: row.text, cut: false, trace: [] } : null)
    set({ open: next })
    if (whole || viewId === null) return
    logApi.line({ viewId, id: row.id }).then(
      (line) => fill((now) => (now.has(row.id) ? new Map(now).set(row.id, line) : now)),
      () => fill((now) => without(now, row.id)),
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
    clear: () => set({ cursor: null, mark: null }),
    setMark: () => setMark(mark ? null : cursor),
    setCursor,
    /** The marked lines, those that are not on the page too, up to a bound; `marked` is how many there are. */
    marked: async (): Promise<{ readonly rows: readonly LogRow[]; readonly marked: number }> => {
      const at = range()
      if (!at || viewId === null) return { rows: [], marked: 0 }
      const rows: LogRow[] = []
      const end = Math.min(at[1] + 1, at[0] + mostCopied)
      while (at[0] + rows.length < end) {
        const from = at[0] + rows.length
        const answer = await logApi.rows({ viewId, from, count: Math.min(1000, end - from) })
        if (answer.rows.length === 0) break
        rows.push(...answer.rows)
      }
      // Lines that a row shows only in part are copied in full.
      const whole = await inBatches(rows, async (row) => {
        if (row.more === 0 && row.folded === 0) return row
        const line = await logApi.line({ viewId, id: row.id })
        return { ...row, text: [line.text, ...line.trace].join('\n') }
      })
      return { rows: whole, marked: at[1] - at[0] + 1 }
    },
  }
}
export type Lines = ReturnType<typeof useLines>

function without(map: ReadonlyMap<number, OpenLine>, id: number): ReadonlyMap<number, OpenLine> {
  const next = new Map(map)
  next.delete(id)
  return next
}
