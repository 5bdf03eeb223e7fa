import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { ApiNode } from '#shared/contract/workloads.ts'
import { queryUtils } from '../../api/client.ts'
import { Badge, Button, CopyButton, KeyValue, useFormat } from '../../ui/index.ts'
import type { useClusterActions } from '../clusters/use-cluster-actions.ts'
import { isForeign } from '../clusters/use-clusters.ts'
import { useShortPath } from '../contexts/context-words.ts'
import { useProfiles } from '../profiles/use-profiles.ts'
import { useErrorWords } from '../shell/error-words.ts'

type AccessPanelProps = {
  readonly cluster: Cluster
  readonly apiNodes: readonly ApiNode[] | undefined
  readonly actions: ReturnType<typeof useClusterActions>
}

/** How to reach the cluster, what it was made from, what runs inside. */
export function AccessPanel({ cluster, apiNodes, actions }: AccessPanelProps) {
  const { t } = useTranslation('clusters')
  const format = useFormat()
  const words = useErrorWords()
  const short = useShortPath()
  const { context } = cluster
  const reach = useQuery(
    queryUtils.kubeconfig.reach.queryOptions({
      input: context ?? { file: '', name: '' },
      enabled: context !== null && (isForeign(cluster) || (cluster.state !== 'stopped' && cluster.state !== 'starting')),
      staleTime: 10_000,
    }),
  )
  const ports = cluster.nodes.flatMap((node) =>
    node.ports.filter((port) => port.containerPort !== 6443).map((port) => `${port.hostIp}:${port.hostPort} → ${port.containerPort}`),
  )
  const images = [...new Set(cluster.nodes.map((node) => node.image.replace(/@sha256:.*$/, '')))]
  const runtimes = [...new Set((apiNodes ?? []).map((node) => node.runtime.replace('://', ' ')))]
  const command = context ? `kubectl --context ${context.name} get pods --all-namespaces` : ''
  return (
    <aside className="facts" aria-label={t('one.facts')}>
      <h3>{t('access.title')}</h3>
      <KeyValue
        items={[
          { key: 'server', label: t('access.server'), value: cluster.server ?? '–', mono: true },
          {
            key: 'reach',
            label: t('access.answers'),
            value: reach.data ? (
              reach.data.state === 'reachable' ? (
                t('access.in', { ms: Math.round(reach.data.tookMs ?? 0) })
              ) : (
                <span title={reach.data.error ? words(reach.data.error).cause : undefined}>{t(`access.${reach.data.state}`)}</span>
              )
            ) : reach.error ? (
              t('access.unknown')
            ) : reach.isFetching ? (
              t('access.asking')
            ) : (
              '–'
            ),
          },
          {
            key: 'context',
            label: t('column.context'),
            value: context ? (
              <span className="line wrap">
                <span className="mono">{context.name}</span>
                {cluster.currentContext ? <Badge>{t('access.current')}</Badge> : null}
              </span>
            ) : (
              t('access.noContext')
            ),
          },
          context && { key: 'file', label: t('access.file'), value: <span title={context.file}>{short(context.file)}</span>, mono: true },
          // Of nodes that are not known, neither are the ports.
          cluster.nodes.length > 0 && {
            key: 'ports',
            label: t('access.ports'),
            value: ports.length > 0 ? ports.join(', ') : t('access.noPorts'),
            mono: ports.length > 0,
          },
        ]}
      />
      {context ? (
        <div className="line wrap access-acts">
          {cluster.currentContext ? null : (
            <Button size="small" busy={actions.change.pending !== null} onClick={() => actions.use(cluster)}>
              {t('menu.use')}
            </Button>
          )}
          <CopyButton text={command} variant="plain">
            {t('access.copyCommand')}
          </CopyButton>
        </div>
      ) : null}
      {images.length > 0 ? (
        <>
          <h3>{t('made.title')}</h3>
          <KeyValue
            items={[
              { key: 'provider', label: t('column.provider'), value: t(`provider.${cluster.provider}`) },
              cluster.profileId !== null && { key: 'profile', label: t('made.profile'), value: <ProfileName id={cluster.profileId} /> },
              { key: 'image', label: t('made.image'), value: images.join(', '), mono: true },
              cluster.createdAt !== null && { key: 'at', label: t('made.at'), value: format.dateTime(cluster.createdAt) },
            ]}
          />
        </>
      ) : null}
      {runtimes.length > 0 ? (
        <>
          <h3>{t('inside.title')}</h3>
          <KeyValue
            items={[
              { key: 'runtime', label: t('inside.runtime'), value: runtimes.join(', ') },
              {
                key: 'kubernetes',
                label: 'Kubernetes',
                value: [...new Set((apiNodes ?? []).map((node) => node.version))].join(', '),
                mono: true,
              },
            ]}
          />
        </>
      ) : null}
    </aside>
  )
}

/** The profile under its name, as a way to its document; of one that is no more, its file's. */
function ProfileName({ id }: { readonly id: string }) {
  const { t } = useTranslation('clusters')
  const { data } = useProfiles()
  const profile = data?.profiles.find((one) => one.id === id)
  if (profile)
    return (
      <Link to="/clusters/new" search={{ profile: id }}>
        {profile.name}
      </Link>
    )
  // One that cannot be read as it stands is still there.
  const gone = data !== undefined && !data.damaged.some((one) => one.id === id)
  return gone ? t('made.profileGone', { id }) : id
}
