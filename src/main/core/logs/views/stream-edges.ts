import type { LogNote } from '#shared/contract/logs.ts'
import type { HistoryEdge } from '../files/seam.ts'
import type { LineBatch } from '../store/layout.ts'
import { createGaps, firstEdge, type Gap } from './gaps.ts'

/** Where what the streams of a view bring begins, and where it is broken: there the nodes' files are joined on. */
export type StreamEdges = {
  lines(source: number, batch: LineBatch): void
  /** `row`: as the store knows it. */
  note(source: number, row: number, note: LogNote): void
  /** The first line of a source; null: none so far. */
  firstLine(source: number): HistoryEdge | null
  /** Which restart was told before that line, so that the nodes' files do not tell it again; null: none. */
  firstRestart(source: number): number | null
  /** Tells of lines that are missing, from now on; one listener. */
  onGap(listener: (gap: Gap) => void): void
}

export function createStreamEdges(): StreamEdges {
  const firstLines = new Map<number, HistoryEdge>()
  const firstRestarts = new Map<number, number>()
  let gapFound: (gap: Gap) => void = () => {}
  const gaps = createGaps((gap) => gapFound(gap))
  return {
    lines: (source, batch) => {
      const edge = firstLines.has(source) ? null : firstEdge(batch)
      if (edge) firstLines.set(source, edge)
      gaps.lines(source, batch)
    },
    note: (source, row, note) => {
      if (note.type === 'restarted' && !firstLines.has(source)) firstRestarts.set(source, note.restarts)
      gaps.note(source, row, note)
    },
    firstLine: (source) => firstLines.get(source) ?? null,
    firstRestart: (source) => firstRestarts.get(source) ?? null,
    onGap: (listener) => {
      gapFound = listener
    },
  }
}
