import type {
  LogExport,
  LogFilter,
  LogHistogram,
  LogNote,
  LogOpen,
  LogPattern,
  LogRows,
  LogRowsRequest,
  LogSource,
  LogValues,
  LogViewState,
} from '#shared/contract/logs.ts'
import { logFilterSchema } from '#shared/contract/logs.ts'
import { AppError } from '#core/error.ts'
import { inspectLine } from '../search/inspect.ts'
import type { SearchName } from '../search/protocol.ts'
import { createSearcher } from '../search/searcher.ts'
import type { LogSink } from '../source/sink.ts'
import { flag, flagsOf, levelOf, type LineBatch, levels } from '../store/layout.ts'
import { createLineStore } from '../store/line-store.ts'
import { createOrder } from '../store/order.ts'
import type { Hits } from '../store/hits.ts'
import type { LineTest } from '../store/row-bits.ts'
import { createSubset, type Subset } from '../store/subset.ts'
import { type Instant, parseTime } from '../timestamp.ts'
import { createBookmarks } from './bookmarks.ts'
import { exportLines } from './export-lines.ts'
import { fieldValues } from './field-values.ts'
import type { GapRow } from './gaps.ts'
import { heldLines } from './held-lines.ts'
import { textOf, traceOf, wholeText } from './line-text.ts'
import type { ViewPorts } from './open-sources.ts'
import { createRate } from './rates.ts'
import { rowOf } from './row.ts'
import { createSourceTable } from './source-table.ts'
import { spillErrorOf } from './spill-error.ts'
import { createStreamEdges } from './stream-edges.ts'
import { createStruckRows } from './struck-rows.ts'
import { createThrottle } from './throttle.ts'

export type ViewOptions = {
  readonly id: string
  readonly open: LogOpen
  /** Where lines are spilled to. */
  readonly dir: string
  readonly residentBytes?: number
  readonly capBytes?: number
}

const stateMs = 50
/** So many new lines at once are many screens of them: nobody reads one that stands for less than this, and each costs the page memory. */
const flood = 1000
const floodMs = 250
/** Somebody waits for the first line. */
const hurryMs = 5
const warmAfterMs = 500
/** A rate falls although nothing else changes: so often it is told until it is nothing. */
const waneMs = 500
const heatParts = 200
/** Sources have indexes below it. */
const historyLane = 65_536
/** What was missing is put back in lanes of its own, one for each time. */
const mendLanes = 2 * historyLane
/** A line that comes this much after a later one was shown is late. */
const lateMs = 500

export type LogView = ReturnType<typeof createView>

