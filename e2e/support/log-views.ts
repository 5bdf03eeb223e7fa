import type { ContractRouterClient } from '@orpc/contract'
import type { LogOpen, LogRow, LogViewState, logs } from '../../src/shared/contract/logs.ts'
import type { CoveClient } from './client.ts'

export type LogViewsApi = ContractRouterClient<typeof logs>
export const logViewsOf = (api: CoveClient['api']): LogViewsApi => api.logs

/** Follows a view until its state is as wanted; answers with it. Fails with the last state after `ms`. */
export async function untilView(
  views: LogViewsApi,
  viewId: string,
  wanted: (state: LogViewState) => boolean,
  ms = 60_000,
): Promise<LogViewState> {
  const limit = AbortSignal.timeout(ms)
  let last: LogViewState | null = null
  try {
    for await (const state of await views.watch({ viewId }, { signal: limit })) {
      last = state
      if (wanted(state)) return state
    }
  } catch (error) {
    if (!limit.aborted) throw error
  }
  const { sources = [], ...rest } = last ?? {}
  const told = sources.map(({ name, state, reason, lines, error }) => ({ name, state, reason, lines, error: error?.code }))
  throw new Error(`the view did not come to what was wanted in ${ms} ms: ${JSON.stringify({ ...rest, sources: told })}`)
}

/** Opens a view as the page would, with everything the log has unless said otherwise. */
export const everything = (context: LogOpen['context'], parts: LogOpen['parts'], more: Partial<LogOpen> = {}): LogOpen => ({
  context,
  parts,
  tail: null,
  since: null,
  follow: true,
  previous: false,
  ...more,
})

/** Opens a view that stays while nobody watches it. */
export async function openPinned(views: LogViewsApi, open: LogOpen): Promise<string> {
  const { viewId } = await views.open(open)
  await views.pin({ viewId, pinned: true })
  return viewId
}

/** All rows that the view shows, from the first to the last; read anew when a row has come in between meanwhile. */
export async function rowsOf(views: LogViewsApi, viewId: string): Promise<LogRow[]> {
  for (let tries = 0; tries < 50; tries++) {
    const rows: LogRow[] = []
    let layout: number | null = null
    for (;;) {
      const taken = await views.rows({ viewId, from: rows.length, count: 1000 })
      layout ??= taken.layout
      if (taken.layout !== layout) break
      // What begins before the place that was asked for: there is nothing from there on.
      if (taken.from === rows.length) rows.push(...taken.rows)
      if (taken.from !== rows.length - taken.rows.length || rows.length >= taken.shown) return rows
    }
  }
  throw new Error('the rows never stayed in their places long enough to be read')
}

export type LedgerReport = {
  readonly shown: number
  readonly sent: number
  readonly doubles: number
  readonly disorder: number
  /** The first ten that were sent and not shown. */
  readonly missing: readonly number[]
  /** The first ten rows that show a line again, by id and time. */
  readonly again: readonly string[]
}

/** What became of the lines 1 to `sent` of one source; `n=` is the number of a line. */
export function ledgerOf(rows: readonly LogRow[], source: number, sent: number): LedgerReport {
  const known = new Set<number>()
  const again: string[] = []
  const numbers = rows.flatMap((row) => {
    const number = row.source === source && row.note === null ? /\bn=(\d+)/.exec(row.text)?.[1] : undefined
    if (number === undefined) return []
    if (known.has(Number(number)) && again.length < 10) again.push(`n=${number} id ${row.id} at ${row.time}`)
    known.add(Number(number))
    return [Number(number)]
  })
  const missing: number[] = []
  for (let number = 1; number <= sent && missing.length < 10; number++) if (!known.has(number)) missing.push(number)
  return {
    shown: known.size,
    sent,
    doubles: numbers.length - known.size,
    disorder: numbers.filter((number, at) => at > 0 && number < (numbers[at - 1] ?? 0)).length,
    missing,
    again,
  }
}

/** Runs of lines 1 to `sent` that a source does not show; `named`: a row of Cove's own between its neighbours says that something is missing. */
export function holesOf(rows: readonly LogRow[], source: number, sent: number): { from: number; to: number; named: boolean }[] {
  const places = new Map<number, number>()
  for (const [at, row] of rows.entries()) {
    const number = row.source === source && row.note === null ? /\bn=(\d+)/.exec(row.text)?.[1] : undefined
    if (number !== undefined) places.set(Number(number), at)
  }
  const gaps = rows.flatMap((row, at) => (row.source === source && row.note?.type === 'gap' ? [at] : []))
  const holes: { from: number; to: number; named: boolean }[] = []
  for (let number = 1; number <= sent; number++) {
    if (places.has(number)) continue
    const from = number
    while (number < sent && !places.has(number + 1)) number++
    const [before, after] = [places.get(from - 1) ?? -1, places.get(number + 1) ?? rows.length]
    holes.push({ from, to: number, named: gaps.some((at) => at > before && at < after) })
  }
  return holes
}
