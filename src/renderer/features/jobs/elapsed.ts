import { useEffect, useState } from 'react'
import type { Job, JobStep } from '#shared/contract/jobs.ts'

export const isRunning = (job: Pick<Job, 'state'>) => job.state === 'running' || job.state === 'cancelling'

/** Time since the job began, in ms, ticking by this page's monotonic clock from what the last message said. */
export function useElapsed(job: Job): number {
  const [since, setSince] = useState({ job, ms: 0 })
  const running = isRunning(job)
  useEffect(() => {
    if (!running) return
    const at = performance.now()
    const timer = setInterval(() => setSince({ job, ms: performance.now() - at }), 250)
    return () => clearInterval(timer)
  }, [job, running])
  return running && since.job === job ? job.elapsedMs + since.ms : job.elapsedMs
}

/** What a step has taken so far. Both times come from core's clock, so a page on another machine is right too. */
export function stepElapsed(step: JobStep, job: Job, elapsed: number): number {
  if (step.tookMs !== null) return step.tookMs
  return step.startedAt === null ? 0 : Math.max(0, elapsed - (step.startedAt - job.startedAt))
}
