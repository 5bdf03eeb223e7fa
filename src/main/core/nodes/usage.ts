import type { UsageEvent } from '#shared/contract/nodes.ts'
import { AppError, errorShape } from '../error.ts'

/** Asks once. Throws AppError. */
export type LookAtUse = (signal: AbortSignal) => Promise<Extract<UsageEvent, { type: 'usage' }>>

/** Between two answers of the engine, which looks at every process group of the nodes for it. Others are asked a fourth as often: a metrics-server counts every 15 s, and what fails may be far away. */
const usualPauseMs = 3_000

type Watch = { last: UsageEvent | null; readonly readers: Set<() => void>; readonly stop: AbortController }

/** One question at a time for each cluster, however many windows show it, and none when nobody does. */
export function createUsage(look: (id: string) => LookAtUse, pauseMs = usualPauseMs) {
  const watches = new Map<string, Watch>()

  async function run(id: string, watch: Watch) {
    const { signal } = watch.stop
    const ask = look(id)
    while (!signal.aborted) {
      const event = await ask(signal).catch((error: unknown): UsageEvent => {
        if (!(error instanceof AppError) && !signal.aborted) console.error('use of a cluster could not be read on a bug:', error)
        return { type: 'failed', error: errorShape(error) }
      })
      if (signal.aborted) return
      watch.last = event
      for (const wake of watch.readers) wake()
      await pause(event.type === 'usage' && event.source === 'engine' ? pauseMs : pauseMs * 4, signal)
    }
  }

  return {
    async *watch(id: string, outer: AbortSignal): AsyncGenerator<UsageEvent, void> {
      if (outer.aborted) return
      let watch = watches.get(id)
      if (watch === undefined) {
        watch = { last: null, readers: new Set(), stop: new AbortController() }
        watches.set(id, watch)
        void run(id, watch)
      }
      let seen: UsageEvent | null = null
      let wake = () => {}
      const nudge = () => wake()
      watch.readers.add(nudge)
      outer.addEventListener('abort', nudge)
      try {
        while (!outer.aborted && !watch.stop.signal.aborted) {
          if (watch.last !== null && watch.last !== seen) {
            seen = watch.last
            yield seen
          } else await new Promise<void>((resolve) => (wake = resolve))
        }
      } finally {
        outer.removeEventListener('abort', nudge)
        watch.readers.delete(nudge)
        if (watch.readers.size === 0) {
          watch.stop.abort()
          if (watches.get(id) === watch) watches.delete(id)
        }
      }
    },
    dispose: () => {
      for (const { stop, readers } of watches.values()) {
        stop.abort()
        for (const wake of readers) wake()
      }
    },
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
