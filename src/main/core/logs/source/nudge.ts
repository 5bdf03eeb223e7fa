/** Wakes who waits. */
export type Nudge = {
  wake(): void
  /** Until woken (also by a call since the last wait), after `ms`, or at the end of the signal. */
  wait(ms: number): Promise<void>
}

export function createNudge(signal: AbortSignal): Nudge {
  let woken = false
  let resume: (() => void) | null = null
  return {
    wake: () => {
      woken = true
      resume?.()
    },
    wait: (ms) =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', end)
          resume = null
          woken = false
          resolve()
        }
        const timer = setTimeout(end, ms)
        if (woken || signal.aborted) return end()
        resume = end
        signal.addEventListener('abort', end, { once: true })
      }),
  }
}
