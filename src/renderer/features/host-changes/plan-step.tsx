import { Check, ExternalLink, ShieldAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { HostStep } from '#shared/contract/host-changes.ts'
import { Badge, cx, Icon } from '../../ui/index.ts'
import { officialPage, useHostWords } from './host-words.ts'
import { keepsSomething, StepActions } from './step-actions.tsx'

type PlanStepProps = { readonly step: HostStep; readonly number: number; readonly sudo: boolean }

/** One step of a plan: what, why, where that is written, and everything it does. What is so already does nothing. */
export function PlanStep({ step, number, sudo }: PlanStepProps) {
  const { t, i18n } = useTranslation('host-changes')
  const words = useHostWords()
  const page = step.link === null ? null : officialPage(step.link, i18n.language)
  return (
    <li className={cx('plan-step', step.done && 'is-done')}>
      <span className="plan-number num fg-3" aria-hidden>
        {number}
      </span>
      <div className="plan-what">
        <h3 className="line wrap">
          <span className="text-wrap">{words.title(step)}</span>
          {step.done ? <Badge icon={Check}>{t('done')}</Badge> : null}
          {step.root && !step.done ? <Badge icon={ShieldAlert}>{t('needsRoot')}</Badge> : null}
          {keepsSomething(step) ? <Badge tone="warn">{t('cannotUndo')}</Badge> : null}
        </h3>
        <p className="fg-2">
          {words.why(step)}{' '}
          {page === null ? null : (
            // Opened by the browser, or handed to the system by the window of Cove.
            <a href={page} target="_blank" rel="noreferrer" className="plan-page">
              {t('page', { host: new URL(page).hostname })}
              <Icon of={ExternalLink} small />
            </a>
          )}
        </p>
        {step.done ? null : <StepActions step={step} sudo={sudo} />}
      </div>
    </li>
  )
}
