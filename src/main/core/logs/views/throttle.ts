import { pause } from '../../workloads/stoppable.ts'

/** Who waits for changes of one thing: told of the last one always. */
export type Throttle = {
  changed(): void
  /** The version after `seen` (0: the present one, at once), as soon as there is one, and no sooner than `ms` after the call before. Null: over. */
  next(seen: number, ms: number, signal: AbortSignal): Promise<number | null>
  dispose(): void
}

export function createThrottle(): Throttle {
  let version = 1
  let disposed = false
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const resume of waiting) resume()
  }

  return {
    changed: () => {
      version++
      wake()
    },
    next: async (seen, ms, signal) => {
      if (seen > 0) await pause(ms, signal)
      while (version === seen && !disposed && !signal.aborted)
        await new Promise<void>((resolve) => {
          const resume = () => {
            waiting.delete(resume)
            signal.removeEventListener('abort', resume)
            resolve()
          }
          waiting.add(resume)
          signal.addEventListener('abort', resume, { once: true })
        })
      return disposed || signal.aborted ? null : version
    },
    dispose: () => {
      disposed = true
      wake()
    },
  }
}
