import { parseTime } from '../timestamp.ts'
import type { GapRow } from './gaps.ts'

type Range = { readonly from: number; readonly to: number }

/** Rows of Cove's own that are no longer so: lines that were missing were found. */
export function createStruckRows() {
  const ids = new Set<number>()
  const ranges: Range[] = []
  return {
    has: (id: number) => ids.has(id),
    add: (rows: readonly GapRow[]) => {
      for (const { id, note } of rows) {
        ids.add(id)
        const from = note.type === 'gap' ? parseTime(note.from ?? '') : null
        const to = note.type === 'gap' ? parseTime(note.to ?? '') : null
        if (from && to)
          ranges.push({ from: from.second * 1000 + Math.floor(from.nanos / 1e6), to: to.second * 1000 + Math.ceil(to.nanos / 1e6) })
      }
    },
    /** The gaps that are left of those that a count over all rows has found. */
    without: (gaps: readonly Range[]): Range[] => gaps.filter((gap) => !ranges.some(({ from, to }) => gap.from === from && gap.to === to)),
  }
}
