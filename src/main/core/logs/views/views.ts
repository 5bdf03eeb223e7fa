import { randomUUID } from 'node:crypto'
import type {
  LogExport,
  LogFilter,
  LogGone,
  LogHistogram,
  LogOpen,
  LogPattern,
  LogRows,
  LogRowsRequest,
  LogValues,
  LogViewState,
  LogWorkloads,
} from '#shared/contract/logs.ts'
import type { ContextRef } from '#shared/contract/base.ts'
import { AppError, errorShape } from '#core/error.ts'
import type { OpenedSources, ViewPorts } from './open-sources.ts'
import { createView, type LogView } from './view.ts'

export type LogViewsDeps = {
  /** Folder for lines that do not fit into memory. */
  readonly dir: string
  /** Begins to read. Throws `bad-input`, `context-not-found`; what fails later is told to the sink. */
  readonly openSources: (request: LogOpen, ports: ViewPorts, signal: AbortSignal) => Promise<OpenedSources>
  readonly gone: (context: ContextRef, signal: AbortSignal) => Promise<LogGone[]>
  readonly workloads: LogViews['workloads']
  readonly prepare: LogViews['prepare']
  readonly report: (error: unknown, where: string) => void
  /** How long a view that nobody watches stays, ms. */
  readonly idleMs?: number
  readonly residentBytes?: number
  readonly capBytes?: number
}

type Entry = {
  readonly view: LogView
  readonly stop: AbortController
  readonly sources: Promise<OpenedSources>
  /** Reading of the nodes' files, where it runs; never rejects. */
  history: Promise<void>
  watchers: number
  timer: NodeJS.Timeout | null
}

type Id = { readonly viewId: string }

/** One method for each procedure of the contract, but `export`, which stands behind `save`; all throw `not-found` (what: log-view) for a view that is gone. */
export type LogViews = {
  /** Never throws. */
  prepare(context: ContextRef, signal: AbortSignal): AsyncGenerator<null, void>
  /** Throws `bad-input`, `context-not-found`. */
  open(request: LogOpen): Promise<Id>
  watch(id: Id, signal: AbortSignal): AsyncGenerator<LogViewState, void>
  rows(request: LogRowsRequest): LogRows
  filter(request: Id & { readonly filter: LogFilter }): null
  find(request: Id & { readonly pattern: LogPattern | null }): null
  seek(request: Id & { readonly at: number; readonly direction: 'next' | 'previous' }): { at: number; id: number; index: number } | null
  histogram(
    request: Id & { readonly buckets: number; readonly from: number | null; readonly to: number | null },
  ): Promise<LogHistogram | null>
  line(request: Id & { readonly id: number }): { text: string; cut: boolean; trace: string[] }
  values(request: Id & { readonly ids: readonly number[]; readonly paths: readonly string[] }): LogValues
  /** Lines as text in chunks of about 256 KiB. Throws at once where there is no such view; later the reason of the signal, or `not-found` once the view is closed. */
  export(request: LogExport, signal: AbortSignal): AsyncGenerator<string, void>
  /** Resolves when it has begun; how it goes is in the view's state. */
  loadHistory(id: Id): Promise<null>
  bookmark(request: Id & { readonly id: number; readonly note: string | null }): null
  bookmarks(id: Id): { at: number; id: number; note: string }[]
  pin(request: Id & { readonly pinned: boolean }): null
  views(): (Id & { open: LogOpen; pinned: boolean; lines: number })[]
  close(id: Id): Promise<null>
  feed(request: Id & { readonly part: number; readonly data: string; readonly last: boolean }): Promise<null>
  /** Throws `tool-*`, `context-not-found`, `command-*`. */
  workloads(request: ContextRef & { readonly namespace: string | null }, signal: AbortSignal): Promise<LogWorkloads>
  /** Throws as the engine does. Empty where the context leads to no local cluster. */
  gone(context: ContextRef, signal: AbortSignal): Promise<LogGone[]>
  dispose(): Promise<void>
}

