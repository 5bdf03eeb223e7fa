import type { CreateSpecInput } from '#shared/contract/clusters.ts'
import type { Job } from '#shared/contract/jobs.ts'

const specs = new Map<string, CreateSpecInput>()

/** Keeps what a create or rebuild was asked for, so that a failed one can be tried again with everything that was entered. */
export function rememberSpec(jobId: string, spec: CreateSpecInput) {
  specs.set(jobId, spec)
}

/** What is made where the job ends well, as entered in this window; null: this window does not know it. */
export const rememberedSpec = (jobId: string): CreateSpecInput | null => specs.get(jobId) ?? null

/** The specification of a create job: as entered in this window, else what the job itself tells of it. */
export function specOf(job: Job): CreateSpecInput {
  const known = specs.get(job.id)
  if (known) return known
  const nodes = typeof job.facts['nodes'] === 'number' ? job.facts['nodes'] : 1
  return { name: job.subject, image: typeof job.facts['image'] === 'string' ? job.facts['image'] : null, workers: Math.max(0, nodes - 1) }
}
