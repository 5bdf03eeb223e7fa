import type { Job } from '#shared/contract/jobs.ts'
import type { Surroundings } from './types.ts'

const isRunning = (job: Job) => job.finishedAt === null && job.kind !== 'leftovers.remove'

/** Some job, of this Cove or another, works on a cluster of that name; whatever the provider. Also one that a killed Cove left and nobody took up yet. */
export function isBusy({ jobs }: Surroundings, cluster: string): boolean {
  return jobs.some((job) => isRunning(job) && job.subject === cluster)
}

/** A job works on any cluster, or on a tool. */
export function isAnyBusy({ jobs }: Surroundings): boolean {
  return jobs.some((job) => isRunning(job) && (job.kind.startsWith('cluster.') || job.kind === 'tool.download'))
}

/** So young that a tool outside Cove may still be making what belongs to it; without a time nothing is old. */
export function isYoung({ now, graceMs }: Surroundings, at: number | null): boolean {
  return at === null || now - at < graceMs
}

/** Profile of a machine of minikube: `dev` of `dev-m02`. A profile may have such a name itself, so both are asked for. */
export function profilesOf(machine: string): readonly string[] {
  const base = /^(.+)-m\d{2,}$/.exec(machine)?.[1]
  return base === undefined ? [machine] : [machine, base]
}
