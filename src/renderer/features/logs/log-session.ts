import type { LogFilter, LogOpen, LogPattern, LogViewState } from '#shared/contract/logs.ts'
import { toShape } from '../shell/error-words.ts'
import { filterFor, noFilter } from './filter-text.ts'
import { ConnectionLost, iterate, logApi } from './log-api.ts'
import { feedUpload } from './uploads.ts'

/** `lost`: the connection to core is gone and the view is looked for again. */
export type LogPhase = 'opening' | 'open' | 'lost' | 'failed'
export type LogSessionView = {
  readonly phase: LogPhase
  /** Null: not opened yet. Another one means that all places and ids are others. */
  readonly viewId: string | null
  readonly state: LogViewState | null
  readonly error: unknown
}
export const noSession: LogSessionView = { phase: 'opening', viewId: null, state: null, error: null }

export type LogSessionOptions = {
  /** Asked anew for each opening: times in it may count from now. */
  readonly open: () => LogOpen
  /** What a view is told before its first rows are asked for; asked when that is sent. */
  readonly prepare: (viewId: string) => { readonly filter: LogFilter | null; readonly find: LogPattern | null }
  readonly changed: (view: LogSessionView) => void
}

/**
 * Opens a view, or takes up a pinned one of the same things, and follows its state until `end` is called. After a lost connection the same view
 * goes on where core still has it; else it is opened again. A view is closed when it is left, if it is known to be not pinned: any other ends in core
 * by itself when nobody watches it.
 */
export function createLogSession({ open, prepare, changed }: LogSessionOptions) {
  const stop = new AbortController()
  let view = noSession
  /** As far as is known: before the first state, and between a wish and the state that says so. */
  let pinned = false
  let wished: boolean | null = null
  const show = (part: Partial<LogSessionView>) => {
    if (stop.signal.aborted) return
    view = { ...view, ...part }
    changed(view)
  }

  const begin = async (): Promise<string> => {
    const wish = open()
    const taken = (await logApi.views()).find((one) => one.pinned && sameOpen(one.open, wish))
    const viewId = taken?.viewId ?? (await logApi.open(wish)).viewId
    pinned = taken !== undefined
    wished = null
    if (stop.signal.aborted) {
      if (!taken) void close(viewId)
      return viewId
    }
    const { filter, find } = prepare(viewId)
    // A pinned view still has what it was told the last time.
    if (filter || taken) await logApi.filter({ viewId, filter: filter ?? filterFor(noFilter, [], []) }).catch(notTheEnd)
    if (find || taken) await logApi.find({ viewId, pattern: find }).catch(notTheEnd)
    if (!taken)
      for (const [part, one] of wish.parts.entries()) if (one.kind === 'upload') void feedUpload(viewId, part, one.name, stop.signal)
    return viewId
  }

  const run = async () => {
    let viewId: string | null = null
    let seen = false
    const start = async (signal: AbortSignal) => {
      viewId ??= await begin()
      seen = false
      show({ phase: 'opening', viewId })
      return logApi.watch({ viewId }, { signal })
    }
    while (!stop.signal.aborted) {
      try {
        await iterate(
          async (signal) => {
            try {
              return losing(await start(signal), () => show({ phase: 'lost' }))
            } catch (error) {
              if (error instanceof ConnectionLost) show({ phase: 'lost' })
              throw error
            }
          },
          (state) => {
            seen = true
            pinned = state.pinned
            show({ phase: 'open', state, error: null })
          },
          stop.signal,
        )
        return
      } catch (error) {
        if (stop.signal.aborted) return
        // The view was given up by core while nobody watched it.
        const gone: boolean = viewId !== null && toShape(error).code === 'not-found'
        if (gone && (seen || view.state)) {
          viewId = null
          show({ phase: 'opening', viewId: null, state: null })
          continue
        }
        show({ phase: 'failed', error })
        return
      }
    }
  }

  void run()
  return {
    pin: (next: boolean) => {
      const { viewId } = view
      if (viewId === null) return
      wished = next
      const settle = () => {
        if (view.viewId !== viewId || wished !== next) return
        pinned = next
        if (stop.signal.aborted && !next) void close(viewId)
      }
      logApi.pin({ viewId, pinned: next }).then(settle, () => {})
    },
    end: () => {
      stop.abort()
      if (view.viewId !== null && !pinned && wished !== true) void close(view.viewId)
    },
  }
}

/** A pattern that is none is said beside the filter, not here. */
const notTheEnd = (error: unknown) => {
  if (error instanceof ConnectionLost) throw error
}

const close = (viewId: string) =>
  logApi.close({ viewId }).then(
    () => {},
    () => {},
  )

async function* losing<T>(source: AsyncIterable<T>, lost: () => void): AsyncIterable<T> {
  try {
    yield* source
  } catch (error) {
    if (error instanceof ConnectionLost) lost()
    throw error
  }
}

/** The same things to look at, from the same beginning: with another one the page would say what is not true. */
function sameOpen(a: LogOpen, b: LogOpen): boolean {
  const key = (one: LogOpen) =>
    JSON.stringify([
      one.context?.file,
      one.context?.name,
      one.parts.map((part) => Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1))),
      one.tail,
      one.since,
      one.previous,
    ])
  return key(a) === key(b)
}
