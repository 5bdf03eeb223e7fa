import { useTranslation } from 'react-i18next'
import type { HostPlan } from '#shared/contract/host-changes.ts'
import { Callout, Code } from '../../ui/index.ts'
import { useHostWords } from './host-words.ts'
import { PlanStep } from './plan-step.tsx'

/** What is to be thought of, then every step with all it does, then the same as a script. */
export function PlanBody({ plan }: { readonly plan: HostPlan }) {
  const { t } = useTranslation('host-changes')
  const words = useHostWords()
  return (
    <div className="host-plan">
      {plan.warnings.map((warning) => (
        <Callout key={warning.id} tone="warn">
          <p>{words.warning(warning)}</p>
        </Callout>
      ))}
      {needsRoot(plan) ? (
        plan.root === 'none' ? (
          <Callout tone="warn" title={t('root.noneTitle')}>
            <p>{t('root.none')}</p>
          </Callout>
        ) : (
          <p className="fg-2">{t(`root.${plan.root}`)}</p>
        )
      ) : null}
      {hasWork(plan) ? null : <Callout tone="ok">{t('nothing')}</Callout>}
      <ol className="plan-steps">
        {plan.steps.map((step, index) => (
          <PlanStep key={index} step={step} number={index + 1} sudo={plan.root !== 'direct'} />
        ))}
      </ol>
      {hasWork(plan) ? (
        <details className="raw">
          <summary>{t('script')}</summary>
          <Code text={plan.script} label={t('script')} />
        </details>
      ) : null}
    </div>
  )
}

export const hasWork = (plan: HostPlan): boolean => plan.steps.some((step) => !step.done)
export const needsRoot = (plan: HostPlan): boolean => plan.steps.some((step) => step.root && !step.done)
