import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { queryUtils } from '../../api/client.ts'
import { Age, Button, Scroll } from '../../ui/index.ts'
import type { useClusterActions } from '../clusters/use-cluster-actions.ts'
import { isElsewhere } from '../clusters/use-clusters.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { AccessPanel } from './access-panel.tsx'
import { ElsewhereNotice } from './elsewhere-notice.tsx'
import { useUsage } from '../node/use-usage.ts'
import { NodeTable } from './node-table.tsx'

/** Nodes as the engine and as the API see them, and how to get in. Each source fills and fails alone. */
export function Overview({ cluster, actions }: { readonly cluster: Cluster; readonly actions: ReturnType<typeof useClusterActions> }) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const asked = cluster.context !== null && cluster.state !== 'stopped' && cluster.state !== 'starting'
  const api = useQuery(
    queryUtils.workloads.nodes.queryOptions({
      input: cluster.context ?? { file: '', name: '' },
      enabled: asked,
      refetchInterval: 30_000,
      staleTime: 5_000,
    }),
  )
  const usage = useUsage(cluster.id, asked || cluster.nodes.some((node) => node.state === 'running'))
  const ready = api.data?.filter((node) => node.ready === 'ready').length
  return (
    <div className="split-page">
      <Scroll>
        {isElsewhere(cluster) ? <ElsewhereNotice cluster={cluster} /> : null}
        <div className="part">
          <h3>{t('column.nodes')}</h3>
          <span className="fg-3">{api.data ? t('nodes.ready', { ready, all: api.data.length }) : null}</span>
          <span className="grow" />
          {api.data && api.error ? (
            <span className="warn-text sm">
              {t('nodes.old')} <Age at={api.dataUpdatedAt} ago />
            </span>
          ) : null}
          {asked ? (
            <Button variant="quiet" size="small" busy={api.isFetching} onClick={() => void api.refetch()}>
              {common('lookAgain')}
            </Button>
          ) : null}
        </div>
        {api.error ? <ErrorNotice className="page-notice" tone="warn" error={api.error} onRetry={() => void api.refetch()} /> : null}
        <NodeTable cluster={cluster} apiNodes={api.data} waiting={asked && api.isPending} old={api.error !== null} usage={usage} />
      </Scroll>
      <AccessPanel cluster={cluster} apiNodes={api.data} actions={actions} />
    </div>
  )
}
