import { RotateCw } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HostPlan } from '#shared/contract/host-changes.ts'
import type { Job } from '#shared/contract/jobs.ts'
import { Button, CopyButton, Dialog, SkeletonRows, Table } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { type Place, useTargetPlace } from '../targets/use-target-place.ts'
import { HostJob } from './host-job.tsx'
import { useHostWords } from './host-words.ts'
import { hasWork, needsRoot, PlanBody } from './plan-body.tsx'
import { useApply, useAskAgain, usePlan } from './use-host-changes.ts'
import './host-changes.css'

type PlanDialogProps = {
  readonly planId: string
  readonly onClose: () => void
  /** It was applied, wholly or in part: what was known of the target may no longer be so. */
  readonly onApplied?: () => void
}

/** Everything that would be done to a machine, before anything is; then the job that does it. */
export function PlanDialog({ planId, onClose, onApplied }: PlanDialogProps) {
  const { t } = useTranslation('host-changes')
  const { t: common } = useTranslation('common')
  const words = useHostWords()
  const place = useTargetPlace()
  const plan = usePlan(planId)
  const apply = useApply(planId)
  const ask = useAskAgain()
  const [ended, setEnded] = useState<Job | null>(null)
  const close = useRef<HTMLButtonElement>(null)
  const jobId = apply.data?.jobId
  const begin = () => {
    setEnded(null)
    apply.mutate()
  }
  const at = place(plan.data?.target ?? 'local')
  const where = t(`on.${at.kind}`, { name: at.name })
  return (
    <Dialog
      open
      wide
      className="plan-dialog"
      onOpenChange={(open) => !open && onClose()}
      initialFocus={close}
      title={plan.data ? words.purpose(plan.data) : t('plan')}
      description={plan.data ? (jobId === undefined ? t('planned', { where }) : where) : undefined}
      footer={
        <>
          {jobId !== undefined && ended === null ? <span className="fg-3 plan-note">{t('goesOn')}</span> : null}
          <Button ref={close} onClick={onClose}>
            {jobId === undefined && plan.data && canApply(plan.data) ? common('cancel') : common('close')}
          </Button>
          {plan.data && jobId === undefined ? (
            <PlanActions plan={plan.data} place={at} busy={apply.isPending} onApply={begin} />
          ) : ended !== null && ended.state !== 'succeeded' ? (
            <Button variant="primary" icon={RotateCw} busy={apply.isPending} onClick={begin}>
              {common('retry')}
            </Button>
          ) : null}
        </>
      }
    >
      {apply.error ? <ErrorNotice className="plan-error" error={apply.error} consequence={t('notApplied')} /> : null}
      {jobId === undefined ? (
        plan.data ? (
          <PlanBody plan={plan.data} />
        ) : plan.error ? (
          <ErrorNotice error={plan.error} onRetry={() => void plan.refetch()} />
        ) : (
          <Table label={t('plan')} columns={[{ key: 'step', label: t('plan') }]} className="job-loading" busy>
            <SkeletonRows rows={4} columns={1} label={common('loading')} />
          </Table>
        )
      ) : (
        <HostJob
          key={jobId}
          id={jobId}
          succeeded={t('applied', { name: at.name, context: at.kind })}
          parts={(plan.data?.steps ?? []).filter((step) => !step.done).map(words.title)}
          onEnd={(job) => {
            setEnded(job)
            if (plan.data) ask(plan.data.target)
            onApplied?.()
          }}
        />
      )}
    </Dialog>
  )
}

type PlanActionsProps = {
  readonly plan: HostPlan
  readonly place: Place
  readonly busy: boolean
  readonly onApply: () => void
}

/** Where nothing leads to root, only what can be taken there by hand. */
function PlanActions({ plan, place, busy, onApply }: PlanActionsProps) {
  const { t } = useTranslation('host-changes')
  if (!hasWork(plan)) return null
  return (
    <>
      <CopyButton text={plan.script} size="normal" variant="plain">
        {t('copyScript')}
      </CopyButton>
      {canApply(plan) ? (
        <Button variant="primary" busy={busy} onClick={onApply}>
          {t('apply', { name: place.name, context: place.kind })}
        </Button>
      ) : null}
    </>
  )
}

const canApply = (plan: HostPlan): boolean => hasWork(plan) && !(plan.root === 'none' && needsRoot(plan))
