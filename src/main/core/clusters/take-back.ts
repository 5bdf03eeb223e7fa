import type { Job } from '#shared/contract/jobs.ts'
import type { ProviderCluster } from '../providers/provider.ts'

/** A cluster that was being made: what is left of it was made within this time. ms since 1970 */
type Half = { readonly provider: string; readonly name: string; readonly from: number; readonly to: number }

/** The engine tells whole seconds, and ends what it was told to make also when who told it is gone. */
const slackMs = 5_000

/** What the clean-up of a create or rebuild could not take away, as there was no engine to ask. */
export type TakeBack = {
  /** A job has ended. `answered`: what there is was asked after that, and is known; what was known before is no ground to remove anything, nor to let it be. */
  ended(job: Job, provider: string, answered: Promise<unknown>): Promise<void>
  /** `answers`: whether a provider says what there is. Calls `remove` for each half of a cluster that is there now; a cluster of that name made before or since is not one. */
  look(answers: (provider: string) => boolean, clusters: readonly ProviderCluster[], remove: (half: ProviderCluster) => void): void
}

export function createTakeBack(): TakeBack {
  let halves: readonly Half[] = []
  return {
    ended: async (job, provider, answered) => {
      if (job.kind !== 'cluster.create' && job.kind !== 'cluster.rebuild') return
      const failed = job.steps.some((step) => step.id === 'clean-up' && step.state === 'failed')
      // Nobody could look: nothing is said to be left, or all that may be (`jobs/live-job.ts`).
      const unchecked = job.left === null || (job.left.length > 0 && job.left.join('\n') === job.undo.join('\n'))
      if (!failed || !unchecked) return
      await answered
      halves = [...halves, { provider, name: job.subject, from: job.startedAt - slackMs, to: (job.finishedAt ?? Date.now()) + slackMs }]
    },
    look: (answers, clusters, remove) => {
      const due = halves.filter((half) => answers(half.provider))
      halves = halves.filter((half) => !due.includes(half))
      for (const { provider, name, from, to } of due) {
        const found = clusters.find((one) => one.provider === provider && one.name === name)
        const made = found?.nodes.map((node) => node.createdAt ?? 0) ?? []
        if (found !== undefined && made.length > 0 && made.every((at) => at >= from && at <= to)) remove(found)
      }
    },
  }
}
