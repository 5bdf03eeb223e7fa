import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { Callout, useFormat } from '../../ui/index.ts'
import { stepElapsed, useElapsed } from './elapsed.ts'
import { MoreFindings } from './finding-panel.tsx'
import { useStepWords } from './job-words.ts'

/** As core's: three times the usual, at least half a minute. */
const isSlow = (ms: number, usualMs: number | null) => ms > Math.max(30_000, 3 * (usualMs ?? 60_000))

/** A step that takes much longer than usual: says so, and what may hold it up. */
export function SlowNotice({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const format = useFormat()
  const words = useStepWords()
  const elapsed = useElapsed(job)
  const step = job.state === 'running' ? job.steps.find((one) => one.state === 'running') : undefined
  if (step === undefined) return null
  const took = stepElapsed(step, job, elapsed)
  // What was found of an earlier step says nothing of this one.
  if (!isSlow(took, step.usualMs)) return null
  const usual = step.usualMs === null ? null : format.clock(step.usualMs)
  const facts = { step: words(step, job).name, took: format.clock(took) }
  return (
    <div className="why">
      <Callout tone="warn" title={usual === null ? t('slow.title', facts) : t('slow.titleUsual', { ...facts, usual })}>
        <p className="fg-2">{job.findings.length > 0 ? t('slow.found') : t('slow.nothing')}</p>
        <MoreFindings title={t('slow.causes')} findings={job.findings} firstOpen />
      </Callout>
    </div>
  )
}
