import { AppError, errorShape } from '#core/error.ts'
import type { LogFilter, LogPattern } from '#shared/contract/logs.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import type { LineStore } from '../store/line-store.ts'
import { createMatchBits, type MatchBits } from '../store/match-bits.ts'
import { levels } from '../store/layout.ts'
import type { Loan, SegmentRef } from '../store/segments.ts'
import { createMatcher, type SearchSpec } from './matcher.ts'
import type { HistogramCounts, SearchName, SearchRequest } from './protocol.ts'
import { createSearchThread, ThreadEnded } from './search-thread.ts'

export type SearcherDeps = {
  readonly store: Pick<LineStore, 'first' | 'next' | 'lend'>
  /** `has` may answer otherwise for these ids (`to` exclusive), or how far it is has changed. */
  readonly onChange: (name: SearchName, ids: { readonly from: number; readonly to: number }) => void
  /** For one segment; an expression that takes longer is given up. */
  readonly limitMs?: number
}

/** Searches over the lines of a store, in a thread of their own: ingest never waits for one. */
export type Searcher = {
  /** Throws `bad-input` for what cannot be compiled; what ran before goes on then. Null: no filter, no search. */
  set(name: 'filter', filter: LogFilter | null): void
  set(name: 'find', pattern: LogPattern | null, options?: { readonly fold: boolean }): void
  has(name: SearchName, id: number): boolean
  /** False: of the ids `from` to `to` (inclusive) none matches, as far as is known. Costs no look at each. */
  near(name: SearchName, from: number, to: number): boolean
  /** 0 to 1. */
  progress(name: SearchName): number
  /** Why it was given up: `search-too-slow`, or `internal`. */
  error(name: SearchName): AppErrorShape | null
  /** Starts the thread, so that the first search need not wait for that. */
  warm(): void
  /** Lines were added. */
  poke(): void
  /** Lines below are gone. */
  dropBelow(id: number): void
  /** Lines by level and time, of all or of those that pass the filter so far. Null: no line has a time. */
  histogram(request: {
    readonly buckets: number
    readonly from: number | null
    readonly to: number | null
    readonly within: SearchName | null
  }): Promise<HistogramCounts | null>
  dispose(): Promise<void>
}

type Search = {
  readonly spec: SearchSpec
  readonly bits: MatchBits
  /** Lines from here on were looked at, up to `upTo`. Below it, it goes on downwards. */
  downTo: number
  upTo: number
  /** When new lines were last looked at. */
  tailAt: number
  /** The thread that knows it. */
  generation: number
  /** Threads that died of it. */
  deaths: number
  error: AppErrorShape | null
}

type Histogram = {
  readonly request: Parameters<Searcher['histogram']>[0]
  readonly askedAt: number
  resolve(counts: HistogramCounts | null): void
  reject(error: unknown): void
}

/** New lines are looked at together at most that often. */
const gatherMs = 30
const usualLimitMs = 5_000
/** A search that nobody wants any more is waited for as long, then its thread is ended. */
const patienceMs = 100
/** A histogram of what passes waits as long for the search to come to its end. */
const histogramMs = 1_000
/** A thread without a search is kept as long. */
const idleMs = 60_000
/** Rows may begin in the segments before; that many are looked at. */
const segmentsBefore = 8
const linesBefore = 65_536
/** Of a histogram. */
const segmentsAtOnce = 16

