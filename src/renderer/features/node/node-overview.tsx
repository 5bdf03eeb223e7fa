import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { NodeApi, NodeDetails } from '#shared/contract/nodes.ts'
import { Age, Badge, Cell, CopyButton, Row, Scroll, State, Table } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { NodeFacts } from './node-facts.tsx'
import { useQuantity } from './quantity.ts'
import { UseMeter } from './use-meter.tsx'
import { useUsage } from './use-usage.ts'

/** What the API and the engine say of a node. */
export function NodeOverview({
  cluster,
  name,
  details,
}: {
  readonly cluster: Cluster
  readonly name: string
  readonly details: NodeDetails
}) {
  const { t } = useTranslation('nodes')
  const asked = details.shell || details.api.value !== null
  const usage = useUsage(cluster.id, asked)
  const mine = usage.nodes.get(name)
  const { api, container } = details
  return (
    <div className="split-page">
      <Scroll>
        <div className="part">
          <h3>{t('use.title')}</h3>
          <span className="fg-3">
            {usage.asOf === null || usage.source === null ? null : (
              <>
                {t(`use.from.${usage.source}`)}
                {t('comma')}
                <Age at={usage.asOf} ago />
              </>
            )}
          </span>
        </div>
        {usage.error ? <ErrorNotice className="page-notice" tone="warn" error={usage.error} /> : null}
        {mine || !usage.error ? (
          <dl className="node-use">
            {(['cpu', 'memory'] as const).map((what) => (
              <div key={what}>
                <dt>{t(`use.${what}`)}</dt>
                <dd>
                  {mine || usage.asOf !== null || !asked ? (
                    <UseMeter what={what} usage={mine} old={usage.error !== null} />
                  ) : (
                    <span className="fg-3">{t('use.asking')}</span>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        ) : null}
        {api.error ? <ErrorNotice className="page-notice" tone="warn" error={api.error} /> : null}
        {container.error ? <ErrorNotice className="page-notice" tone="warn" error={container.error} /> : null}
        {api.value ? (
          <ApiParts api={api.value} />
        ) : details.node?.role === 'load-balancer' ? (
          <p className="node-lead fg-2">{t('balancer')}</p>
        ) : null}
      </Scroll>
      <NodeFacts details={details} />
    </div>
  )
}

function ApiParts({ api }: { readonly api: NodeApi }) {
  const { t } = useTranslation('nodes')
  const { t: common } = useTranslation('common')
  const quantity = useQuantity()
  const labels = Object.entries(api.labels).sort(([a], [b]) => (a < b ? -1 : 1))
  return (
    <>
      <div className="part">
        <h3>{t('conditions')}</h3>
      </div>
      <Table
        label={t('conditions')}
        className="conditions-table"
        columns={[
          { key: 'type', label: t('condition') },
          { key: 'state', label: common('state') },
          { key: 'reason', label: t('reason') },
          { key: 'since', label: t('since') },
        ]}
      >
        {api.conditions.map((one) => (
          <Row key={one.type}>
            <Cell className="mono cut" title={one.type}>
              {one.type}
            </Cell>
            <Cell>
              <ConditionState type={one.type} status={one.status} />
            </Cell>
            <Cell className="cut" title={one.message ? `${one.reason}: ${one.message}` : one.reason}>
              {one.reason} {one.message ? <span className="fg-3">{one.message}</span> : null}
            </Cell>
            <Cell className="fg-2">
              <Age at={one.since} />
            </Cell>
          </Row>
        ))}
      </Table>
      <div className="part">
        <h3>{t('resources')}</h3>
        <span className="fg-3">{t('resourcesNote')}</span>
      </div>
      <Table
        label={t('resources')}
        className="resources-table"
        columns={[
          { key: 'name', label: common('name') },
          { key: 'capacity', label: t('capacity'), align: 'end' },
          { key: 'allocatable', label: t('allocatable'), align: 'end' },
        ]}
      >
        {api.resources.map((one) => (
          <Row key={one.name}>
            <Cell className="mono cut" title={one.name}>
              {one.name}
            </Cell>
            <Cell className="num-cell">
              <span title={one.capacity}>{quantity(one.name, one.capacity)}</span>
            </Cell>
            <Cell className="num-cell">
              <span title={one.allocatable}>{quantity(one.name, one.allocatable)}</span>
            </Cell>
          </Row>
        ))}
      </Table>
      <div className="part">
        <h3>{t('taints')}</h3>
        <span className="fg-3">{api.taints.length === 0 ? t('noTaints') : null}</span>
        {api.schedulable ? null : <Badge tone="warn">{t('cordoned')}</Badge>}
      </div>
      {api.taints.length > 0 ? (
        <ul className="node-list">
          {api.taints.map(({ key, value, effect }) => (
            <li key={`${key}${effect}`} className="mono">
              {key}
              {value ? `=${value}` : ''}:{effect}
            </li>
          ))}
        </ul>
      ) : null}
      <div className="part">
        <h3>{t('labels')}</h3>
        <span className="grow" />
        <CopyButton text={labels.map(([key, value]) => `${key}=${value}`).join('\n')}>{common('copyAll')}</CopyButton>
      </div>
      <ul className="node-list">
        {labels.map(([key, value]) => (
          <li key={key} className="mono">
            {key}
            {value ? <span className="fg-2">={value}</span> : null}
          </li>
        ))}
      </ul>
    </>
  )
}

function ConditionState({ type, status }: { readonly type: string; readonly status: 'True' | 'False' | 'Unknown' }) {
  const { t } = useTranslation('nodes')
  if (status === 'Unknown') return <State tone="idle">{t('status.Unknown')}</State>
  const good = status === (type === 'Ready' ? 'True' : 'False')
  return <State tone={good ? 'ok' : type === 'Ready' ? 'bad' : 'warn'}>{t(`status.${status}`)}</State>
}
