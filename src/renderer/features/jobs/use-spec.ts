import { useQuery } from '@tanstack/react-query'
import type { CreateSpecInput } from '#shared/contract/clusters.ts'
import type { Job } from '#shared/contract/jobs.ts'
import { queryUtils } from '../../api/client.ts'
import { rememberedSpec } from './spec-memory.ts'
import { isStarting } from './starting.ts'

/**
 * What a create or rebuild makes where it ends well: as entered in this window, else as core keeps it with the job. `spec` null: neither says; `asking`: core
 * has not answered yet.
 */
export function useSpec({ id, kind }: Pick<Job, 'id' | 'kind'>): { readonly spec: CreateSpecInput | null; readonly asking: boolean } {
  const here = rememberedSpec(id)
  const made = kind === 'cluster.create' || kind === 'cluster.rebuild'
  const kept = useQuery({
    ...queryUtils.clusters.asked.queryOptions({ input: { jobId: id } }),
    enabled: here === null && made && !isStarting(id),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return { spec: here ?? kept.data ?? null, asking: here === null && kept.isLoading }
}

/** What a create job tells of itself, of which nothing more is known. */
export function seenSpec({ subject, facts }: Job): CreateSpecInput {
  const nodes = typeof facts['nodes'] === 'number' ? facts['nodes'] : 1
  return { name: subject, image: typeof facts['image'] === 'string' ? facts['image'] : null, workers: Math.max(0, nodes - 1) }
}
