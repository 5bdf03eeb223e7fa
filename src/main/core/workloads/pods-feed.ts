import type { AppErrorShape } from '#shared/messages/error.ts'
import type { Pod, PodsEvent } from '#shared/contract/workloads.ts'
import type { PodChange } from './pod-table.ts'
import { pause } from './stoppable.ts'

/**
 * What one viewer has yet to be told. Bounded whatever its pace: changes of one pod are one change, and a failure is forgotten once the source answered again.
 */
export type PodsFeed = {
  snapshot(pods: readonly Pod[]): void
  /** An empty change is told too: it says that the source answers (again). */
  change(change: PodChange): void
  fail(error: AppErrorShape): void
  /** Events until the signal is aborted. */
  read(signal: AbortSignal): AsyncGenerator<PodsEvent, void>
}

/** Changes within this time are told as one. */
const batchMs = 40

export function createPodsFeed(now: () => number = Date.now): PodsFeed {
  let snapshot: Map<string, Pod> | null = null
  let upserted = new Map<string, Pod>()
  let removed = new Set<string>()
  let changed = false
  let error: AppErrorShape | null = null
  let asOf = 0
  let wake: (() => void) | null = null

  const tell = () => {
    asOf = now()
    wake?.()
  }
  const waiting = () => snapshot !== null || changed || error !== null

  /** Taken as a whole before it is handed out, so that what comes meanwhile waits for the next round. */
  const take = (): PodsEvent[] => {
    const events: PodsEvent[] = []
    if (snapshot) events.push({ type: 'snapshot', pods: [...snapshot.values()], asOf })
    else if (changed) events.push({ type: 'changed', upserted: [...upserted.values()], removed: [...removed], asOf })
    if (error) events.push({ type: 'failed', error })
    snapshot = null
    changed = false
    upserted = new Map()
    removed = new Set()
    error = null
    return events
  }

  return {
    snapshot: (pods) => {
      snapshot = new Map(pods.map((pod) => [pod.uid, pod]))
      error = null
      tell()
    },
    change: (change) => {
      error = null
      for (const pod of change.upserted) {
        if (snapshot) snapshot.set(pod.uid, pod)
        else upserted.set(pod.uid, pod)
        removed.delete(pod.uid)
      }
      for (const uid of change.removed) {
        if (snapshot) snapshot.delete(uid)
        else removed.add(uid)
        upserted.delete(uid)
      }
      if (!snapshot) changed = true
      tell()
    },
    fail: (failure) => {
      error = failure
      wake?.()
    },
    read: async function* (signal) {
      let first = true
      while (!signal.aborted) {
        if (!waiting()) {
          await new Promise<void>((resolve) => {
            wake = resolve
            signal.addEventListener('abort', wake, { once: true })
          })
          if (wake) signal.removeEventListener('abort', wake)
          wake = null
        }
        if (!first) await pause(batchMs, signal)
        first = false
        if (!signal.aborted) yield* take()
      }
    },
  }
}
