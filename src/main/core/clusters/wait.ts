import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../error.ts'

type Waiting = {
  readonly signal: AbortSignal
  readonly limitMs: number
  readonly late: () => AppError
  /** Tells, by anything at all, that something may have changed. It may end, or fail, when it likes. */
  readonly changes?: (signal: AbortSignal) => AsyncIterable<unknown>
  /** Between two questions while nobody tells of changes. */
  readonly everyMs?: number
  /** The same while somebody does. */
  readonly quietMs?: number
}

/**
 * Asks until `probe` says true: every half second, or when `changes` tells of one, as each question is a program that takes its time from a cluster that is
 * coming up. What a probe throws meanwhile is an API server that is not up yet, unless its tool cannot run at all.
 * Throws `late()` after `limitMs` and the abort reason at once.
 */
export async function waitUntil(
  probe: () => Promise<boolean>,
  { signal, limitMs, late, changes, everyMs = 500, quietMs = 2_000 }: Waiting,
): Promise<void> {
  const until = performance.now() + limitMs
  const told = changes === undefined ? null : followChanges(changes, signal)
  try {
    for (;;) {
      told?.forget()
      try {
        if (await probe()) return
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof AppError) || error.code.startsWith('tool-') || error.code === 'command-not-started') throw error
      }
      signal.throwIfAborted()
      if (performance.now() > until) throw late()
      if (told?.following()) await told.next(quietMs)
      else await sleep(everyMs, undefined, { signal })
    }
  } finally {
    await told?.end()
  }
}

/** What was told since the last question, or is told within a time. */
function followChanges(changes: NonNullable<Waiting['changes']>, signal: AbortSignal) {
  const over = new AbortController()
  let [following, told] = [true, false]
  let wake = () => {}
  const work = (async () => {
    try {
      for await (const _ of changes(AbortSignal.any([signal, over.signal]))) {
        told = true
        wake()
      }
    } catch {
      // Questions are asked without it.
    }
    following = false
    wake()
  })()
  return {
    following: () => following,
    forget: () => void (told = false),
    /** Resolves when something was told, when nothing will be any more, and after `limitMs`. Throws the abort reason. */
    next: async (limitMs: number) => {
      if (told) return
      const rest = new AbortController()
      wake = () => rest.abort()
      await sleep(limitMs, undefined, { signal: AbortSignal.any([signal, rest.signal]) }).catch(() => {})
      signal.throwIfAborted()
    },
    end: async () => {
      over.abort()
      await work
    },
  }
}

/** The promise, or `cancelled` as soon as the signal is aborted: for tools that have a limit of their own but no way to stop them. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new AppError('cancelled', {}))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
    // Whatever it says after the abort is of no interest.
    work.catch(() => {})
  }
}
