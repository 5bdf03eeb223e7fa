import type { LogNote } from '#shared/contract/logs.ts'
import type { HistoryEdge } from '../files/seam.ts'
import type { LineBatch } from '../store/layout.ts'
import { lastTime, textCopy } from '../store/line-batch.ts'
import type { Instant } from '../timestamp.ts'

/** Lines of one source that its stream did not bring. */
export type Gap = {
  readonly source: number
  /** Time of the last line before it. */
  readonly after: Instant
  /** The first line behind it; null: none came, and none will. */
  readonly before: HistoryEdge | null
  /** The rows between the two: that lines are missing, that the container restarted, that it ended. */
  readonly rows: readonly GapRow[]
}

export type GapRow = { readonly id: number; readonly note: LogNote }

/** Learns from what a stream brings where lines are missing. A gap is told once its end is known. */
export type Gaps = {
  lines(source: number, batch: LineBatch): void
  note(source: number, id: number, note: LogNote): void
}

export function createGaps(tell: (gap: Gap) => void): Gaps {
  const last = new Map<number, Instant>()
  const open = new Map<number, { readonly after: Instant; readonly rows: GapRow[] }>()

  const end = (source: number, before: HistoryEdge | null) => {
    const gap = open.get(source)
    if (gap === undefined) return
    open.delete(source)
    tell({ source, before, ...gap })
  }

  return {
    lines: (source, batch) => {
      if (open.has(source)) {
        const edge = firstEdge(batch)
        if (edge) end(source, edge)
      }
      const at = lastTime(batch)
      if (at) last.set(source, at)
    },
    note: (source, id, note) => {
      const after = last.get(source)
      // Before its first line nothing is known of a log; the whole history is read up to that line.
      if (note.type === 'gap' && after && !open.has(source)) open.set(source, { after, rows: [] })
      if (note.type === 'gap' || note.type === 'restarted' || note.type === 'ended') open.get(source)?.rows.push({ id, note })
      if (note.type === 'ended') end(source, null)
    },
  }
}

/** The first line of a batch that has a time. */
export function firstEdge(batch: LineBatch): HistoryEdge | null {
  for (let line = 0; line < batch.count; line++) {
    const second = batch.seconds[line] ?? 0
    if (second > 0) return { at: { second, nanos: batch.nanos[line] ?? 0 }, text: textCopy(batch, line) }
  }
  return null
}
