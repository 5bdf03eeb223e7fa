import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { Progress, State, useFormat } from '../../ui/index.ts'
import { segmentsOf, stepAt } from '../jobs/job-words.ts'
import { useElapsed } from '../jobs/elapsed.ts'

/** A running job inside a row: word, bar, step and time; leads to the job. */
export function JobInRow({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const format = useFormat()
  const elapsed = useElapsed(job)
  const at = stepAt(job)
  return (
    <>
      <State tone="info" busy>
        {t(`doing.${job.kind}`, { context: job.state === 'cancelling' ? 'cancelling' : '' })}
      </State>
      <Progress className="now-bar" label={t(`title.${job.kind}`, { name: job.subject })} segments={segmentsOf(job, elapsed)} />
      <Link to="/jobs/$id" params={{ id: job.id }} className="cut sm">
        {t('stepOf', { at: at.index, all: at.count })}
        {t('comma')}
        {job.usualMs === null
          ? format.clock(elapsed)
          : t('elapsedOf', { elapsed: format.clock(elapsed), usual: format.clock(job.usualMs) })}
      </Link>
    </>
  )
}
