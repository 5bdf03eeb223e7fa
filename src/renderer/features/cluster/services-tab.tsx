import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Cluster, ClusterService } from '#shared/contract/clusters.ts'
import { queryUtils } from '../../api/client.ts'
import { Button, Cell, CopyButton, EmptyState, Row, Scroll, SkeletonRows, State, Table } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { TunnelPanel } from './tunnel-panel.tsx'
import { type TunnelView, useServed, useTunnel } from './use-tunnel.ts'

/** Services of a minikube cluster, where this machine reaches them, and the tunnel that gives load balancers their addresses. */
export function ServicesTab({ cluster }: { readonly cluster: Cluster }) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const running = cluster.state === 'running'
  // A job may change what is reached where; its end asks again.
  const services = useQuery({
    ...queryUtils.clusters.services.queryOptions({ input: { id: cluster.id }, staleTime: 5_000 }),
    enabled: running && cluster.jobId === null,
  })
  const view = useTunnel(cluster)
  useServed(view, () => void services.refetch())
  if (!running && services.data === undefined) return <EmptyState title={t('addOn.stopped')}>{t('service.stoppedText')}</EmptyState>
  return (
    <Scroll>
      <TunnelPanel view={view} busy={cluster.jobId !== null} />
      <div className="part">
        <h3>{t('service.title')}</h3>
        <span className="grow" />
        <Button variant="quiet" size="small" busy={services.isFetching} disabled={!running} onClick={() => void services.refetch()}>
          {common('lookAgain')}
        </Button>
      </div>
      {services.error ? <ErrorNotice className="page-notice" error={services.error} onRetry={() => void services.refetch()} /> : null}
      <Table
        label={t('service.title')}
        className="services-table"
        columns={[
          { key: 'namespace', label: 'Namespace' },
          { key: 'name', label: common('name') },
          { key: 'address', label: t('service.address') },
        ]}
        busy={services.isFetching}
      >
        {services.isPending && !services.error ? <SkeletonRows columns={3} rows={2} label={common('loading')} /> : null}
        {(services.data ?? []).map((service) => (
          <Row key={`${service.namespace}/${service.name}`}>
            <Cell className="mono">{service.namespace}</Cell>
            <Cell className="mono">{service.name}</Cell>
            <Cell className="service-addresses">
              <Addresses service={service} view={view} />
            </Cell>
          </Row>
        ))}
      </Table>
      {services.data?.length === 0 ? <EmptyState title={t('service.none')} /> : null}
    </Scroll>
  )
}

function Addresses({ service, view }: { readonly service: ClusterService; readonly view: TunnelView }) {
  const { t } = useTranslation('clusters')
  const { balancer, urls } = service
  const addresses = [...(balancer ?? []), ...urls]
  return (
    <>
      {balancer?.length === 0 ? <Pending name={service.name} view={view} /> : null}
      {addresses.length === 0 && balancer === null ? <span className="fg-3">{t('service.inside')}</span> : null}
      {addresses.map((address) => (
        <span key={address} className="line">
          <span className="mono">{address}</span>
          <CopyButton text={address} label={t('service.copy', { address })} />
        </span>
      ))}
    </>
  )
}

/** Why a load balancer has no address yet, and what gives it one. */
function Pending({ name, view }: { readonly name: string; readonly view: TunnelView }) {
  const { t } = useTranslation('clusters')
  const { tunnel, goesOn, startable, start } = view
  if (goesOn && tunnel?.state !== 'ending' && tunnel?.problem === null)
    return (
      <State tone="info" busy>
        {t('service.comes')}
      </State>
    )
  return (
    <span className="line wrap">
      <span className="fg-3">{t('service.pending')}</span>
      {startable ? (
        <Button size="small" busy={start.isPending} aria-label={t('service.startFor', { name })} onClick={() => start.mutate()}>
          {t('tunnel.start')}
        </Button>
      ) : null}
    </span>
  )
}
