import { AppError } from '../error.ts'

export type SharedWork<T, P> = {
  /** Joins the work of this key, or starts it. Aborting `signal` lets go (`cancelled`); the work itself is aborted, and waited for, when the last one let go. */
  join(
    key: string,
    work: (signal: AbortSignal, progress: (progress: P) => void) => Promise<T>,
    listener: { readonly signal?: AbortSignal | undefined; readonly progress?: ((progress: P) => void) | undefined },
  ): Promise<T>
  isRunning(key: string): boolean
}

type Running<T, P> = {
  readonly promise: Promise<T>
  readonly controller: AbortController
  readonly listeners: Set<(progress: P) => void>
  latest: P | undefined
  holders: number
}

/** One piece of work for everybody who asks for it at the same time. */
export function createSharedWork<T, P>(): SharedWork<T, P> {
  const running = new Map<string, Running<T, P>>()

  function start(key: string, work: Parameters<SharedWork<T, P>['join']>[1]): Running<T, P> {
    const controller = new AbortController()
    const listeners = new Set<(progress: P) => void>()
    const promise = work(controller.signal, (progress) => {
      entry.latest = progress
      for (const listener of listeners) listener(progress)
    }).finally(() => {
      if (running.get(key) === entry) running.delete(key)
    })
    const entry: Running<T, P> = { promise, controller, listeners, latest: undefined, holders: 0 }
    running.set(key, entry)
    return entry
  }

  return {
    isRunning: (key) => running.has(key),
    join: async (key, work, { signal, progress }) => {
      // One that is being given up cannot be joined any more: wait until it has cleaned up.
      for (let other = running.get(key); other?.controller.signal.aborted; other = running.get(key)) await other.promise.catch(() => {})
      if (signal?.aborted) throw new AppError('cancelled', {})
      const entry = running.get(key) ?? start(key, work)
      entry.holders++
      if (progress) entry.listeners.add(progress)
      if (progress && entry.latest !== undefined) progress(entry.latest)
      let letGo = () => {}
      const gone = new Promise<'gone'>((resolve) => {
        letGo = () => resolve('gone')
      })
      signal?.addEventListener('abort', letGo, { once: true })
      try {
        const first = await Promise.race([entry.promise.then((value) => ({ value })), gone])
        if (first !== 'gone') return first.value
      } finally {
        signal?.removeEventListener('abort', letGo)
        if (progress) entry.listeners.delete(progress)
        entry.holders--
      }
      if (entry.holders === 0) {
        entry.controller.abort()
        await entry.promise.catch(() => {})
      }
      throw new AppError('cancelled', {})
    },
  }
}
