import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SetupIntent } from '#shared/contract/setup.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { Button, CopyButton, Segmented, Select, SkeletonRows, Table } from '../../ui/index.ts'
import { CreateDialog } from '../clusters/create-dialog.tsx'
import { useReleases } from '../downloads/use-downloads.ts'
import { PlanDialog } from '../host-changes/plan-dialog.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import type { SetupDialogs } from './setup-act.tsx'
import { SetupQuestion } from './setup-choice.tsx'
import { SetupStepRow } from './setup-step.tsx'
import { SetupSummary } from './setup-summary.tsx'
import { scriptOf } from './setup-words.ts'
import { useNodeWish, useSetupPlan } from './use-setup.ts'
import { useSetupSearch } from './use-setup-search.ts'
import './setup.css'

/** From what somebody wants to what is there for it, what is missing, and what does each. */
export function SetupTab({ target }: { readonly target: TargetId }) {
  const { intent } = useSetupSearch()
  return intent === undefined ? <SetupQuestion /> : <Guide key={`${intent} ${target}`} intent={intent} target={target} />
}

function Guide({ intent, target }: { readonly intent: SetupIntent; readonly target: TargetId }) {
  const { t } = useTranslation('setup')
  const { t: common } = useTranslation('common')
  const node = useNodeWish(target)
  const wish = { intent, target, ...(intent === 'node' ? node.wish : { role: 'control-plane' as const, kubernetes: null }) }
  const plan = useSetupPlan(wish)
  const [planId, setPlanId] = useState<string | null>(null)
  const [creating, setCreating] = useState(false)
  const dialogs: SetupDialogs = { showPlan: setPlanId, create: () => setCreating(true) }
  const steps = plan.data?.steps ?? []
  const script = scriptOf(steps, { title: (step) => t(`step.${step.id}.title`), left: t('notInScript') })
  // Who only looks is not asked to change anything.
  const next = intent === 'look' ? undefined : steps.find(({ state, action }) => state === 'todo' && action !== null)
  return (
    <section className="setup" aria-labelledby="setup-title">
      <div className="machine-head wrap">
        <h2 id="setup-title">{t(`intent.${intent}.title`)}</h2>
        <span className="fg-3 cut setup-note">{t(`intent.${intent}.text`)}</span>
        <span className="grow" />
        {intent === 'node' ? <NodeWishes node={node} kubernetes={plan.data?.kubernetes ?? null} /> : null}
        <Button size="small" icon={RotateCw} busy={plan.isFetching} onClick={() => void plan.refetch()}>
          {common('lookAgain')}
        </Button>
      </div>
      {plan.error ? <ErrorNotice className="page-notice" error={plan.error} onRetry={() => void plan.refetch()} /> : null}
      {plan.data ? (
        <>
          <div className="setup-summary">
            <SetupSummary plan={plan.data} />
            <span className="grow" />
            {script === '' ? null : (
              <span>
                <CopyButton text={script}>{t('copyScript')}</CopyButton>
              </span>
            )}
          </div>
          <ol className="setup-steps" aria-label={t('plan')} aria-busy={plan.isPlaceholderData || undefined}>
            {steps.map((step, index) => (
              <SetupStepRow key={step.id} step={step} number={index + 1} wish={wish} isNext={step === next} dialogs={dialogs} />
            ))}
          </ol>
        </>
      ) : plan.error ? null : (
        <Table label={t('looking')} columns={[{ key: 'step', label: t('plan') }]} className="setup-loading" busy>
          <SkeletonRows rows={6} columns={1} label={t('looking')} />
        </Table>
      )}
      {planId === null ? null : <PlanDialog planId={planId} onClose={() => setPlanId(null)} />}
      {creating ? <CreateDialog onClose={() => setCreating(false)} /> : null}
    </section>
  )
}

type NodeWishesProps = { readonly node: ReturnType<typeof useNodeWish>; readonly kubernetes: string | null }

/** What the host is to be, and of which Kubernetes. */
function NodeWishes({ node: { wish, change }, kubernetes }: NodeWishesProps) {
  const { t } = useTranslation('setup')
  const { t: checks } = useTranslation('host-checks')
  const minors = (useReleases().data?.minors ?? []).filter(({ state }) => state !== 'upcoming' && state !== 'ended')
  const chosen = wish.kubernetes ?? kubernetes
  const known = minors.map(({ minor }) => `v${minor}`)
  const options = chosen === null || known.includes(chosen) ? known : [chosen, ...known]
  return (
    <>
      <Segmented
        label={t('role')}
        value={wish.role}
        onValueChange={(role) => change({ role })}
        options={(['control-plane', 'worker'] as const).map((value) => ({ value, label: checks(`role.${value}`) }))}
      />
      {chosen === null ? null : (
        <Select
          label="Kubernetes"
          prefix="Kubernetes"
          size="small"
          mono
          value={chosen}
          onValueChange={(minor) => change({ kubernetes: minor })}
          options={options.map((value) => ({ value, label: value }))}
        />
      )}
    </>
  )
}
