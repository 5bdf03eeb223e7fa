import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { TargetId } from '#shared/contract/targets.ts'
import { queryUtils } from '../../api/client.ts'
import { JobInRow } from '../clusters/job-in-row.tsx'
import { isRunning } from '../jobs/elapsed.ts'

/** What works on a machine now: what is shown of it may change, and nothing else can be begun there. */
export function TargetJob({ id }: { readonly id: TargetId }) {
  const { t } = useTranslation('targets')
  const jobs = useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: 50 } })).data ?? []
  const job = jobs.find(
    (one) =>
      isRunning(one) &&
      (one.facts['target'] === id ||
        String(one.facts['targets'] ?? '')
          .split(' ')
          .includes(id)),
  )
  if (!job) return null
  return (
    <div className="target-job line" role="group" aria-label={t('works')}>
      <JobInRow job={job} />
    </div>
  )
}
