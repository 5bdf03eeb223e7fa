import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Ellipsis, PackagePlus, ScrollText } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { ClusterSearch } from '../../routes.tsx'
import { Age, Button, IconButton, Menu, Scroll, SkeletonRows, State, TabPanel, Table, Tabs } from '../../ui/index.ts'
import { ClusterDialogs } from '../clusters/cluster-dialogs.tsx'
import { clusterLook, useReason } from '../clusters/cluster-words.ts'
import { EngineProblem, engineFails, useEngine } from '../clusters/engine-problem.tsx'
import { LookAgain, SourceStatus } from '../clusters/source-status.tsx'
import { useClusterActions } from '../clusters/use-cluster-actions.ts'
import { isElsewhere, isForeign, isUnasked, useClusters } from '../clusters/use-clusters.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { Page } from '../shell/page.tsx'
import { ClusterGone, nameInId } from './cluster-gone.tsx'
import { AddOnsTab } from './add-ons-tab.tsx'
import { JobStrip } from './job-strip.tsx'
import { ImagesTab } from '../images/images-tab.tsx'
import { NetworkTab } from '../network/network-tab.tsx'
import { Overview } from './overview.tsx'
import { PodsTab } from './pods-tab.tsx'
import { ServicesTab } from './services-tab.tsx'
import './cluster.css'

/** One cluster, known by its creation: a new one of the same name is another page. */
export function ClusterPage() {
  const { id } = useParams({ from: '/clusters/$id' })
  return <OneCluster key={id} id={id} />
}

function OneCluster({ id }: { readonly id: string }) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const { t: shell } = useTranslation('shell')
  const { list, refresh, error, again } = useClusters()
  const engine = useEngine()
  const found = list.data?.clusters.find((cluster) => cluster.id === id)
  const [seen, setSeen] = useState<Cluster | null>(null)
  if (found && found !== seen) setSeen(found)
  // A cluster that was just made may not be in the list yet: ask once more before saying that it is gone.
  const asked = useRef(false)
  const missing = list.data !== undefined && !found
  const { mutate } = refresh
  useEffect(() => {
    if (!missing || asked.current) return
    asked.current = true
    mutate()
  }, [missing, mutate])
  const waiting = list.isPending || (missing && !refresh.isSuccess && !refresh.isError)
  const before = <Link to="/clusters">{shell('nav.clusters')}</Link>
  const status = list.data ? <SourceStatus sources={list.data.sources} engine={engine} /> : null
  const look = <LookAgain sources={list.data?.sources ?? []} busy={refresh.isPending} onLook={() => mutate()} />

  if (found) {
    return (
      <Page title={found.name} before={before} status={status} statusEnd={look}>
        {error ? <ErrorNotice className="page-notice" tone="warn" error={error} consequence={t('stale')} onRetry={again} /> : null}
        <ClusterBody cluster={found} />
      </Page>
    )
  }
  return (
    <Page title={seen?.name ?? (nameInId(id) || t('one.title'))} before={before} status={status} statusEnd={look}>
      <Scroll>
        {error ? (
          <ErrorNotice className="page-notice" error={error} onRetry={again} />
        ) : waiting ? (
          <Table
            label={t('one.title')}
            columns={[
              { key: 'a', label: common('name') },
              { key: 'b', label: common('state') },
            ]}
            className="cluster-loading"
            busy
          >
            <SkeletonRows rows={5} columns={2} label={common('loading')} />
          </Table>
        ) : engine && engineFails(engine) ? (
          <div className="page-notice">
            <EngineProblem engine={engine} title />
          </div>
        ) : (
          <ClusterGone id={id} last={seen} clusters={list.data?.clusters ?? []} />
        )}
      </Scroll>
    </Page>
  )
}

