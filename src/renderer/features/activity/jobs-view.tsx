import { Link, useNavigate } from '@tanstack/react-router'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { Button, buttonClass, EmptyState, GroupRow, Scroll, SkeletonRows, Table, useFormat, useNow } from '../../ui/index.ts'
import { CancelDialog } from '../jobs/cancel-dialog.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { byDay, isWanting, jobFits } from './activity-filter.ts'
import type { Wanted } from './activity-filter.ts'
import { JobRow } from './job-row.tsx'
import { keptJobs, type useJobs } from './use-activity.ts'

type JobsViewProps = { readonly jobs: ReturnType<typeof useJobs>; readonly wanted: Wanted; readonly onClear: () => void }

export function JobsView({ jobs, wanted, onClear }: JobsViewProps) {
  const { t } = useTranslation('activity')
  const { t: words } = useTranslation('jobs')
  const { t: common } = useTranslation('common')
  const navigate = useNavigate()
  const format = useFormat()
  const now = useNow(60_000)
  const [asking, setAsking] = useState<string | null>(null)
  const asked = jobs.data?.find((job) => job.id === asking)
  const all = jobs.data ?? []
  const shown = all.filter((job) => jobFits(job, words(`title.${job.kind}`, { name: job.subject }), wanted))
  const open = (job: Job) => void navigate({ to: '/jobs/$id', params: { id: job.id } })
  const columns = [
    { key: 'job', label: t('column.job') },
    { key: 'state', label: common('state') },
    { key: 'took', label: t('column.took'), align: 'end' as const },
    { key: 'started', label: t('column.started'), align: 'end' as const },
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  return (
    <Scroll>
      {jobs.error ? (
        <ErrorNotice
          className="page-notice"
          {...(jobs.data ? { tone: 'warn' as const } : {})}
          error={jobs.error}
          consequence={jobs.data ? t('stale') : null}
          onRetry={() => void jobs.refetch()}
        />
      ) : null}
      {jobs.isPending || shown.length > 0 ? (
        <Table label={t('view.jobs')} columns={columns} className="activity-jobs" interactive busy={jobs.isPending}>
          {jobs.isPending ? <SkeletonRows rows={6} columns={columns.length} label={common('loading')} /> : null}
          {byDay(shown, now).map(({ day, items }) => (
            <Fragment key={day}>
              <GroupRow title={t(`day.${day}`)} colSpan={columns.length} />
              {items.map((job) => (
                <JobRow key={job.id} job={job} dated={day === 'earlier'} old={jobs.error !== null} onOpen={open} onCancel={setAsking} />
              ))}
            </Fragment>
          ))}
        </Table>
      ) : null}
      {jobs.data && all.length === 0 ? (
        <EmptyState
          title={t('empty.jobs')}
          actions={
            <Link to="/clusters" className={buttonClass('primary')}>
              {t('empty.toClusters')}
            </Link>
          }
        >
          {t('empty.jobsText')}
        </EmptyState>
      ) : null}
      {all.length > 0 && shown.length === 0 && isWanting(wanted) ? (
        <EmptyState title={t('empty.noJob')} actions={<Button onClick={onClear}>{t('clear')}</Button>} />
      ) : null}
      {all.length >= keptJobs ? <p className="activity-more fg-2">{t('kept.jobs', { n: format.number(keptJobs) })}</p> : null}
      {asked ? <CancelDialog job={asked} onClose={() => setAsking(null)} /> : null}
    </Scroll>
  )
}
