import type { LogRow, LogRowsRequest } from '#shared/contract/logs.ts'
import { logApi } from './log-api.ts'

/** A line as an address names it: by its time and, as many lines may have one time, by a mark of its source and text, and which of those that are alike it is. */
export type LineLink = { readonly time: string; readonly mark: string | null; readonly nth: number }

/** `2026-09-14T06:08:00Z~1k2j3h~1`; the time alone leads to the first line that has it. */
export const linkText = ({ time, mark, nth }: LineLink) => [time, ...(mark === null ? [] : [mark, ...(nth > 0 ? [nth] : [])])].join('~')

export function linkOf(at: string): LineLink {
  const [time = '', mark = null, nth = '0'] = at.split('~')
  return { time, mark, nth: Math.max(0, Math.trunc(Number(nth)) || 0) }
}

/** FNV-1a, 32 bits: it only has to tell lines of one time apart. http://www.isthe.com/chongo/tech/comp/fnv/ */
export function markOf({ text }: Pick<LogRow, 'text'>, source: string): string {
  let hash = 0x811c9dc5
  for (const unit of `${source}\n${text}`.split('')) hash = Math.imul(hash ^ unit.charCodeAt(0), 0x01000193)
  return (hash >>> 0).toString(36)
}

type Names = (row: LogRow) => string
type Spot = { readonly at: number; readonly row: LogRow }

/** How the row is named, among those that are shown. */
export async function linkFor(viewId: string, row: LogRow, time: string, nameOf: Names): Promise<LineLink> {
  const mark = markOf(row, nameOf(row))
  let nth = 0
  for await (const other of rowsAt(viewId, time)) {
    if (other.row.id === row.id) return { time, mark, nth }
    if (markOf(other.row, nameOf(other.row)) === mark) nth += 1
  }
  return { time, mark, nth: 0 }
}

/** The row that is named; of several alike the last where there are fewer. Undefined: none is. */
export async function findLink(viewId: string, { time, mark, nth }: LineLink, nameOf: Names): Promise<Spot | undefined> {
  let found: Spot | undefined
  let before = 0
  for await (const spot of rowsAt(viewId, time)) {
    if (markOf(spot.row, nameOf(spot.row)) !== mark) continue
    found = spot
    if (before === nth) break
    before += 1
  }
  return found
}

const pageRows = 1000
/** So many lines of one time are looked through. */
const mostPages = 100

/** Rows of a time, from the first on, with their places. */
async function* rowsAt(viewId: string, time: string): AsyncGenerator<Spot> {
  let from: LogRowsRequest['from'] = { time }
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await logApi.rows({ viewId, from, count: pageRows })
    for (const [index, row] of answer.rows.entries()) {
      // Those without a time stand among those before them.
      if (row.time !== null && row.time > time) return
      if (row.time === time) yield { at: answer.from + index, row }
    }
    const last = answer.rows.at(-1)
    if (!last || answer.rows.length < pageRows) return
    from = { id: last.id, offset: 1 }
  }
}
