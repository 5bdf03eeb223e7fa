import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Boxes, LoaderCircle, ScrollText, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { queryUtils } from '../../api/client.ts'
import { isUnasked, useClusters } from '../clusters/use-clusters.ts'
import { isRunning } from '../jobs/elapsed.ts'
import type { Entry } from './entry.ts'

/** Clusters and what can be begun with one, and the jobs that run. */
export function useClusterEntries(): readonly Entry[] {
  const { t } = useTranslation('palette')
  const { t: words } = useTranslation('clusters')
  const { t: jobWords } = useTranslation('jobs')
  const navigate = useNavigate()
  const clusters = useClusters().list.data?.clusters ?? []
  const jobs = useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: 50 } })).data ?? []
  const open = (cluster: Cluster) => void navigate({ to: '/clusters/$id', params: { id: cluster.id } })
  const note = (cluster: Cluster) =>
    [
      words(`provider.${cluster.provider}`),
      isUnasked(cluster) ? '' : words(`state.${cluster.state}`),
      cluster.nodes.length > 0 ? words('nodeCount', { count: cluster.nodes.length }) : '',
    ]
      .filter(Boolean)
      .join(words('comma'))
  return [
    ...jobs.filter(isRunning).map(
      (job): Entry => ({
        id: `job:${job.id}`,
        group: 'jobs',
        icon: LoaderCircle,
        busy: true,
        name: jobWords(`title.${job.kind}`, { name: job.subject }),
        note: jobWords(`doing.${job.kind}`, { context: job.state === 'cancelling' ? 'cancelling' : '' }),
        does: 'go',
        run: () => void navigate({ to: '/jobs/$id', params: { id: job.id } }),
      }),
    ),
    ...clusters.map(
      (cluster): Entry => ({
        id: `cluster:${cluster.id}`,
        group: 'clusters',
        icon: Boxes,
        name: cluster.name,
        note: note(cluster),
        keywords: cluster.context?.name ?? '',
        does: 'go',
        run: () => open(cluster),
      }),
    ),
    ...clusters.flatMap((cluster) => {
      const { context } = cluster
      if (!context) return []
      const entry: Entry = {
        id: `logs:${cluster.id}`,
        group: 'do',
        icon: ScrollText,
        name: t('logs', { name: cluster.name }),
        does: 'go',
        run: () => void navigate({ to: '/logs', search: { context: context.name, file: context.file } }),
      }
      return [entry]
    }),
    ...clusters
      .filter((cluster) => cluster.provider !== 'external' && cluster.jobId === null)
      .map(
        (cluster): Entry => ({
          id: `delete:${cluster.id}`,
          group: 'do',
          icon: Trash2,
          name: t('delete', { name: cluster.name }),
          note: t('deleteNote'),
          does: 'go',
          run: () => open(cluster),
        }),
      ),
  ]
}