/** One document of log lines: what sources put into it, in the order of time, through a filter and a search. It serves rows by place, so a page holds only what it paints. */
export function createView({ id, open, dir, residentBytes, capBytes = 2 * 1024 ** 3 }: ViewOptions) {
  const sources = createSourceTable()
  const bookmarks = createBookmarks()
  const throttle = createThrottle()
  const rate = createRate()
  const levelCounts = levels.map(() => 0)
  const edges = createStreamEdges()
  const struck = createStruckRows()
  let mends = 0
  let layout = 0
  let membershipError: LogSource['error'] = null
  let history: LogViewState['history'] = { state: 'unavailable', done: 0, error: null }
  let pinned = false
  let filter: LogFilter = logFilterSchema.parse({})
  let finding: LogPattern | null = null
  /** Time of the newest line when the state was last told, ms. */
  let toldUpTo = 0
  let disposed = false

  const store = createLineStore({
    dir,
    inspect: inspectLine,
    ...(residentBytes === undefined ? {} : { residentBytes }),
    capBytes,
    onDrop: (first) => {
      order.dropBelow(first)
      searcher.dropBelow(first)
      bookmarks.dropBelow(first)
      layout++
      throttle.changed()
    },
  })
  const order = createOrder(store)
  const searcher = createSearcher({
    store,
    onChange: (name, ids) => {
      if (name === 'filter') {
        // What stands without a filter does not depend on one.
        if (shown !== every) shown.invalidate(ids.from, ids.to)
        layout++
      } else hits?.invalidate(ids.from, ids.to)
      throttle.changed()
    },
  })
  // When the first lines are on their way to the page, not before.
  const warming = setTimeout(() => searcher.warm(), warmAfterMs)
  warming.unref()
  let waning: NodeJS.Timeout | null = null
  const tellWaning = () => {
    waning ??= setTimeout(() => {
      waning = null
      throttle.changed()
    }, waneMs).unref()
  }
  /** Rows without a filter: lines of a stack trace and pieces belong to the row above them. */
  let every: Subset = subset(true)
  let shown: Subset = every
  let hits: Hits | null = null

  /** The default filter only folds, which the record alone says: no worker is needed for it, and no line waits for one. */
  function subset(plain: boolean): Subset {
    const hidden = filter.fold ? flag.continuation | flag.piece : flag.piece
    const isHead = (line: number) => (flagsOf(store.tag(line)) & hidden) === 0
    if (plain) return createSubset(order, { test: { has: (line) => isHead(line) && !struck.has(line) }, context: 0 })
    const match = matchOf('filter')
    return createSubset(order, {
      test: { ...match, has: (line) => match.has(line) && !struck.has(line) },
      context: filter.context,
      within: every,
    })
  }

  /** Rows that are no longer so. The store keeps them: what lies on the disk is not written anew. */
  function strike(rows: readonly GapRow[]): void {
    struck.add(rows)
    for (const { id: row } of rows) {
      every.invalidate(row, row + 1)
      if (shown !== every) shown.invalidate(row, row + 1)
    }
    layout++
    throttle.changed()
  }

  const matchOf = (name: SearchName): LineTest => ({
    has: (line) => searcher.has(name, line),
    near: (from, to) => searcher.near(name, from, to),
  })

  /** What stands without a filter depends on `fold` alone; looking at every line again would cost a read of all that is on the disk. */
  function refilter(refold: boolean): void {
    if (refold) every = subset(true)
    shown = isPlain(filter) ? every : subset(false)
    hits = finding !== null ? shown.hits(matchOf('find')) : null
    layout++
    throttle.changed()
  }

  const added = (first: number, count: number, backlog: boolean, lane: number) => {
    const { late } = order.insert(first, count, lane)
    if (late > 0) {
      layout++
      if (!backlog) markLate(first, late)
    }
    searcher.poke()
    throttle.changed()
  }

  function markLate(first: number, count: number): void {
    for (let line = first; line < first + count; line++)
      if (store.second(line) * 1000 + store.nanos(line) / 1e6 < toldUpTo - lateMs) store.mark(line, 1, flag.late)
  }

  /** `history`: lines are read from another end than those of the live stream, so they follow on in a lane of their own. */
  const sinkOf = (laneOf: (source: number) => number): LogSink => ({
    join: (info) => {
      const index = sources.join(info)
      throttle.changed()
      return index
    },
    state: (source, change) => {
      if (sources.state(source, change)) throttle.changed()
    },
    lines: (source: number, batch: LineBatch, backlog: boolean) => {
      if (disposed || batch.count === 0) return
      const lane = laneOf(source)
      if (lane === source) edges.lines(source, batch)
      const { first, count } = store.append(source, batch, lane)
      sources.count(source, count)
      rate.add(count)
      for (let line = first; line < first + count; line++) {
        const tag = store.tag(line)
        if ((flagsOf(tag) & (flag.continuation | flag.piece)) !== 0) continue
        const level = levelOf(tag)
        levelCounts[level] = (levelCounts[level] ?? 0) + 1
      }
      added(first, count, backlog, lane)
    },
    note: (source: number, at: Instant | null, note: LogNote) => {
      if (disposed) return
      const lane = laneOf(source)
      // Before its first line a source has no time of its own; the row stands where it happened.
      const now = Date.now()
      const when = at ?? (edges.firstLine(source) !== null ? null : { second: Math.floor(now / 1000), nanos: (now % 1000) * 1e6 })
      const row = store.note(source, when, note, lane)
      added(row, 1, true, lane)
      if (lane === source) edges.note(source, row, note)
    },
    membershipError: (error) => {
      membershipError = error
      throttle.changed()
    },
    full: () => store.isFull(),
    drained: () => store.drained(),
  })

  const state = (): LogViewState => {
    const last = order.length === 0 ? null : order.idAt(order.length - 1)
    if (last !== null) toldUpTo = Math.max(toldUpTo, store.second(last) * 1000 + store.nanos(last) / 1e6)
    return {
      total: every.length,
      shown: shown.length,
      layout,
      filtered: isPlain(filter) ? 1 : searcher.progress('filter'),
      levels: [...levelCounts],
      filterError: searcher.error('filter'),
      find: hits && { hits: hits.count, done: searcher.progress('find'), heat: hits.heat(heatParts), error: searcher.error('find') },
      dropped: store.dropped,
      spillError: spillErrorOf(store.problem, dir),
      bytes: store.lineBytes,
      capBytes,
      linesPerSecond: rate.perSecond(),
      sources: sources.list(),
      membershipError,
      history,
      pinned,
    }
  }

  const rowAt = (line: number, context: boolean) => rowOf(store, line, { fold: filter.fold, context, bookmark: bookmarks.get(line) })

  function placeOf(from: LogRowsRequest['from']): number {
    if (typeof from === 'number') return from
    if ('id' in from) return shown.positionOf(from.id) + from.offset
    const at = parseTime(from.time)
    if (at === null) throw new AppError('bad-input', { field: 'time' })
    return shown.positionAtTime(at.second, at.nanos)
  }

  function setHistory(next: Partial<LogViewState['history']>): void {
    history = { ...history, ...next }
    throttle.changed()
  }

  return {
    id,
    open,
    ports: {
      sink: sinkOf((source) => source),
      history: sinkOf((source) => historyLane + source),
      containers: sources.members,
      firstLine: edges.firstLine,
      firstRestart: edges.firstRestart,
      onGap: edges.onGap,
      held: (source, times) => heldLines(store, order, source, times),
      mend: () => {
        const lane = mendLanes + mends++
        return sinkOf(() => lane)
      },
      strike,
      offerHistory: () => {
        if (history.state === 'loaded') setHistory({ state: 'available', done: 0 })
      },
    } satisfies ViewPorts,
    state,
    sources: () => sources.list(),
    get lines() {
      return order.length
    },
    get history() {
      return history
    },
    get pinned() {
      return pinned
    },
    /** The state, then each change, until the signal is aborted or the view is gone. */
    watch: async function* (signal: AbortSignal): AsyncGenerator<LogViewState, void> {
      let seen = 0
      let lines = 0
      let paceMs = hurryMs
      for (;;) {
        const next = await throttle.next(seen, paceMs, signal)
        if (next === null) return
        seen = next
        paceMs = order.length === 0 ? hurryMs : order.length - lines > flood ? floodMs : stateMs
        lines = order.length
        const now = state()
        if (now.linesPerSecond > 0) tellWaning()
        yield now
      }
    },
    rows: ({ from, count }: Pick<LogRowsRequest, 'from' | 'count'>): LogRows => {
      const start = Math.max(0, Math.min(placeOf(from), shown.length - 1))
      const { ids, context } = shown.slice(start, count)
      return { layout, shown: shown.length, from: start, rows: Array.from(ids, (line, index) => rowAt(line, context[index] === 1)) }
    },
    /** Throws `bad-input`; the filter before it stays then. */
    setFilter: (next: LogFilter): null => {
      searcher.set('filter', isPlain(next) ? null : next)
      const refold = filter.fold !== next.fold
      filter = next
      if (refold && finding !== null) searcher.set('find', finding, { fold: filter.fold })
      refilter(refold)
      return null
    },
    setFind: (pattern: LogPattern | null): null => {
      searcher.set('find', pattern, { fold: filter.fold })
      finding = pattern
      hits = finding !== null ? shown.hits(matchOf('find')) : null
      throttle.changed()
      return null
    },
    seek: (at: number, direction: 'next' | 'previous'): { at: number; id: number; index: number } | null => {
      if (hits === null) return null
      const found = hits.find(at, direction)
      const round = found === -1 ? hits.find(direction === 'next' ? -1 : shown.length, direction) : found
      return round === -1 ? null : { at: round, id: shown.idAt(round), index: hits.before(round) }
    },
    histogram: async (request: { buckets: number; from: number | null; to: number | null }): Promise<LogHistogram | null> => {
      const counted = await searcher.histogram({ ...request, within: isPlain(filter) ? null : 'filter' })
      return counted && { ...counted, gaps: struck.without(counted.gaps) }
    },
    line: (line: number): { text: string; cut: boolean; trace: string[] } => {
      if (line < store.first || line >= store.next) throw new AppError('not-found', { what: 'line', name: String(line) })
      return { ...wholeText(store, line), trace: traceOf(store, line).map((one) => textOf(store, one)) }
    },
    values: (lines: readonly number[], paths: readonly string[]): LogValues =>
      lines
        .filter((line) => line >= store.first && line < store.next)
        .map((line) => ({ id: line, values: fieldValues(store, line, paths) })),
    export: ({ what, format, prefix }: Omit<LogExport, 'viewId'>, signal: AbortSignal): AsyncGenerator<string, void> => {
      const rows =
        what === 'all'
          ? order
          : {
              slice: (from: number, count: number) => shown.slice(from, count).ids,
              positionOf: (line: number) => shown.positionOf(line),
              idAt: (position: number) => shown.idAt(position),
            }
      return exportLines(store, rows, sources.list(), { format, prefix, fold: what === 'shown' && filter.fold, signal })
    },
    bookmark: (line: number, note: string | null): null => {
      bookmarks.set(line, note)
      layout++
      throttle.changed()
      return null
    },
    bookmarks: () => bookmarks.list().map(({ id: line, note }) => ({ id: line, at: shown.positionOf(line), note })),
    pin: (next: boolean): void => {
      pinned = next
      throttle.changed()
    },
    setHistory,
    dispose: async (): Promise<void> => {
      disposed = true
      clearTimeout(warming)
      if (waning !== null) clearTimeout(waning)
      throttle.dispose()
      await searcher.dispose()
      await store.dispose()
    },
  }
}

function isPlain({ include, exclude, fields, levels: some, hidden, stream, from, to }: LogFilter): boolean {
  return (
    include.length + exclude.length + fields.length + hidden.length === 0 &&
    some === null &&
    stream === null &&
    from === null &&
    to === null
  )
}
