import type { Range } from './ansi.ts'
import type { LogRow } from './log-rows.ts'
import { rowAt } from './log-rows.ts'

export type LogFilter = {
  /** Rows that fit, and what is told between them; looks only at those that are new since the last time. */
  update(log: { readonly id: number; readonly rows: readonly LogRow[] }): readonly LogRow[]
  /** Lines that fit. */
  count(): number
}

/** Finds the words as they are typed, upper and lower case alike. Null: there is nothing to find. */
export function matcherOf(query: string): RegExp | null {
  return query === '' ? null : new RegExp(query.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`), 'gi')
}

export function createLogFilter(matcher: RegExp): LogFilter {
  let fits: LogRow[] = []
  let next = 0
  let lines = 0
  let of = -1
  const isLine = (row: LogRow | undefined) => (row?.kind === 'line' ? 1 : 0)
  return {
    update: ({ id, rows }) => {
      if (id !== of) [fits, next, lines, of] = [[], 0, 0, id]
      const first = rows[0]?.seq ?? Number.POSITIVE_INFINITY
      const gone = rowAt(fits, first)
      for (const row of fits.splice(0, gone)) lines -= isLine(row)
      // A row that was told anew stands under a new number.
      while (fits.at(-1)?.kind === 'note' && rows[rowAt(rows, fits.at(-1)?.seq ?? 0)] !== fits.at(-1)) fits.pop()
      for (let at = rowAt(rows, next); at < rows.length; at += 1) {
        const row = rows[at]
        if (!row || (row.kind === 'line' && row.plain.search(matcher) < 0)) continue
        fits.push(row)
        lines += isLine(row)
      }
      next = (rows.at(-1)?.seq ?? next - 1) + 1
      return fits.slice()
    },
    count: () => lines,
  }
}

export function hitsOf(plain: string, matcher: RegExp | null): Range[] {
  if (!matcher) return []
  return [...plain.matchAll(matcher)].map((match): Range => [match.index, match.index + match[0].length])
}
