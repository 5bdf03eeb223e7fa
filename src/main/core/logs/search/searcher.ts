import { AppError, errorShape } from '#core/error.ts'
import type { LogFilter, LogPattern } from '#shared/contract/logs.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import type { LineStore } from '../store/line-store.ts'
import { createMatchBits, type MatchBits } from '../store/match-bits.ts'
import type { SegmentRef } from '../store/segments.ts'
import { createMatcher, type SearchSpec } from './matcher.ts'
import type { HistogramCounts, SearchName, SearchRequest } from './protocol.ts'
import { createSearchThread } from './search-thread.ts'

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
  generation: number
  error: AppErrorShape | null
}

/** New lines are looked at together at most that often. */
const gatherMs = 30
const usualLimitMs = 5_000

export function createSearcher({ store, onChange, limitMs = usualLimitMs }: SearcherDeps): Searcher {
  const thread = createSearchThread()
  const searches = new Map<SearchName, Search>()
  const histograms: {
    readonly request: Omit<Extract<SearchRequest, { type: 'histogram' }>, 'type' | 'segments' | 'fd'>
    resolve(counts: HistogramCounts | null): void
    reject(error: unknown): void
  }[] = []
  let busy: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null
  let disposed = false

  const pump = () => {
    if (busy !== null || disposed) return
    busy = work()
      .catch((error: unknown) => {
        if (!disposed) console.error('cove: search:', error)
      })
      .finally(() => {
        busy = null
        if (!disposed && (histograms.length > 0 || [...searches].some(([, search]) => rangeOf(search) !== null))) pump()
      })
  }

  /** What to look at next: lines that came last first, then downwards. */
  function rangeOf(search: Search): { from: number; to: number } | null {
    if (search.error !== null) return null
    if (search.upTo < store.next) return { from: Math.max(search.upTo, store.first), to: store.next }
    if (search.downTo > store.first) return { from: store.first, to: search.downTo }
    return null
  }

  async function work(): Promise<void> {
    for (;;) {
      const counted = histograms.shift()
      if (counted !== undefined) await count(counted)
      let idle = counted === undefined
      for (const [name, search] of searches) {
        const range = disposed ? null : rangeOf(search)
        if (range === null) continue
        idle = false
        await step(name, search, range)
      }
      if (idle || disposed) return
    }
  }

  /** One segment: the last of the range. */
  async function step(name: SearchName, search: Search, range: { from: number; to: number }): Promise<void> {
    const loan = store.lend(range.from, range.to)
    try {
      if (search.generation !== thread.generation || thread.generation === 0) {
        await ask({ type: 'spec', name, spec: search.spec })
        search.generation = thread.generation
      }
      const atTail = range.to > search.upTo
      // Towards the end in the order they came, so that what was looked at stays one range; downwards from the end.
      const segment = atTail && search.upTo > search.downTo ? loan.segments[0] : loan.segments.at(-1)
      if (segment === undefined) {
        search.upTo = Math.max(search.upTo, range.to)
        search.downTo = Math.min(search.downTo, range.from)
        return
      }
      await scan(name, search, range, segment, loan.fd)
    } catch (error) {
      if (disposed || searches.get(name) !== search) return
      search.error = errorShape(error)
      if (!(error instanceof AppError)) console.error('cove: search:', error)
      onChange(name, { from: store.first, to: store.first })
    } finally {
      loan.release()
    }
  }

  async function scan(
    name: SearchName,
    search: Search,
    range: { from: number; to: number },
    segment: SegmentRef,
    fd: number | null,
  ): Promise<void> {
    const from = Math.max(0, range.from - segment.firstId)
    const to = Math.min(segment.count, range.to - segment.firstId)
    const answer = await ask({ type: 'scan', name, segment, fd, from, to })
    if (disposed || searches.get(name) !== search || answer.type !== 'bits') return
    const firstId = segment.firstId + answer.from
    const endId = segment.firstId + to
    search.bits.put(firstId, endId, answer.bits)
    if (search.upTo === search.downTo) {
      search.upTo = Math.max(search.upTo, endId)
      search.downTo = segment.firstId + from
    } else if (endId > search.upTo) search.upTo = endId
    else search.downTo = Math.min(search.downTo, segment.firstId + from)
    onChange(name, { from: firstId, to: endId })
  }

  async function ask(request: SearchRequest) {
    const answer = await thread.ask(request, limitMs)
    if (answer.type === 'failed') throw new Error(answer.message)
    return answer
  }

  async function count({ request, resolve, reject }: (typeof histograms)[number]): Promise<void> {
    const loan = store.lend()
    try {
      const answer = await thread.ask({ type: 'histogram', ...request, segments: loan.segments, fd: loan.fd }, limitMs * 4)
      if (answer.type === 'histogram') resolve(answer.histogram)
      else reject(new Error(answer.type === 'failed' ? answer.message : 'another answer'))
    } catch (error) {
      reject(error)
    } finally {
      loan.release()
    }
  }

  const set = (name: SearchName, spec: SearchSpec | null) => {
    // Here as well, so that a bad one is refused before anything changes.
    if (spec !== null) createMatcher(spec)
    if (spec === null) searches.delete(name)
    else searches.set(name, { spec, bits: createMatchBits(), downTo: store.next, upTo: store.next, generation: -1, error: null })
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
    progress: (name) => {
      const search = searches.get(name)
      if (search === undefined) return 1
      const all = store.next - store.first
      const done = search.upTo - Math.max(search.downTo, store.first)
      return all === 0 || (search.upTo === store.next && search.downTo <= store.first) ? 1 : Math.max(0, Math.min(0.999, done / all))
    },
    error: (name) => searches.get(name)?.error ?? null,
    warm: () => {
      if (busy !== null || disposed || thread.generation > 0) return
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
      if (searches.size === 0 || timer !== null || disposed) return
      timer = setTimeout(() => {
        timer = null
        pump()
      }, gatherMs)
    },
    dropBelow: (id) => {
      for (const search of searches.values()) search.bits.dropBelow(id)
    },
    histogram: (request) =>
      new Promise((resolve, reject) => {
        if (disposed) return resolve(null)
        histograms.push({ request, resolve, reject })
        pump()
      }),
    dispose: async () => {
      disposed = true
      if (timer !== null) clearTimeout(timer)
      for (const { resolve } of histograms.splice(0)) resolve(null)
      await thread.end()
      await busy
    },
  }
}
