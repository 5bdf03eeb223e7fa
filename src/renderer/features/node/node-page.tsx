import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { NodeDetails } from '#shared/contract/nodes.ts'
import { appError, queryUtils } from '../../api/client.ts'
import type { NodeSearch } from '../../routes.tsx'
import { Age, buttonClass, EmptyState, Icon, Scroll, SkeletonRows, TabPanel, Table, Tabs } from '../../ui/index.ts'
import { nameInId } from '../cluster/cluster-gone.tsx'
import { NodeState } from '../cluster/node-state.tsx'
import { useEngine } from '../clusters/engine-problem.tsx'
import { LookAgain, SourceStatus } from '../clusters/source-status.tsx'
import { isElsewhere, isForeign, useClusters } from '../clusters/use-clusters.ts'
import { ImagesTab } from '../images/images-tab.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { Page } from '../shell/page.tsx'
import { ShellTab } from '../terminal/shell-tab.tsx'
import { NodeJournals } from './node-journals.tsx'
import { NodeOverview } from './node-overview.tsx'
import { NodePods } from './node-pods.tsx'
import '../cluster/cluster.css'
import './node.css'

/** One node of a cluster. */
export function NodePage() {
  const { id, node } = useParams({ from: '/clusters/$id/nodes/$node' })
  return <OneNode key={`${id} ${node}`} id={id} name={node} />
}

function OneNode({ id, name }: { readonly id: string; readonly name: string }) {
  const { t } = useTranslation('nodes')
  const { t: common } = useTranslation('common')
  const { t: shell } = useTranslation('shell')
  const { list, refresh, error: unlisted, again } = useClusters()
  const engine = useEngine()
  const details = useQuery(queryUtils.nodes.details.queryOptions({ input: { id, node: name }, refetchInterval: 15_000, staleTime: 2_000 }))
  const cluster = list.data?.clusters.find((one) => one.id === id)
  const before = (
    <>
      <Link to="/clusters">{shell('nav.clusters')}</Link>
      <Icon of={ChevronRight} small />
      <Link to="/clusters/$id" params={{ id }}>
        {cluster?.name ?? (nameInId(id) || t('cluster'))}
      </Link>
    </>
  )
  const look = (
    <LookAgain
      sources={list.data?.sources ?? []}
      busy={refresh.isPending || details.isFetching}
      onLook={() => {
        refresh.mutate()
        void details.refetch()
      }}
    />
  )
  const gone = appError(details.error)?.code === 'not-found'
  return (
    <Page
      title={name}
      before={before}
      status={list.data ? <SourceStatus sources={list.data.sources} engine={engine} /> : null}
      statusEnd={look}
    >
      {gone ? (
        <EmptyState
          title={t('gone', { name })}
          actions={
            <Link to={cluster ? '/clusters/$id' : '/clusters'} params={{ id }} className={buttonClass('primary')}>
              {t('back')}
            </Link>
          }
        >
          {t('goneText')}
        </EmptyState>
      ) : details.data && cluster ? (
        <NodeBody cluster={cluster} name={name} details={details.data} error={details.error} />
      ) : (
        <Scroll>
          {details.error ? (
            <ErrorNotice className="page-notice" error={details.error} onRetry={() => void details.refetch()} />
          ) : unlisted ? (
            <ErrorNotice className="page-notice" error={unlisted} onRetry={again} />
          ) : (
            <Table
              label={t('cluster')}
              columns={[
                { key: 'a', label: common('name') },
                { key: 'b', label: common('state') },
              ]}
              className="cluster-loading"
              busy
            >
              <SkeletonRows rows={5} columns={2} label={common('loading')} />
            </Table>
          )}
        </Scroll>
      )}
    </Page>
  )
}

type NodeBodyProps = {
  readonly cluster: Cluster
  readonly name: string
  readonly details: NodeDetails
  readonly error: unknown
}

function NodeBody({ cluster, name, details, error }: NodeBodyProps) {
  const { t } = useTranslation('nodes')
  const { t: clusters } = useTranslation('clusters')
  const navigate = useNavigate()
  const { tab = 'overview' } = useSearch({ from: '/clusters/$id/nodes/$node' })
  // A shell that was opened stays open while another tab is looked at.
  const [shellSeen, setShellSeen] = useState(tab === 'shell')
  if (tab === 'shell' && !shellSeen) setShellSeen(true)
  const { node, api } = details
  const ready = api.value?.conditions.find((one) => one.type === 'Ready')
  const own = node !== null && node.containerId !== ''
  // Of a cluster of a provider that can be asked, or a machine that is reached by itself.
  const images = isElsewhere(cluster)
    ? false
    : isForeign(cluster)
      ? cluster.context !== null
      : node !== null && node.role !== 'load-balancer'
  return (
    <>
      <div className="obj">
        <h2>{name}</h2>
        <NodeState
          node={node ?? undefined}
          api={
            ready
              ? { ready: ready.status === 'True' ? 'ready' : ready.status === 'False' ? 'not-ready' : 'unknown', reason: ready.reason }
              : undefined
          }
          waiting={false}
        />
        <span className="fg-3 cut obj-facts">
          {[node ? clusters(`role.${node.role}`) : '', api.value?.versions.kubelet ?? node?.version ?? ''].filter(Boolean).join(t('comma'))}
          {node?.createdAt || api.value?.createdAt ? (
            <>
              {t('comma')}
              {clusters('one.created')} <Age at={node?.createdAt ?? api.value?.createdAt ?? null} ago />
            </>
          ) : null}
        </span>
        <span className="grow" />
        {own && node.role !== 'load-balancer' && cluster.context ? (
          <NodeJournals context={cluster.context} name={name} runtime={api.value?.versions.runtime ?? cluster.runtime} />
        ) : null}
      </div>
      {error ? (
        <ErrorNotice
          className="page-notice"
          tone="warn"
          error={error}
          consequence={
            <>
              {t('stale')} <Age at={details.asOf} ago />
            </>
          }
        />
      ) : null}
      <Tabs<NonNullable<NodeSearch['tab']> | 'overview'>
        label={t('tabs')}
        value={tab}
        onValueChange={(next) =>
          void navigate({
            to: '/clusters/$id/nodes/$node',
            params: { id: cluster.id, node: name },
            search: next === 'overview' ? {} : { tab: next },
            replace: true,
          })
        }
        tabs={[
          { value: 'overview', label: clusters('one.overview') },
          { value: 'pods', label: 'Pods' },
          ...(images ? [{ value: 'images' as const, label: clusters('one.images') }] : []),
          ...(own ? [{ value: 'shell' as const, label: t('shell.tab') }] : []),
        ]}
      >
        <TabPanel value="overview">
          <NodeOverview cluster={cluster} name={name} details={details} />
        </TabPanel>
        <TabPanel value="pods">
          <NodePods cluster={cluster} name={name} />
        </TabPanel>
        {images ? (
          <TabPanel value="images">
            <ImagesTab cluster={cluster} node={name} />
          </TabPanel>
        ) : null}
        {own ? (
          <TabPanel value="shell" keep={shellSeen}>
            <ShellTab cluster={cluster} node={name} able={details.shell} />
          </TabPanel>
        ) : null}
      </Tabs>
    </>
  )
}
