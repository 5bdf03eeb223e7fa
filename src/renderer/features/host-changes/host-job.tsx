import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { Button, Callout, Progress, SkeletonRows, Table, useFormat } from '../../ui/index.ts'
import { CancelDialog } from '../jobs/cancel-dialog.tsx'
import { isRunning, useElapsed } from '../jobs/elapsed.ts'
import { JobEnd } from '../jobs/job-end.tsx'
import { JobState } from '../jobs/job-head.tsx'
import { JobSteps } from '../jobs/job-steps.tsx'
import { segmentsOf, stepAt } from '../jobs/job-words.ts'
import { useJob } from '../jobs/use-job.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import '../jobs/jobs.css'

type HostJobProps = {
  readonly id: string
  /** Said when it went well. */
  readonly succeeded: string
  /** What its parts are called, in their order. */
  readonly parts: readonly string[]
  readonly onEnd: (job: Job) => void
}

/** A job that changes a machine, in the dialog that began it. It goes on where the dialog is closed. */
export function HostJob({ id, succeeded, parts, onEnd }: HostJobProps) {
  const { t: common } = useTranslation('common')
  const [attempt, setAttempt] = useState(0)
  const { job, error } = useJob(id, attempt)
  const told = useRef(false)
  useEffect(() => {
    if (job === null || isRunning(job) || told.current) return
    told.current = true
    onEnd(job)
  }, [job, onEnd])
  if (job) return <Running job={job} succeeded={succeeded} parts={parts} />
  if (error) return <ErrorNotice error={error} onRetry={() => setAttempt(attempt + 1)} />
  return (
    <Table label={common('loading')} columns={[{ key: 'step', label: common('loading') }]} className="job-loading" busy>
      <SkeletonRows rows={4} columns={1} label={common('loading')} />
    </Table>
  )
}

function Running({ job, succeeded, parts }: Pick<HostJobProps, 'succeeded' | 'parts'> & { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const { t: words } = useTranslation('host-changes')
  const format = useFormat()
  const elapsed = useElapsed(job)
  const [asking, setAsking] = useState(false)
  const running = isRunning(job)
  const part = running ? parts[Number(stepAt(job).step?.facts['part']) - 1] : undefined
  return (
    <div className="host-job">
      <div className="line wrap">
        <span role="status">
          <JobState job={job} />
        </span>
        <span className="fg-3">{format.clock(elapsed)}</span>
        {part === undefined ? null : <span className="fg-2 text-wrap">{part}</span>}
        <span className="grow" />
        <Link to="/jobs/$id" params={{ id: job.id }}>
          {words('openJob')}
        </Link>
        {running && job.cancellable ? (
          <Button size="small" icon={X} busy={job.state === 'cancelling'} onClick={() => setAsking(true)}>
            {job.state === 'cancelling' ? t('cancelling') : t('cancel.button')}
          </Button>
        ) : null}
      </div>
      <Progress label={t(`title.${job.kind}`, { name: job.subject })} segments={segmentsOf(job, elapsed)} live={running} />
      {job.state === 'succeeded' ? <Callout tone="ok">{succeeded}</Callout> : <JobEnd job={job} />}
      <JobSteps job={job} />
      {asking ? <CancelDialog job={job} onClose={() => setAsking(false)} /> : null}
    </div>
  )
}