export function createSearcher({ store, onChange, limitMs = usualLimitMs }: SearcherDeps): Searcher {
  const thread = createSearchThread()
  const searches = new Map<SearchName, Search>()
  let histograms: Histogram[] = []
  let running: Search | null = null
  let busy: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null
  let idle: NodeJS.Timeout | null = null
  let disposed = false

  const pump = () => {
    if (busy !== null || disposed) return
    if (idle !== null) clearTimeout(idle)
    busy = work()
      .catch((error: unknown) => {
        if (!disposed) console.error('cove: search:', error)
      })
      .finally(() => {
        busy = null
        if (disposed) return
        if (histograms.length > 0 || [...searches.values()].some(isBehind)) pumpSoon()
        else if (searches.size === 0) {
          idle = setTimeout(() => void thread.stop(), idleMs)
          idle.unref()
        }
      })
  }

  const pumpSoon = () => {
    if (timer !== null || disposed) return
    timer = setTimeout(() => {
      timer = null
      pump()
    }, gatherMs)
  }

  const isBehind = (search: Search) => search.error === null && (search.upTo < store.next || search.downTo > store.first)

  /** What to look at next: new lines when it is time, else downwards from those that were looked at. */
  function rangeOf(search: Search): { from: number; to: number } | null {
    if (search.error !== null) return null
    if (search.upTo < store.next && performance.now() - search.tailAt >= gatherMs)
      return { from: Math.max(search.upTo, store.first), to: store.next }
    if (search.downTo > store.first) return { from: store.first, to: search.downTo }
    return null
  }

  async function work(): Promise<void> {
    for (let worked = true; worked && !disposed; ) {
      worked = false
      const due = histograms.filter(isDue)
      histograms = histograms.filter((each) => !due.includes(each))
      for (const each of due) await count(each)
      for (const [name, search] of searches) {
        const range = disposed ? null : rangeOf(search)
        if (range === null) continue
        worked = true
        await step(name, search, range)
      }
    }
  }

  /** The thread learns of the search, where it does not know it. */
  async function introduce(name: SearchName, search: Search): Promise<void> {
    if (search.generation === thread.generation) return
    search.generation = thread.generation
    search.downTo = search.upTo = store.next
    await ask({ type: 'spec', name, spec: search.spec })
  }

  /** One segment: the last of the range. */
  async function step(name: SearchName, search: Search, { from, to }: { from: number; to: number }): Promise<void> {
    const isTail = to > search.upTo
    const loan = store.lend(Math.max(store.first, (isTail ? from : to) - linesBefore), to)
    try {
      if (search.generation !== thread.generation) return await introduce(name, search)
      const { segments } = loan
      // Towards the end in the order they came, so that what was looked at stays one range; downwards from the end.
      const at =
        isTail && search.upTo > search.downTo ? segments.findIndex(({ firstId, count }) => firstId + count > from) : segments.length - 1
      const segment = segments[at]
      if (isTail && at === segments.length - 1) search.tailAt = performance.now()
      if (segment === undefined) {
        search.upTo = Math.max(search.upTo, to)
        search.downTo = Math.min(search.downTo, from)
        return
      }
      running = search
      const before = segments.slice(Math.max(0, at - segmentsBefore), at)
      await scan(
        name,
        search,
        { from: Math.max(from, segment.firstId), to: Math.min(to, segment.firstId + segment.count) },
        segment,
        before,
        loan.fd,
      )
    } catch (error) {
      if (disposed || searches.get(name) !== search) return
      // Once may be chance.
      if (error instanceof ThreadEnded && ++search.deaths < 2) return
      search.error = errorShape(error)
      if (!(error instanceof AppError)) console.error('cove: search:', error)
      onChange(name, { from: store.first, to: store.first })
    } finally {
      running = null
      loan.release()
    }
  }

  async function scan(
    name: SearchName,
    search: Search,
    { from, to }: { from: number; to: number },
    segment: SegmentRef,
    before: readonly SegmentRef[],
    fd: number | null,
  ): Promise<void> {
    const answer = await ask({
      type: 'scan',
      name,
      segment,
      before,
      fd,
      from: from - segment.firstId,
      to: to - segment.firstId,
      floor: store.first,
    })
    if (disposed || searches.get(name) !== search || answer.type !== 'bits') return
    search.bits.put(from, to, answer.bits)
    if (search.upTo === search.downTo) {
      search.upTo = Math.max(search.upTo, to)
      search.downTo = from
    } else if (to > search.upTo) search.upTo = to
    else search.downTo = Math.min(search.downTo, from)
    onChange(name, { from, to })
    for (const [ids, bit] of [
      [answer.passes, 1],
      [answer.fails, 0],
    ] as const)
      for (const id of ids) {
        search.bits.put(id, id + 1, Uint8Array.of(bit))
        onChange(name, { from: id, to: id + 1 })
      }
  }

  async function ask(request: SearchRequest, ms = limitMs) {
    const answer = await thread.ask(request, ms)
    if (answer.type === 'failed') throw new Error(answer.message)
    return answer
  }

  const isDue = ({ request: { within }, askedAt }: Histogram) => {
    const search = within === null ? undefined : searches.get(within)
    return search === undefined || !isBehind(search) || performance.now() - askedAt > histogramMs
  }

  async function count({ request, resolve, reject }: Histogram): Promise<void> {
    try {
      const search = request.within === null ? undefined : searches.get(request.within)
      if (request.within !== null && search !== undefined) await introduce(request.within, search)
      resolve(await counted({ ...request, within: search === undefined ? null : request.within }))
    } catch (error) {
      if (disposed) resolve(null)
      else reject(error)
    }
  }

  async function counted({ buckets, from, to, within }: Histogram['request']): Promise<HistogramCounts | null> {
    const until = store.next
    let [first, last] = [Number.POSITIVE_INFINITY, 0]
    let floor: number | null = null
    await inParts(until, async ({ segments, fd }) => {
      floor ??= segments[0]?.index ?? 0
      const answer = await ask({ type: 'extent', segments, fd, floor })
      if (answer.type !== 'extent' || answer.extent === null) return
      first = Math.min(first, answer.extent.first)
      last = Math.max(last, answer.extent.last)
    })
    if (last === 0) return null
    const begin = from ?? first * 1000
    const end = Math.max(begin + 1, to ?? (last + 1) * 1000)
    const counts = levels.map(() => Array.from({ length: buckets }, () => 0))
    const gaps: HistogramCounts['gaps'] = []
    await inParts(until, async ({ segments, fd }) => {
      const answer = await ask({ type: 'histogram', segments, fd, buckets, from: begin, to: end, within })
      if (answer.type !== 'histogram') return
      for (const [level, row] of counts.entries()) for (let at = 0; at < buckets; at++) row[at]! += answer.part.flat[level * buckets + at]!
      gaps.push(...answer.part.gaps)
    })
    return { from: Math.floor(begin), to: Math.ceil(end), counts, gaps }
  }

  /** All segments with lines before `until`, a few at a time: one loan of all would keep in memory what a flood writes to the disk until all are read. */
  async function inParts(until: number, read: (loan: Loan) => Promise<void>): Promise<void> {
    for (let from = store.first; from < until && !disposed; ) {
      const loan = store.lend(from, until, segmentsAtOnce)
      try {
        const last = loan.segments.at(-1)
        if (last === undefined) return
        await read(loan)
        from = last.firstId + last.count
      } finally {
        loan.release()
      }
    }
  }

  /** A look at one segment takes a millisecond, unless the expression is a bad one. */
  const endUnwanted = () => {
    if (running !== null && ![...searches.values()].includes(running)) void thread.stop()
  }

  const set = (name: SearchName, spec: SearchSpec | null) => {
    // Here as well, so that a bad one is refused before anything changes.
    if (spec !== null) createMatcher(spec)
    const last = searches.get(name)
    if (spec === null) searches.delete(name)
    else
      searches.set(name, {
        spec,
        bits: createMatchBits(),
        downTo: store.next,
        upTo: store.next,
        tailAt: 0,
        generation: -1,
        deaths: 0,
        error: null,
      })
    if (last !== undefined) setTimeout(endUnwanted, patienceMs).unref()
    onChange(name, { from: store.first, to: store.next })
    pump()
  }

  return {
    set: (
      ...[name, what, options]:
        | Parameters<Searcher['set']>
        | [name: SearchName, what: LogFilter | LogPattern | null, options?: { readonly fold: boolean }]
    ) => {
      if (what === null) set(name, null)
      else if ('text' in what) set(name, { kind: 'find', pattern: what, fold: options?.fold ?? false })
      else set(name, { kind: 'filter', filter: what })
    },
    has: (name, id) => searches.get(name)?.bits.has(id) ?? false,
    near: (name, from, to) => searches.get(name)?.bits.near(from, to) ?? false,
    progress: (name) => {
      const search = searches.get(name)
      if (search === undefined) return 1
      const all = store.next - store.first
      const done = search.upTo - Math.max(search.downTo, store.first)
      return all === 0 || (search.upTo === store.next && search.downTo <= store.first) ? 1 : Math.max(0, Math.min(0.999, done / all))
    },
    error: (name) => searches.get(name)?.error ?? null,
    warm: () => {
      if (busy !== null || disposed || thread.isRunning) return
      busy = ask({ type: 'spec', name: 'find', spec: null })
        .then(
          () => undefined,
          () => undefined,
        )
        .finally(() => {
          busy = null
          if (searches.size > 0 || histograms.length > 0) pump()
        })
    },
    poke: () => {
      if (searches.size > 0) pumpSoon()
    },
    dropBelow: (id) => {
      for (const search of searches.values()) search.bits.dropBelow(id)
    },
    histogram: (request) =>
      new Promise((resolve, reject) => {
        if (disposed) return resolve(null)
        histograms.push({ request, askedAt: performance.now(), resolve, reject })
        pump()
      }),
    dispose: async () => {
      disposed = true
      for (const each of [timer, idle]) if (each !== null) clearTimeout(each)
      for (const { resolve } of histograms.splice(0)) resolve(null)
      await thread.end()
      await busy
    },
  }
}