/** The log views that are open. A view lives in core: a page that reloads or reconnects finds it as it was. */
export function createLogViews({
  dir,
  openSources,
  gone,
  workloads,
  prepare,
  report,
  idleMs = 15_000,
  residentBytes,
  capBytes,
}: LogViewsDeps): LogViews {
  const entries = new Map<string, Entry>()
  const closing = new Set<Promise<void>>()

  function entryOf(id: string): Entry {
    const entry = entries.get(id)
    if (entry === undefined) throw viewGone(id)
    return entry
  }

  function close(id: string): Promise<void> {
    const entry = entries.get(id)
    if (entry === undefined) return Promise.resolve()
    entries.delete(id)
    if (entry.timer !== null) clearTimeout(entry.timer)
    entry.stop.abort(viewGone(id))
    const ended = (async () => {
      const sources = await entry.sources.catch(() => null)
      await Promise.all([sources?.close(), entry.history])
      await entry.view.dispose()
    })().catch((error: unknown) => report(error, 'logs.close'))
    closing.add(ended)
    void ended.then(() => closing.delete(ended))
    return ended
  }

  /** A view that is not pinned goes when its last watcher has been gone for a while. */
  function look(id: string): void {
    const entry = entries.get(id)
    if (entry === undefined) return
    if (entry.timer !== null) clearTimeout(entry.timer)
    entry.timer = entry.watchers > 0 || entry.view.pinned ? null : setTimeout(() => void close(id), idleMs)
    entry.timer?.unref()
  }

  /** As long as it is read, the view stays; `gone` is aborted where it is closed all the same. */
  function held<T>(id: string, read: (view: LogView, gone: AbortSignal) => AsyncGenerator<T, void>): AsyncGenerator<T, void> {
    const entry = entryOf(id)
    return (async function* () {
      entry.watchers++
      look(id)
      try {
        yield* read(entry.view, entry.stop.signal)
      } finally {
        entry.watchers--
        look(id)
      }
    })()
  }

  return {
    prepare,
    open: async (request) => {
      const id = randomUUID()
      const view = createView({
        id,
        open: request,
        dir,
        ...(residentBytes === undefined ? {} : { residentBytes }),
        ...(capBytes === undefined ? {} : { capBytes }),
      })
      const stop = new AbortController()
      const sources = openSources(request, view.ports, stop.signal)
      const entry: Entry = { view, stop, sources, history: Promise.resolve(), watchers: 0, timer: null }
      entries.set(id, entry)
      try {
        const opened = await sources
        if (opened.loadHistory !== null) view.setHistory({ state: 'available' })
      } catch (error) {
        await close(id)
        throw error
      }
      look(id)
      return { viewId: id }
    },
    watch: ({ viewId }, signal) => held(viewId, (view) => view.watch(signal)),
    rows: ({ viewId, from, count }) => entryOf(viewId).view.rows({ from, count }),
    filter: ({ viewId, filter }) => entryOf(viewId).view.setFilter(filter),
    find: ({ viewId, pattern }) => entryOf(viewId).view.setFind(pattern),
    seek: ({ viewId, at, direction }) => entryOf(viewId).view.seek(at, direction),
    histogram: async ({ viewId, ...request }) => entryOf(viewId).view.histogram(request),
    line: ({ viewId, id }) => entryOf(viewId).view.line(id),
    values: ({ viewId, ids, paths }) => entryOf(viewId).view.values(ids, paths),
    export: ({ viewId, ...request }, signal) => held(viewId, (view, gone) => view.export(request, AbortSignal.any([signal, gone]))),
    bookmark: ({ viewId, id, note }) => entryOf(viewId).view.bookmark(id, note),
    bookmarks: ({ viewId }) => entryOf(viewId).view.bookmarks(),
    pin: ({ viewId, pinned }) => {
      entryOf(viewId).view.pin(pinned)
      look(viewId)
      return null
    },
    views: () =>
      [...entries.values()]
        .map(({ view }) => ({ viewId: view.id, open: view.open, pinned: view.pinned, lines: view.lines }))
        .sort((a, b) => Number(b.pinned) - Number(a.pinned)),
    feed: async ({ viewId, part, data, last }) => {
      const sources = await entryOf(viewId).sources
      await sources.feed(part, data, last)
      return null
    },
    loadHistory: async ({ viewId }) => {
      const entry = entryOf(viewId)
      const { view, stop } = entry
      const { loadHistory } = await entry.sources
      if (loadHistory === null || stop.signal.aborted || view.history.state === 'loading' || view.history.state === 'loaded') return null
      view.setHistory({ state: 'loading', done: 0, error: null })
      entry.history = loadHistory((done) => view.setHistory({ done }), stop.signal).then(
        () => view.setHistory({ state: 'loaded', done: 1 }),
        (error: unknown) => {
          if (stop.signal.aborted) return
          if (!(error instanceof AppError)) report(error, 'logs.loadHistory')
          view.setHistory({ state: 'failed', error: errorShape(error) })
        },
      )
      return null
    },
    gone,
    workloads,
    close: async ({ viewId }) => {
      await close(viewId)
      return null
    },
    dispose: async () => {
      await Promise.all([...entries.keys()].map(close))
      await Promise.all(closing)
    },
  }
}

const viewGone = (id: string) => new AppError('not-found', { what: 'log-view', name: id })
