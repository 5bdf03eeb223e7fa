import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../error.ts'

/**
 * Asks until `probe` says true. What it throws meanwhile is an API server that is not up yet, unless its tool cannot run at all.
 * Throws `late()` after `limitMs` and the abort reason at once.
 */
export async function waitUntil(
  probe: () => Promise<boolean>,
  options: { signal: AbortSignal; limitMs: number; late: () => AppError },
): Promise<void> {
  const until = performance.now() + options.limitMs
  for (;;) {
    try {
      if (await probe()) return
    } catch (error) {
      options.signal.throwIfAborted()
      if (!(error instanceof AppError) || error.code.startsWith('tool-') || error.code === 'command-not-started') throw error
    }
    options.signal.throwIfAborted()
    if (performance.now() > until) throw options.late()
    await sleep(500, undefined, { signal: options.signal })
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
