import type { JobStep, JobStepId } from '#shared/contract/jobs.ts'

/** A step that takes this long, ms, is stuck or nearly so: three times the usual, never less than half a minute. */
export const slowAfterMs = (usualMs: number | null): number => Math.max(30_000, 3 * (usualMs ?? 60_000))

export type SlowWatch = {
  /** Takes in the steps as they are now. */
  look(steps: readonly JobStep[]): void
  stop(): void
}

/** Has each step that runs much longer than usual looked into once, in the background. Whatever comes of it never disturbs the work. */
export function createSlowWatch(options: {
  after(usualMs: number | null): number
  /** Of the job. */
  readonly signal: AbortSignal
  explain(step: JobStepId, signal: AbortSignal): Promise<void>
}): SlowWatch {
  let watched: { readonly step: JobStepId; readonly abort: AbortController; readonly timer: NodeJS.Timeout } | null = null
  const seen = new Set<JobStepId>()

  const stop = () => {
    if (watched === null) return
    clearTimeout(watched.timer)
    watched.abort.abort()
    watched = null
  }
  options.signal.addEventListener('abort', stop, { once: true })

  return {
    look: (steps) => {
      const running = steps.find((step) => step.state === 'running')
      if (running?.id === watched?.step) return
      stop()
      if (running === undefined || seen.has(running.id) || options.signal.aborted) return
      const abort = new AbortController()
      const timer = setTimeout(() => {
        seen.add(running.id)
        options.explain(running.id, abort.signal).catch((error: unknown) => {
          if (!abort.signal.aborted) console.error(`looking into the slow step ${running.id} failed:`, error)
        })
      }, options.after(running.usualMs))
      timer.unref()
      watched = { step: running.id, abort, timer }
    },
    stop,
  }
}
