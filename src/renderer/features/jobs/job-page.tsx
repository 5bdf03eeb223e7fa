import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { Scroll, SkeletonRows, Table, useFormat } from '../../ui/index.ts'
import { painted } from '../../painted.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { Page } from '../shell/page.tsx'
import { onCancel } from './cancel-words.ts'
import { isRunning } from './elapsed.ts'
import { JobEnd } from './job-end.tsx'
import { JobHead } from './job-head.tsx'
import { JobSide } from './job-side.tsx'
import { JobSteps } from './job-steps.tsx'
import { SlowNotice } from './slow-notice.tsx'
import { pageKeyOf } from './starting.ts'
import { useJob } from './use-job.ts'
import { useThing } from './job-words.ts'
import './jobs.css'

/** One job: its steps, output, commands, and its end. */
export function JobPage() {
  const { id } = useParams({ from: '/jobs/$id' })
  // Another job is another page: nothing of the one before may show.
  return <OneJob key={pageKeyOf(id)} id={id} />
}

function OneJob({ id }: { readonly id: string }) {
  const { t } = useTranslation('jobs')
  const { t: common } = useTranslation('common')
  const { t: shell } = useTranslation('shell')
  const [attempt, setAttempt] = useState(0)
  const { job, commands, output, dropped, error } = useJob(id, attempt)
  useLanding(job)
  // The steps first: what is beside them, empty at the start, takes nearly as long to make, and comes with the next frame.
  const withSide = usePainted()
  const before = <Link to="/clusters">{shell('nav.clusters')}</Link>
  if (!job) {
    return (
      <Page title={t('title.loading')} before={before}>
        <Scroll>
          {error ? (
            <ErrorNotice className="page-notice" error={error} onRetry={() => setAttempt(attempt + 1)} />
          ) : (
            <Table label={t('title.loading')} columns={[{ key: 'step', label: t('steps') }]} className="job-loading" busy>
              <SkeletonRows rows={8} columns={1} label={common('loading')} />
            </Table>
          )}
        </Scroll>
      </Page>
    )
  }
  return (
    <Page
      title={t(`title.${job.kind}`, { name: job.subject })}
      before={before}
      status={<JobStatus job={job} />}
      statusEnd={<JobTimes job={job} />}
    >
      <div className="job-page">
        <JobHead job={job} />
        {error ? <ErrorNotice className="page-notice" error={error} onRetry={() => setAttempt(attempt + 1)} /> : null}
        <SlowNotice job={job} />
        <JobEnd job={job} />
        <div className="job">
          <JobSteps job={job} />
          {withSide ? <JobSide job={job} commands={commands} output={output} dropped={dropped} /> : <section className="side" />}
        </div>
      </div>
    </Page>
  )
}

/** False until what was rendered first is on the screen. */
function usePainted(): boolean {
  const [is, setIs] = useState(false)
  useEffect(() => {
    let gone = false
    void painted().then(() => gone || setIs(true))
    return () => {
      gone = true
    }
  }, [])
  return is
}

/** A create that was watched to its good end leads on to the cluster. */
function useLanding(job: Job | null) {
  const navigate = useNavigate()
  const watched = useRef(false)
  useEffect(() => {
    if (!job) return
    if (isRunning(job)) watched.current = true
    else if (watched.current && job.state === 'succeeded' && job.kind === 'cluster.create' && job.result?.['clusterId']) {
      watched.current = false
      void navigate({ to: '/clusters/$id', params: { id: job.result['clusterId'] }, replace: true })
    }
  }, [job, navigate])
}

/** What cancel will do, said before it is pressed. */
function JobStatus({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const format = useFormat()
  const thing = useThing()
  if (job.state === 'cancelling') return <span>{t('status.cancelling')}</span>
  if (!isRunning(job))
    return job.kind === 'cluster.create' && job.state !== 'succeeded' ? <span className="fg-2">{t('status.kept')}</span> : null
  if (!job.cancellable)
    return <span className="fg-2 cut">{t(job.kind === 'cluster.delete' ? 'status.deleteGoesOn' : 'status.notCancellable')}</span>
  const on = onCancel(job.kind)
  if (on === 'goesOn') return <span className="cut">{t('status.goesOn')}</span>
  if (on === 'stop') return <span className="cut">{t('status.stop')}</span>
  if (on === 'replace' && job.undo.length === 0) return <span className="cut">{t('status.replace')}</span>
  if (job.undo.length === 0) return <span className="cut">{t('status.undoNothing')}</span>
  const names = format.list(job.undo.map(thing))
  return <span className="cut">{on === 'putBack' || on === 'replace' ? t('status.putBack', { names }) : t('status.undo', { names })}</span>
}

function JobTimes({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const format = useFormat()
  return (
    <>
      {job.finishedAt === null
        ? t('status.started', { at: format.time(job.startedAt) })
        : t('status.fromTo', { from: format.time(job.startedAt), to: format.time(job.finishedAt) })}
    </>
  )
}