function ClusterBody({ cluster }: { readonly cluster: Cluster }) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const navigate = useNavigate()
  const { tab } = useSearch({ from: '/clusters/$id' })
  const actions = useClusterActions()
  const reason = useReason()(cluster)
  const look = clusterLook[cluster.state]
  const elsewhere = isElsewhere(cluster)
  const own = !isForeign(cluster)
  // What a provider of Cove's made in the engine in use: others' nodes cannot be looked into.
  const made = !elsewhere && (cluster.provider === 'kind' || cluster.provider === 'minikube')
  // Nodes that no provider made are reached as machines.
  const foreign = !own && cluster.context !== null
  return (
    <>
      <div className="obj">
        <h2>{cluster.name}</h2>
        <State tone={look.tone} icon={look.icon} busy={look.busy}>
          {t(isUnasked(cluster) ? 'state.notAsked' : `state.${cluster.state}`)}
        </State>
        <span className="fg-3 cut obj-facts">
          {[
            t(`provider.${cluster.provider}`),
            cluster.version ? `Kubernetes ${cluster.version}` : '',
            cluster.nodes.length > 0 ? t('nodeCount', { count: cluster.nodes.length }) : '',
            reason,
          ]
            .filter(Boolean)
            .join(t('comma'))}
          {cluster.createdAt === null ? null : (
            <>
              {t('comma')}
              {t('one.created')} <Age at={cluster.createdAt} ago />
            </>
          )}
        </span>
        <span className="grow" />
        {cluster.context ? (
          <Button icon={ScrollText} onClick={() => actions.openLogs(cluster)}>
            {t('menu.logs')}
          </Button>
        ) : null}
        {(own && !elsewhere) || foreign ? (
          <Button
            icon={PackagePlus}
            disabled={cluster.jobId !== null || (own && cluster.state !== 'running')}
            onClick={() => actions.askLoad(cluster)}
          >
            {t('menu.load')}
          </Button>
        ) : null}
        <Menu trigger={<IconButton icon={Ellipsis} label={common('more')} />} items={actions.items(cluster, 'page')} />
      </div>
      {cluster.jobId ? <JobStrip id={cluster.jobId} /> : null}
      {actions.error ? <ErrorNotice className="page-notice" error={actions.error} /> : null}
      <Tabs<NonNullable<ClusterSearch['tab']> | 'overview'>
        label={t('one.tabs')}
        value={tab ?? 'overview'}
        onValueChange={(next) =>
          void navigate({
            to: '/clusters/$id',
            params: { id: cluster.id },
            search: next === 'overview' ? {} : { tab: next },
            replace: true,
          })
        }
        tabs={[
          { value: 'overview', label: t('one.overview') },
          { value: 'pods', label: 'Pods' },
          ...(made || foreign ? [{ value: 'images' as const, label: t('one.images') }] : []),
          ...(cluster.context ? [{ value: 'network' as const, label: t('one.network') }] : []),
          ...(cluster.provider === 'minikube'
            ? [
                { value: 'services' as const, label: t('service.title') },
                { value: 'add-ons' as const, label: t('addOn.title') },
              ]
            : []),
        ]}
      >
        <TabPanel value="overview">
          <Overview cluster={cluster} actions={actions} />
        </TabPanel>
        <TabPanel value="pods">
          <PodsTab cluster={cluster} />
        </TabPanel>
        {made || foreign ? (
          <TabPanel value="images">
            <ImagesTab cluster={cluster} />
          </TabPanel>
        ) : null}
        {cluster.context ? (
          <TabPanel value="network">
            <NetworkTab cluster={cluster} />
          </TabPanel>
        ) : null}
        {cluster.provider === 'minikube' ? (
          <>
            <TabPanel value="services">
              <ServicesTab cluster={cluster} />
            </TabPanel>
            <TabPanel value="add-ons">
              <AddOnsTab cluster={cluster} />
            </TabPanel>
          </>
        ) : null}
      </Tabs>
      <ClusterDialogs actions={actions} />
    </>
  )
}
