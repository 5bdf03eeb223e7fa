import { CircleCheck, CircleDashed, CircleSlash, CircleX, LoaderCircle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Job, JobStep } from '#shared/contract/jobs.ts'
import { cx, Icon, useFormat, VisuallyHidden } from '../../ui/index.ts'
import type { LucideIcon, Tone } from '../../ui/index.ts'
import { isRunning, stepElapsed, useElapsed } from './elapsed.ts'
import { useStepWords } from './job-words.ts'

const looks: Record<JobStep['state'], { readonly icon: LucideIcon; readonly tone: Tone }> = {
  pending: { icon: CircleDashed, tone: 'idle' },
  running: { icon: LoaderCircle, tone: 'info' },
  done: { icon: CircleCheck, tone: 'ok' },
  failed: { icon: CircleX, tone: 'bad' },
  skipped: { icon: CircleSlash, tone: 'idle' },
  cancelled: { icon: CircleSlash, tone: 'idle' },
}

/** Steps with what they took and usually take. */
export function JobSteps({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const format = useFormat()
  const elapsed = useElapsed(job)
  const words = useStepWords()
  const over = !isRunning(job)
  return (
    <section className="steps" aria-label={t('steps')} tabIndex={0}>
      <div className="step of" aria-hidden>
        <span />
        <span>{t('step.head')}</span>
        <span className="num">{t('took')}</span>
        <span className="num">{t('usually')}</span>
      </div>
      <ol>
        {job.steps.map((step) => {
          const { name, note } = words(step, job)
          const look = step.state === 'pending' && over ? looks.skipped : looks[step.state]
          const took = step.state === 'skipped' || step.state === 'pending' ? null : stepElapsed(step, job, elapsed)
          return (
            <li
              key={step.id}
              aria-current={step.state === 'running' ? 'step' : undefined}
              className={cx(
                'step',
                step.state === 'running' && 'now',
                step.state === 'failed' && 'failed',
                (step.state === 'pending' || step.state === 'skipped' || step.state === 'cancelled') && 'todo',
              )}
            >
              <Icon of={look.icon} tone={look.tone} spin={step.state === 'running'} />
              <span className="cut" title={note ? `${name} ${note}` : name}>
                {name}
                <VisuallyHidden> {t(`stepState.${step.state}`)} </VisuallyHidden>
                {note ? <span className="fg-3 sm step-note">{note}</span> : null}
              </span>
              <span className="num">
                {took === null ? (
                  ''
                ) : (
                  <>
                    <VisuallyHidden>{t('took')} </VisuallyHidden>
                    {format.clock(step.tookMs === null ? took : toSecond(took))}
                  </>
                )}
              </span>
              <span className="num fg-3">
                {step.usualMs === null || step.state === 'skipped' ? (
                  ''
                ) : (
                  <>
                    <VisuallyHidden>{t('usually')} </VisuallyHidden>
                    {format.clock(toSecond(step.usualMs))}
                  </>
                )}
              </span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}

/** What is over is rounded, what runs counts whole seconds. */
const toSecond = (ms: number) => Math.round(ms / 1000) * 1000
