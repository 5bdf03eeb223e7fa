import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { DesignButton } from './design-button.tsx'
import { EngineProblem, engineFails, useEngine } from './engine-problem.tsx'
import { PlanList } from './plan-list.tsx'
import { useCreate } from './use-create.ts'

/** The empty state: one button, and what it will do. */
export function FirstCluster() {
  const { t } = useTranslation('clusters')
  const create = useCreate()
  const engine = useEngine()
  const fails = engineFails(engine)
  const product = engine?.product ?? t('engine.name')
  return (
    <section className="first">
      <h2>{t('empty.title')}</h2>
      <p className="fg-2">
        {fails ? t('empty.noEngine') : engine?.state === 'running' ? t('empty.lead', { engine: product }) : t('empty.looking')}
      </p>
      {engine && fails ? (
        <div className="first-problem">
          <EngineProblem engine={engine} title />
        </div>
      ) : null}
      <div className="line wrap first-acts">
        <Button variant={fails ? 'plain' : 'primary'} size="large" icon={Plus} disabled={!create.ready || fails} onClick={create.submit}>
          {t('create')}
        </Button>
        <DesignButton create={create} />
      </div>
      {fails ? null : <OtherProblems create={create} />}
      <PlanList create={create} />
      <p className="first-guide fg-2">
        {t('empty.guide')}{' '}
        <Link to="/machine" search={{ tab: 'setup' }}>
          {t('empty.guideOpen')}
        </Link>
      </p>
    </section>
  )
}

/** Problems that belong to no field: disk, engine, kubeconfig. */
export function OtherProblems({ create }: { readonly create: ReturnType<typeof useCreate> }) {
  return create.problems.map((problem) => (
    <ErrorNotice key={problem.code} error={problem} className="first-problem" onRetry={create.retryPlan} />
  ))
}
