import { CircleSlash, ClipboardList, X } from 'lucide-react'
import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { Button, buttonClass, Progress, State, useFormat } from '../../ui/index.ts'
import { CancelDialog } from './cancel-dialog.tsx'
import { isRunning, useElapsed } from './elapsed.ts'
import { segmentsOf, stepAt } from './job-words.ts'
import { ReportDialog } from './report-dialog.tsx'
import { isStarting } from './starting.ts'

/** Name, state, time, what can be done, and the bar. */
export function JobHead({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const format = useFormat()
  const elapsed = useElapsed(job)
  const [asking, setAsking] = useState(false)
  const [reporting, setReporting] = useState(false)
  const running = isRunning(job)
  const clock = format.clock(running ? elapsed : Math.round(elapsed / 1000) * 1000)
  return (
    <header className="job-head">
      <div className="line wrap">
        <h2>
          {t(`verb.${job.kind}`)} <span className="mono job-subject">{job.subject}</span>
        </h2>
        <span role="status">
          <JobState job={job} />
        </span>
        <span className="grow" />
        <span className="fg-2">
          {running
            ? job.usualMs === null
              ? clock
              : t('elapsedOf', { elapsed: clock, usual: format.clock(job.usualMs) })
            : t('after', { elapsed: clock })}
        </span>
        {running ? (
          <Link to="/clusters" className={buttonClass('quiet')}>
            {t('background')}
          </Link>
        ) : isStarting(job.id) ? null : (
          <Button variant="quiet" icon={ClipboardList} onClick={() => setReporting(true)}>
            {t('report.collect')}
          </Button>
        )}
        {running && job.cancellable ? (
          <Button icon={X} busy={job.state === 'cancelling'} onClick={() => setAsking(true)}>
            {job.state === 'cancelling' ? t('cancelling') : t('cancel.button')}
          </Button>
        ) : null}
      </div>
      <Progress label={t(`title.${job.kind}`, { name: job.subject })} segments={segmentsOf(job, elapsed)} live={running} />
      {running ? <p className="fg-3 sm">{[...factWords(), t('closeWindow')].join(t('sentence'))}</p> : null}
      {asking ? <CancelDialog job={job} onClose={() => setAsking(false)} /> : null}
      {reporting ? <ReportDialog job={job} onClose={() => setReporting(false)} /> : null}
    </header>
  )

  function factWords(): string[] {
    const words: string[] = []
    if (typeof job.facts['provider'] === 'string') words.push(job.facts['provider'])
    if (typeof job.facts['image'] === 'string') words.push(job.facts['image'].replace(/@sha256:.*$/, ''))
    if (typeof job.facts['nodes'] === 'number') words.push(t('nodes', { count: job.facts['nodes'] }))
    return words.length > 0 ? [words.join(t('comma'))] : []
  }
}

export function JobState({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const at = stepAt(job)
  switch (job.state) {
    case 'running':
      return (
        <State tone="info" busy>
          {t('stepOf', { at: at.index, all: at.count })}
        </State>
      )
    case 'cancelling':
      return (
        <State tone="info" busy>
          {t('state.cancelling')}
        </State>
      )
    case 'succeeded':
      return <State tone="ok">{t('state.succeeded')}</State>
    case 'failed':
      return <State tone="bad">{t('state.failed', { at: at.index, all: at.count })}</State>
    case 'cancelled':
      return (
        <State tone="idle" icon={CircleSlash}>
          {t('state.cancelled')}
        </State>
      )
    case 'interrupted':
      return <State tone="warn">{t('state.interrupted')}</State>
  }
}
