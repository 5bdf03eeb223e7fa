import { useQuery } from '@tanstack/react-query'
import { LoaderCircle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { queryUtils } from '../../api/client.ts'
import { Icon, VisuallyHidden } from '../../ui/index.ts'

/** How many clusters there are, beside their entry in the rail. */
export function ClusterCount() {
  const count = useQuery(queryUtils.clusters.list.queryOptions()).data?.clusters.length ?? 0
  return count > 0 ? <span className="end count">{count}</span> : null
}

/** How many jobs run, beside Activity. */
export function RunningJobs() {
  const { t } = useTranslation('shell')
  const jobs = useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: 50 } }))
  const running = (jobs.data ?? []).filter((job) => job.state === 'running' || job.state === 'cancelling').length
  if (running === 0) return null
  return (
    <span className="end">
      <Icon of={LoaderCircle} tone="info" spin />
      <span aria-hidden>{running}</span>
      <VisuallyHidden>{t('nav.jobsRunning', { count: running })}</VisuallyHidden>
    </span>
  )
}
