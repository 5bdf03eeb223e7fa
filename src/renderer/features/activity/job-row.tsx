import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { Cell, IconButton, Row, useFormat } from '../../ui/index.ts'
import { isRunning, useElapsed } from '../jobs/elapsed.ts'
import { JobState } from '../jobs/job-head.tsx'
import { stepAt, useStepWords } from '../jobs/job-words.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { Started } from './started.tsx'

type JobRowProps = {
  readonly job: Job
  readonly dated: boolean
  readonly old: boolean
  readonly onOpen: (job: Job) => void
  readonly onCancel: (id: string) => void
}

export function JobRow({ job, dated, old, onOpen, onCancel }: JobRowProps) {
  const { t } = useTranslation('activity')
  const { t: words } = useTranslation('jobs')
  const format = useFormat()
  const elapsed = useElapsed(job)
  const note = useNote(job)
  const title = words(`title.${job.kind}`, { name: job.subject })
  return (
    <Row onOpen={() => onOpen(job)} old={old} label={t('openJob', { title })}>
      <Cell className="line" title={note ? `${title}${words('comma')}${note}` : title}>
        <Link to="/jobs/$id" params={{ id: job.id }} className="name cut activity-title">
          {words(`verb.${job.kind}`)} <span className="mono">{job.subject}</span>
        </Link>
        <span className="cut fg-3 sm">{note}</span>
      </Cell>
      <Cell className="line">
        <JobState job={job} />
      </Cell>
      <Cell className="num-cell fg-2">{isRunning(job) ? format.clock(elapsed) : format.duration(elapsed)}</Cell>
      <Cell className="num-cell fg-2">
        <Started at={job.startedAt} dated={dated} />
      </Cell>
      <Cell className="activity-end">
        {job.state === 'running' && job.cancellable ? (
          <IconButton small icon={X} label={t('cancel', { title })} onClick={() => onCancel(job.id)} />
        ) : null}
      </Cell>
    </Row>
  )
}

/** Why it is as it is, in few words. */
function useNote(job: Job): string {
  const { t } = useTranslation('activity')
  const errorWords = useErrorWords()
  const stepWords = useStepWords()
  switch (job.state) {
    case 'running': {
      const { step } = stepAt(job)
      return step ? stepWords(step, job).name : ''
    }
    case 'failed':
      return job.error ? errorWords(job.error).title : ''
    case 'cancelled':
    case 'interrupted':
      return job.left === null ? '' : job.left.length === 0 ? t('left.none') : t('left.some', { count: job.left.length })
    default:
      return ''
  }
}
