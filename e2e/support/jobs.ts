import { expect, type Page } from '@playwright/test'
import type { Job, JobStep } from '../../src/shared/contract/jobs.ts'
import type { CoveClient } from './client.ts'

type Api = CoveClient['api']

/** Follows a job to its end and answers with it. `onJob` sees each state on the way. */
export async function endOf(api: Api, id: string, onJob: (job: Job) => void = () => undefined): Promise<Job> {
  let last: Job | null = null
  for await (const event of await api.jobs.watch({ id })) {
    if (event.type !== 'snapshot' && event.type !== 'job') continue
    last = event.job
    onJob(last)
    if (last.finishedAt !== null) return last
  }
  throw new Error(`the stream of job ${id} ended before the job (${last?.state ?? 'never seen'})`)
}

/** Resolves when the step runs, and has come so far (0…1 of it) where that is said; or the job is past it. */
export async function untilStep(api: Api, id: string, step: JobStep['id'], from = 0): Promise<Job> {
  for await (const event of await api.jobs.watch({ id })) {
    if (event.type !== 'snapshot' && event.type !== 'job') continue
    const at = event.job.steps.find((each) => each.id === step)
    if (!at) throw new Error(`job ${id} has no step ${step}: ${event.job.steps.map((each) => each.id).join(', ')}`)
    if (at.state !== 'pending' && (from === 0 || at.state !== 'running' || (at.progress ?? 0) >= from)) return event.job
    if (event.job.finishedAt !== null)
      throw new Error(`job ${id} ended ${event.job.state} before ${step}: ${JSON.stringify(event.job.error)}`)
  }
  throw new Error(`the stream of job ${id} ended before ${step}`)
}

/** The job whose page is shown. A create shows one before core has named its job, so that name is waited for. */
export async function jobOfPage(page: Page): Promise<string> {
  let id = ''
  // By events, as the page goes on to the cluster by itself once the job is through.
  await page.waitForURL(
    ({ hash }) => {
      id = /^#\/jobs\/(?!starting-)([^/?]+)/.exec(hash)?.[1] ?? ''
      return id !== ''
    },
    { timeout: 30_000 },
  )
  return id
}

/** Ends a job well, or says why not. */
export async function succeeds(api: Api, started: Promise<{ jobId: string }>): Promise<Job> {
  const job = await endOf(api, (await started).jobId)
  if (job.state !== 'succeeded') throw new Error(`${job.kind} ended ${job.state}: ${JSON.stringify(job.error)}`)
  return job
}

/** Cancels a job once this step runs and has come so far. It must say that nothing is left, and no command of it may go on. */
export async function cancelledAt(api: Api, started: Promise<{ jobId: string }>, step: JobStep['id'], from = 0): Promise<Job> {
  const { jobId: id } = await started
  await untilStep(api, id, step, from)
  await api.jobs.cancel({ id })
  const job = await api.jobs.get({ id })
  expect(job).toMatchObject({ state: 'cancelled', left: [], error: null })
  expect((await api.jobs.commands({ jobId: id })).filter((command) => command.state === 'running')).toEqual([])
  return job
}
