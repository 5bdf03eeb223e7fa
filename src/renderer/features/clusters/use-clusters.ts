import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Cluster, ClustersSnapshot } from '#shared/contract/clusters.ts'
import type { Job } from '#shared/contract/jobs.ts'
import { api, queryUtils } from '../../api/client.ts'

/** The list as last known, and a way to ask every source again. */
export function useClusters() {
  const queryClient = useQueryClient()
  const list = useQuery(queryUtils.clusters.list.queryOptions())
  const refresh = useMutation({
    mutationFn: () => api.clusters.refresh(),
    onSuccess: (snapshot) => queryClient.setQueryData(queryUtils.clusters.list.queryKey(), snapshot),
  })
  // A look that failed is told until a later one, of whoever, brings the list.
  const error = list.error ?? (refresh.submittedAt > list.dataUpdatedAt ? refresh.error : null)
  return { list, refresh, error, again: () => (list.error ? void list.refetch() : refresh.mutate()) }
}

/** Jobs that make a cluster which no source lists yet, so that it has a row from its first second. */
export function useUnlistedCreates(snapshot: ClustersSnapshot | undefined): {
  readonly jobs: readonly Job[]
  readonly unlisted: readonly Job[]
} {
  const jobs = useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: 50 } })).data ?? []
  const listed = new Set((snapshot?.clusters ?? []).map((cluster) => cluster.jobId))
  const names = new Set((snapshot?.clusters ?? []).filter((cluster) => !isForeign(cluster)).map((cluster) => cluster.name))
  const unlisted = jobs.filter(
    (job) =>
      job.kind === 'cluster.create' &&
      (job.state === 'running' || job.state === 'cancelling') &&
      !listed.has(job.id) &&
      !names.has(job.subject),
  )
  return { jobs, unlisted }
}

export type ListState = 'loading' | 'empty' | 'unknown' | 'full'

/** Empty only when every source has said so; what has not answered is unknown, never empty. */
export function listState(snapshot: ClustersSnapshot | undefined, unlisted: number): ListState {
  if (!snapshot) return unlisted > 0 ? 'full' : 'loading'
  if (snapshot.clusters.length > 0 || unlisted > 0) return 'full'
  if (snapshot.sources.some((source) => source.state === 'loading')) return 'loading'
  if (snapshot.sources.some((source) => source.state === 'failed')) return 'unknown'
  return 'empty'
}

/** Known by a context alone: what makes and stops it is not Cove. */
export const isForeign = ({ provider }: Cluster): boolean => provider === 'external' || provider === 'kubeadm'

const answers: ReadonlySet<Cluster['reason']['code']> = new Set(['api-silent', 'api-untrusted', 'api-unasked'])

/** Known by a context alone, and nobody asked whether it runs, which is no failing. */
export const isUnasked = (cluster: Cluster): boolean =>
  isForeign(cluster) && cluster.state === 'unknown' && !answers.has(cluster.reason.code)

/** In an engine that is not the one in use, or perhaps in one: a context leads to it, and nothing is done with it from here. */
export const isElsewhere = ({ reason }: Cluster): boolean => reason.code === 'other-engine' || reason.code === 'engine-silent'

/** Where a cluster is: made here or reached on a local address, or elsewhere. */
export function isHere(cluster: Cluster): boolean {
  if (!isForeign(cluster)) return true
  return /^https?:\/\/(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(cluster.server ?? '')
}

export function matches(cluster: Cluster, filter: string): boolean {
  const text = [
    cluster.name,
    cluster.provider,
    cluster.version ?? '',
    cluster.context?.name ?? '',
    cluster.state,
    ...cluster.nodes.map((node) => node.name),
  ]
    .join('\n')
    .toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
