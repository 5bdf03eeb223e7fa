import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../error.ts'

/** Says again and again whether what is waited for has come. It may end, or fail, when it likes. */
export type Follow = (signal: AbortSignal) => AsyncIterable<boolean>

type Waiting = {
  readonly signal: AbortSignal
  readonly limitMs: number
  readonly late: () => AppError
  /** Each knows a part, and says true when it knows that the whole has come. */
  readonly told?: readonly Follow[]
  /** Between two questions while nobody tells. */
  readonly everyMs?: number
  /** Until a question while nobody has told anything for so long. */
  readonly quietMs?: number
}

/**
 * Asks every half second until `probe` says true; where somebody tells, only when nothing was told for a while, as each question is a program that takes its
 * time from a cluster that is coming up. What a probe throws meanwhile is an API server that is not up yet, unless its tool cannot run at all.
 * Throws `late()` after `limitMs` and the abort reason at once.
 */
export async function waitUntil(
  probe: () => Promise<boolean>,
  { signal, limitMs, late, told = [], everyMs = 500, quietMs = 15_000 }: Waiting,
): Promise<void> {
  const until = performance.now() + limitMs
  const followed = told.length === 0 ? null : followAll(told, signal)
  try {
    for (;;) {
      const heard = (await followed?.next(Math.min(quietMs, limitMs))) ?? 'silence'
      if (heard === 'come') return
      if (heard === 'silence')
        try {
          if (await probe()) return
        } catch (error) {
          signal.throwIfAborted()
          if (!(error instanceof AppError) || error.code.startsWith('tool-') || error.code === 'command-not-started') throw error
        }
      signal.throwIfAborted()
      if (performance.now() > until) throw late()
      if (!followed?.following()) await sleep(everyMs, undefined, { signal })
    }
  } finally {
    await followed?.end()
  }
}

function followAll(told: readonly Follow[], signal: AbortSignal) {
  const over = new AbortController()
  let [following, news, come] = [true, false, false]
  let wake = () => {}
  const work = told.map(async (follow) => {
    try {
      for await (const said of follow(AbortSignal.any([signal, over.signal]))) {
        news = true
        come ||= said
        wake()
      }
    } catch {
      // Questions are asked without it.
    }
    following = false
    wake()
  })
  return {
    /** False as soon as one has ended: a part is missing then. */
    following: () => following,
    /** Resolves when something was told, with `silence` after `limitMs` and when nobody tells any more. Throws the abort reason. */
    next: async (limitMs: number): Promise<'come' | 'news' | 'silence'> => {
      if (following && !news) {
        const rest = new AbortController()
        wake = () => rest.abort()
        await sleep(limitMs, undefined, { signal: AbortSignal.any([signal, rest.signal]) }).catch(() => {})
        signal.throwIfAborted()
      }
      if (come) return 'come'
      const heard = news && following ? 'news' : 'silence'
      news = false
      return heard
    },
    end: async () => {
      over.abort()
      await Promise.all(work)
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
