import { GitCompareArrows, RotateCw, Wrench } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HostReport } from '#shared/contract/host-checks.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { isFixedWithAll } from '#shared/words/finding-words.ts'
import { Age, Button, Callout, Code, EmptyState, Segmented, SkeletonRows, Table } from '../../ui/index.ts'
import { PlanDialog } from '../host-changes/plan-dialog.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { CheckTable } from './check-table.tsx'
import { type Filter, filtered, filters, numberOf } from './check-words.ts'
import { CompareDialog } from './compare-dialog.tsx'
import { IntentForm } from './intent-form.tsx'
import { SaveReport } from './save-report.tsx'
import { useIntent, usePlanFixes, useReport } from './use-checks.ts'
import './host-checks.css'

/** Whether a machine can be a node of Kubernetes: what it would stumble over, why, and how to put it right. */
export function ChecksTab({ target }: { readonly target: TargetId }) {
  const { t } = useTranslation('host-checks')
  const { t: common } = useTranslation('common')
  const { intent, asking, change } = useIntent(target)
  const look = useReport(target, intent, asking)
  const fixes = usePlanFixes(target, intent)
  const [planId, setPlanId] = useState<string | null>(null)
  const [comparing, setComparing] = useState(false)
  const report = look.data
  const fixable = report?.findings.filter((finding) => finding.fixable && isFixedWithAll(finding)) ?? []
  const fix = (ids: readonly string[]) => fixes.mutate(ids, { onSuccess: (plan) => setPlanId(plan.id) })
  return (
    <section className="checks" aria-labelledby="checks-title">
      <div className="machine-head wrap">
        <h2 id="checks-title">{t('ui.title')}</h2>
        <span className="fg-3 cut">
          {report ? t('ui.for', { role: t(`role.${report.intent.role}`), kubernetes: report.intent.kubernetes }) : t('ui.note')}
        </span>
        <span className="grow" />
        <IntentForm key={JSON.stringify(intent)} intent={intent} onChange={change} />
        <Button size="small" icon={GitCompareArrows} onClick={() => setComparing(true)}>
          {t('ui.compare.open')}
        </Button>
        {report ? <SaveReport report={report} /> : null}
        <Button size="small" icon={RotateCw} busy={look.isFetching} aria-label={t('ui.again')} onClick={() => void look.refetch()}>
          {common('lookAgain')}
        </Button>
        {fixable.length > 0 ? (
          <Button size="small" variant="primary" icon={Wrench} busy={fixes.isPending} onClick={() => fix([])}>
            {t('ui.fixAll', { number: fixable.length })}
          </Button>
        ) : null}
      </div>
      {look.error ? <ErrorNotice className="page-notice" error={look.error} onRetry={() => void look.refetch()} /> : null}
      {fixes.error ? <ErrorNotice className="page-notice" error={fixes.error} /> : null}
      {report ? (
        <Report report={report} old={look.error !== null} busy={look.isFetching} onFix={(id) => fix([id])} />
      ) : look.error ? null : (
        <Table label={t('ui.looking')} columns={[{ key: 'check', label: t('ui.column.check') }]} className="checks-loading" busy>
          <SkeletonRows rows={10} columns={1} label={t('ui.looking')} />
        </Table>
      )}
      {planId === null ? null : <PlanDialog planId={planId} onClose={() => setPlanId(null)} onApplied={() => void look.refetch()} />}
      {comparing ? <CompareDialog target={target} onClose={() => setComparing(false)} /> : null}
    </section>
  )
}

type ReportProps = { readonly report: HostReport; readonly old: boolean; readonly busy: boolean; readonly onFix: (id: string) => void }

function Report({ report, old, busy, onFix }: ReportProps) {
  const { t } = useTranslation('host-checks')
  const [filter, setFilter] = useState<Filter>('wrong')
  const shown = filtered(report.findings, filter)
  return (
    <>
      {report.member ? (
        <Callout className="page-notice" tone="info">
          {t('ui.member')}
        </Callout>
      ) : null}
      {report.root ? null : (
        <Callout className="page-notice" tone="info">
          {t('ui.notRoot')}
        </Callout>
      )}
      <div className="machine-head wrap checks-filter">
        <Segmented
          label={t('ui.show')}
          value={filter}
          onValueChange={setFilter}
          options={filters.map((value) => ({ value, label: t(`ui.filter.${value}`, { number: numberOf(report, value) }) }))}
        />
        <span className="grow" />
        <span className="fg-3 sm" role="status">
          {t('ui.took', { checks: report.findings.length, seconds: (report.tookMs / 1000).toFixed(1) })} · <Age at={report.at} ago />
        </span>
      </div>
      {shown.length > 0 ? (
        <CheckTable target={report.target} findings={shown} old={old} busy={busy} onFix={onFix} />
      ) : filter === 'wrong' ? (
        <EmptyState title={t('ui.fine')}>{t('ui.fineText')}</EmptyState>
      ) : (
        <p className="fg-2 checks-none">{t('ui.nothing')}</p>
      )}
      <div className="checks-command">
        <span className="fg-3 sm">{t('ui.command')}</span>
        <Code wrap text={commandOf(report)} label={t('ui.command')} />
      </div>
    </>
  )
}

/** The same look by the program: what was chosen, and what it would not take by itself. */
function commandOf({ target, intent }: HostReport): string {
  return [
    'cove host check',
    ...(target === 'local' ? [] : [`--target ${target}`]),
    `--role ${intent.role}`,
    `--kubernetes ${intent.kubernetes}`,
    ...intent.podSubnets.map((subnet) => `--pod-subnet ${subnet}`),
    ...intent.serviceSubnets.map((subnet) => `--service-subnet ${subnet}`),
    ...(intent.criSocket === null ? [] : [`--cri-socket ${intent.criSocket}`]),
  ].join(' ')
}
