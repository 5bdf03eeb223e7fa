import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { IconButton, Progress, State, useFormat } from '../../ui/index.ts'
import { CancelDialog } from '../jobs/cancel-dialog.tsx'
import { isRunning, useElapsed } from '../jobs/elapsed.ts'
import { segmentsOf, useStepWords } from '../jobs/job-words.ts'
import { useJob } from '../jobs/use-job.ts'

/** The download of a tool as it goes: bar, bytes, a way to its page and a way to stop it. */
export function DownloadInRow({ id, tool }: { readonly id: string; readonly tool: string }) {
  const { t } = useTranslation('machine')
  const { job } = useJob(id, 0)
  if (job) return <Running job={job} tool={tool} />
  return (
    <>
      <State tone="info" busy>
        {t('download.starting')}
      </State>
      <Link to="/jobs/$id" params={{ id }} className="sm">
        {t('download.open')}
      </Link>
    </>
  )
}

function Running({ job, tool }: { readonly job: Job; readonly tool: string }) {
  const { t } = useTranslation('machine')
  const { t: jobs } = useTranslation('jobs')
  const format = useFormat()
  const elapsed = useElapsed(job)
  const [asking, setAsking] = useState(false)
  const step = job.steps[0]
  const words = useStepWords()
  const note = step ? words(step, job).note : ''
  const running = isRunning(job)
  const title = jobs(`title.${job.kind}`, { name: job.subject })
  return (
    <>
      <State tone="info" busy={running}>
        {running
          ? jobs(`doing.${job.kind}`, { context: job.state === 'cancelling' ? 'cancelling' : '' })
          : jobs(`state.${job.state}`, { at: 1, all: 1 })}
      </State>
      <Progress className="tool-bar" label={title} segments={segmentsOf(job, elapsed)} live={running} />
      <Link to="/jobs/$id" params={{ id: job.id }} className="cut sm" title={title}>
        {note || format.clock(elapsed)}
      </Link>
      {running && job.cancellable ? (
        <IconButton
          small
          icon={X}
          label={t('download.cancel', { tool })}
          disabled={job.state === 'cancelling'}
          onClick={() => setAsking(true)}
        />
      ) : null}
      {asking ? <CancelDialog job={job} onClose={() => setAsking(false)} /> : null}
    </>
  )
}
