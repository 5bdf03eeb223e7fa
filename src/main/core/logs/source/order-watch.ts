import type { LineBatch } from '../store/layout.ts'

/**
 * Finds where a stream that goes on may have left its log. The kubelet reads a log that is turned over while it lags behind from its beginning again, as often as it was turned over,
 * and leaves out what was in between; seen with 1.34 where its reader was slow. Both show in the times.
 * https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/kubelet/kuberuntime/logs/logs.go
 */
export type OrderWatch = {
  begin(): void
  /** Index of the first line that is to be looked at anew, `batch.count` where there is none. `newest`: second of the newest line before it; `now`: the server's clock, seconds. Each place once. */
  suspect(batch: LineBatch, newest: number | null, now: number): number
}

/** Seconds that times of one log go back where several writers share it. */
const disorder = 2
/** A stream that is that far behind, seconds, may lose what is turned over meanwhile. */
const behind = 3

export function createOrderWatch(): OrderWatch {
  let caughtUp = false
  let looked = 0
  return {
    begin: () => {
      caughtUp = false
    },
    suspect: ({ count, seconds }, newest, now) => {
      let last = newest ?? 0
      for (let i = 0; i < count; i += 1) {
        const second = seconds[i] ?? 0
        if (second === 0) continue
        if (last !== 0 && last !== looked) {
          // With a newest line from the future it is the clock that was set back.
          const back = second < last - disorder && last <= now + 1
          const hole = second > last + 1 && caughtUp && now - second >= behind
          if (back || hole) {
            looked = last
            return i
          }
        }
        if (second > last) last = second
      }
      if (now - last < disorder) caughtUp = true
      return count
    },
  }
}
