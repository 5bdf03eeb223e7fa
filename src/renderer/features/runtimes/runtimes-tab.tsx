import { Download, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RuntimeChange, RuntimeName } from '#shared/contract/runtimes.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { Button, Callout, SkeletonRows, Table } from '../../ui/index.ts'
import { PlanDialog } from '../host-changes/plan-dialog.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { DriverPicture } from './driver-picture.tsx'
import { Findings } from './findings.tsx'
import { InstallDialog } from './install-dialog.tsx'
import { MigrateDialog } from './migrate-dialog.tsx'
import { MigrationNotice } from './migration-notice.tsx'
import { MirrorsDialog } from './mirrors-dialog.tsx'
import { ReplaceDialog } from './replace-dialog.tsx'
import { ReplacementNotice } from './replacement-notice.tsx'
import { RuntimeTable } from './runtime-table.tsx'
import { usePropose, useRuntimes } from './use-runtimes.ts'
import './runtimes.css'

/** What a person asked for that has a form of its own. */
export type Asking = 'install' | 'migrate' | 'replace' | { readonly mirrors: RuntimeName }

/** Container runtimes of a machine: which are there, whether they fit the kubelet and the host, and what can be changed. */
export function RuntimesTab({ target }: { readonly target: TargetId }) {
  const { t } = useTranslation('runtimes')
  const { t: common } = useTranslation('common')
  const look = useRuntimes(target)
  const propose = usePropose(target)
  const [asking, setAsking] = useState<Asking | null>(null)
  const [planId, setPlanId] = useState<string | null>(null)
  const seen = look.data
  const begin = (change: RuntimeChange) => propose.mutate(change, { onSuccess: (plan) => setPlanId(plan.id) })
  const ask = (next: Asking) => {
    propose.reset()
    setAsking(next)
  }
  const close = () => setAsking(null)
  return (
    <section className="runtimes" aria-labelledby="runtimes-title">
      <div className="machine-head wrap">
        <h2 id="runtimes-title">{t('title')}</h2>
        <span className="fg-3 cut">{t('note')}</span>
        <span className="grow" />
        {seen?.supported ? (
          <Button size="small" icon={Download} onClick={() => ask('install')}>
            {t('action.install')}
          </Button>
        ) : null}
        <Button size="small" icon={RotateCw} busy={look.isFetching} onClick={() => void look.refetch()}>
          {common('lookAgain')}
        </Button>
      </div>
      {look.error ? <ErrorNotice className="page-notice" error={look.error} onRetry={() => void look.refetch()} /> : null}
      {propose.error && asking === null ? <ErrorNotice className="page-notice" error={propose.error} /> : null}
      <MigrationNotice target={target} />
      <ReplacementNotice target={target} />
      {seen === undefined ? (
        look.error ? null : (
          <Table label={t('title')} columns={[{ key: 'runtime', label: t('column.runtime') }]} className="runtimes-loading" busy>
            <SkeletonRows rows={4} columns={1} label={common('loading')} />
          </Table>
        )
      ) : !seen.supported ? (
        <p className="fg-2 runtimes-none">{t('unsupported')}</p>
      ) : (
        <>
          {seen.asRoot ? null : (
            <Callout className="page-notice" tone="info">
              {t('notRoot')}
            </Callout>
          )}
          <Findings seen={seen} onChange={begin} onAsk={ask} busy={propose.isPending} />
          <DriverPicture seen={seen} />
          <RuntimeTable seen={seen} old={look.error !== null} onChange={begin} onAsk={ask} />
        </>
      )}
      {asking === 'install' ? <InstallDialog propose={propose} onPlan={setPlanId} onClose={close} /> : null}
      {asking === 'migrate' && seen ? <MigrateDialog seen={seen} onReplace={() => ask('replace')} onClose={close} /> : null}
      {asking === 'replace' && seen ? <ReplaceDialog seen={seen} onClose={close} /> : null}
      {typeof asking === 'object' && asking !== null && seen ? (
        <MirrorsDialog seen={seen} runtime={asking.mirrors} propose={propose} onPlan={setPlanId} onClose={close} />
      ) : null}
      {planId === null ? null : <PlanDialog planId={planId} onClose={() => setPlanId(null)} onApplied={() => void look.refetch()} />}
    </section>
  )
}
