import { Box, Download, HeartPulse, PackageCheck, Route, SquareTerminal } from 'lucide-react'
import { useId, useState } from 'react'
import type { ReactNode, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { CreatePlan } from '#shared/contract/clusters.ts'
import { Button, Code, composing, Icon, TextInput, useFormat } from '../../ui/index.ts'
import type { LucideIcon } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { commandLine } from '../jobs/command-line.ts'
import { ImageSelect } from './image-select.tsx'
import { MoreOptions } from './more-options.tsx'
import { PlanFindings } from './plan-findings.tsx'
import { Problem } from './problem.tsx'
import type { Create } from './use-create.ts'
import { planTotals } from './use-create.ts'

const icons: Record<CreatePlan['steps'][number]['id'], LucideIcon> = {
  'download-kubectl': Download,
  'download-tool': Download,
  'use-version': PackageCheck,
  'use-image': PackageCheck,
  'pull-image': Download,
  create: Box,
  wait: HeartPulse,
  context: Route,
}

/** What "Create cluster" will do, line by line; the name and the image can be changed in place, nothing must be. */
export function PlanList({ create, nameRef }: { readonly create: Create; readonly nameRef?: RefObject<HTMLInputElement | null> }) {
  const { t } = useTranslation('clusters')
  const format = useFormat()
  const { plan } = create
  const [commands, setCommands] = useState(false)
  if (!plan) {
    if (create.planError) return <ErrorNotice error={create.planError} onRetry={create.retryPlan} />
    return <PlanSkeleton />
  }
  const totals = planTotals(plan)
  return (
    <>
      <div className="section-head plan-head">
        <h2>{t('plan.title')}</h2>
        <span className="fg-3">
          {[
            totals.usualMs === null ? '' : format.about(totals.usualMs),
            totals.bytes > 0 ? t('plan.toDownload', { size: format.bytes(totals.bytes) }) : '',
          ]
            .filter(Boolean)
            .join(t('comma'))}
        </span>
      </div>
      <ol className="plan">
        {plan.steps.map((step) => (
          <li key={step.id}>
            <Icon of={icons[step.id]} />
            <span className="plan-words">
              <StepWords step={step} create={create} plan={plan} {...(nameRef ? { nameRef } : {})} />
            </span>
            <span className="fg-2 plan-end">{endOf(step)}</span>
          </li>
        ))}
      </ol>
      <PlanFindings findings={plan.findings} />
      <MoreOptions create={create} />
      <div className="plan-after">
        <span className="fg-2">{t('plan.after')}</span>
        <Button variant="quiet" size="small" icon={SquareTerminal} aria-expanded={commands} onClick={() => setCommands(!commands)}>
          {t(commands ? 'plan.hideCommands' : 'plan.showCommands', { count: plan.commands.length })}
        </Button>
      </div>
      {commands ? <Code text={plan.commands.map(commandLine).join('\n')} label={t('plan.commands')} wrap /> : null}
    </>
  )

  function endOf(step: CreatePlan['steps'][number]): ReactNode {
    if (step.id === 'use-image') return step.bytes === null ? t('plan.here') : t('plan.sizeHere', { size: format.bytes(step.bytes) })
    if (step.bytes !== null) return format.bytes(step.bytes)
    return step.usualMs !== null && step.usualMs >= 1000 ? format.about(step.usualMs) : null
  }
}

type StepProps = {
  readonly step: CreatePlan['steps'][number]
  readonly plan: CreatePlan
  readonly create: Create
  readonly nameRef?: RefObject<HTMLInputElement | null>
}

function StepWords({ step, plan, create, nameRef }: StepProps) {
  const { t } = useTranslation('clusters')
  const problemId = useId()
  const facts = step.facts
  switch (step.id) {
    case 'download-kubectl':
    case 'download-tool':
      return (
        <>
          {t(`plan.${step.id}`, { tool: facts['tool'] ?? '' })} <span className="mono">{facts['version']}</span>
          <span className="fg-3">{t('plan.from', { host: hostOf(facts['url']) })}</span>
        </>
      )
    case 'use-image':
    case 'pull-image':
      return (
        <>
          {t(`plan.${step.id}`)}
          <ImageSelect plan={plan} value={create.draft.image} onValueChange={(image) => create.change({ image })} />
          <span className="fg-3">{t(`plan.${step.id}-note`)}</span>
          {create.imageProblem ? <Problem problem={create.imageProblem} create={create} /> : null}
        </>
      )
    case 'use-version':
      return (
        <>
          {t('plan.use-version')} <span className="mono">{facts['version']}</span>
        </>
      )
    case 'create':
      return (
        <>
          {t('plan.create')}
          <TextInput
            {...(nameRef ? { ref: nameRef } : {})}
            size="small"
            mono
            frameClassName="plan-name"
            aria-label={t('plan.name')}
            aria-describedby={create.nameProblem ? problemId : undefined}
            invalid={create.nameProblem !== null}
            value={create.draft.name ?? plan.spec.name}
            onValueChange={(name) => create.change({ name })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !composing(event)) create.submit()
            }}
          />
          <span className="fg-3">{t('plan.nodes', { count: Number(facts['nodes'] ?? 1) })}</span>
          {create.nameProblem ? <Problem id={problemId} problem={create.nameProblem} create={create} /> : null}
        </>
      )
    case 'wait':
      return (
        <>
          {t('plan.wait')} <span className="fg-3">{t('plan.wait-note')}</span>
        </>
      )
    case 'context':
      return (
        <>
          {t('plan.context')} <span className="mono">{facts['context']}</span>
          <span className="fg-3">{t('plan.context-note')}</span>
        </>
      )
  }
}

function PlanSkeleton() {
  const { t } = useTranslation('clusters')
  return (
    <div aria-busy>
      <div className="section-head plan-head">
        <h2>{t('plan.title')}</h2>
        <span className="fg-3">{t('plan.looking')}</span>
      </div>
      <ol className="plan">
        {[56, 64, 40, 48].map((width) => (
          <li key={width}>
            <span />
            <span className="skeleton" style={{ width: `${width}%` }} />
          </li>
        ))}
      </ol>
    </div>
  )
}

function hostOf(url: string | number | null | undefined): string {
  try {
    return new URL(String(url)).host
  } catch {
    return '–'
  }
}
