import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeadmUpgradePlan } from '#shared/contract/kubeadm.ts'
import { Age, Button, Callout, Cell, Row, Table } from '../../ui/index.ts'
import { JobInRow } from '../clusters/job-in-row.tsx'
import { isRunning } from '../jobs/elapsed.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import type { useStartHere } from './use-kubeadm.ts'

type UpgradePlanProps = {
  readonly started: Pick<ReturnType<typeof useStartHere>, 'job' | 'error'>
  /** The last one, whoever asked for it. */
  readonly plan: KubeadmUpgradePlan | null
  readonly chosen: string
  readonly onChoose: (version: string) => void
}

/** How the plan that was started here goes on, and what the last one says: each version with what it changes. */
export function UpgradePlan({ started: { job, error }, plan, chosen, onChoose }: UpgradePlanProps) {
  const { t } = useTranslation('kubeadm')
  if (error) return <ErrorNotice error={error} />
  const running = job !== null && isRunning(job) ? job : null
  const shown = running === null ? plan : null
  return (
    <>
      {running === null ? null : (
        <div className="line wrap">
          <JobInRow job={running} />
        </div>
      )}
      {/* Without what goes on changing, for it is read out; there before its words are. */}
      <div role="status" className="kubeadm-planned">
        {shown === null ? null : (
          <>
            <p className="fg-3 sm">{t('upgrade.planned', { kubeadm: shown.kubeadm })}</p>
            {shown.upgrades === null ? <p>{t('upgrade.unread')}</p> : shown.upgrades.length === 0 ? <p>{t('upgrade.none')}</p> : null}
          </>
        )}
      </div>
      {shown === null ? null : <Planned plan={shown} chosen={chosen} onChoose={onChoose} />}
    </>
  )
}

function Planned({ plan, chosen, onChoose }: Pick<UpgradePlanProps, 'chosen' | 'onChoose'> & { readonly plan: KubeadmUpgradePlan }) {
  const { t } = useTranslation('kubeadm')
  return (
    <div className="kubeadm-plan">
      <p className="fg-3 sm">
        <Age at={plan.at} ago />
      </p>
      {(plan.upgrades ?? []).map((upgrade) => (
        <Fragment key={upgrade.version}>
          <div className="line">
            <h3>{t('upgrade.to', { version: upgrade.version })}</h3>
            <Button size="small" disabled={chosen === upgrade.version} onClick={() => onChoose(upgrade.version)}>
              {t('upgrade.take', { version: upgrade.version })}
            </Button>
          </div>
          <Components upgrade={upgrade} />
        </Fragment>
      ))}
      {plan.manual.length > 0 ? (
        <Callout tone="warn" className="kubeadm-note">
          {t('upgrade.manual', { groups: plan.manual.join(', ') })}
        </Callout>
      ) : null}
    </div>
  )
}

function Components({ upgrade }: { readonly upgrade: NonNullable<KubeadmUpgradePlan['upgrades']>[number] }) {
  const { t } = useTranslation('kubeadm')
  const columns = (['component', 'onNode', 'now', 'then'] as const).map((key) => ({ key, label: t(`upgrade.${key}`) }))
  return (
    <Table label={t('upgrade.to', { version: upgrade.version })} columns={columns} className="kubeadm-findings kubeadm-components">
      {upgrade.components.map((one) => (
        <Row key={`${one.name} ${one.node ?? ''}`}>
          {[one.name, one.node ?? '–', one.from, one.to].map((text, index) => (
            <Cell key={columns[index]?.key} className="mono cut" title={text}>
              {text}
            </Cell>
          ))}
        </Row>
      ))}
    </Table>
  )
}
