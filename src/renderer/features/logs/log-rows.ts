import type { LogEvent } from '#shared/contract/logs.ts'

/** What is told between the lines. `resumed`: the page's own connection to core was lost and is back. */
export type LogNote = Exclude<LogEvent, { readonly type: 'lines' }> | { readonly type: 'resumed' }

export type LineRow = {
  readonly kind: 'line'
  /** Counts up by one on this page and names the row. */
  readonly seq: number
  readonly time: string | null
  readonly text: string
  /** Without colours: what is searched and copied. */
  readonly plain: string
  readonly cut: boolean
}
export type NoteRow = { readonly kind: 'note'; readonly seq: number; readonly note: LogNote }
export type LogRow = LineRow | NoteRow

/** Place of the first row at or after `seq`; rows are in order of `seq`. */
export function rowAt(rows: readonly LogRow[], seq: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.seq ?? Number.POSITIVE_INFINITY) < seq) low = middle + 1
    else high = middle
  }
  return low
}
