import { Link, useNavigate } from '@tanstack/react-router'
import { Ellipsis, ScrollText } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { Job } from '#shared/contract/jobs.ts'
import { Age, Badge, Cell, GroupRow, IconButton, Menu, Row, SkeletonRows, State, Table } from '../../ui/index.ts'
import type { Column } from '../../ui/index.ts'
import { clusterLook, useNodeCount, useReason } from './cluster-words.ts'
import { JobInRow } from './job-in-row.tsx'
import type { useClusterActions } from './use-cluster-actions.ts'
import { isHere, isUnasked } from './use-clusters.ts'

type Actions = ReturnType<typeof useClusterActions>
type ClusterTableProps = {
  readonly clusters: readonly Cluster[]
  readonly jobs: readonly Job[]
  readonly unlisted: readonly Job[]
  readonly loading: boolean
  readonly actions: Actions
}

export function ClusterTable({ clusters, jobs, unlisted, loading, actions }: ClusterTableProps) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const columns: Column[] = [
    { key: 'name', label: common('name') },
    { key: 'state', label: common('state') },
    { key: 'provider', label: t('column.provider') },
    { key: 'version', label: common('version') },
    { key: 'nodes', label: t('column.nodes') },
    { key: 'context', label: t('column.context') },
    { key: 'age', label: common('age') },
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  const here = clusters.filter(isHere)
  const elsewhere = clusters.filter((cluster) => !isHere(cluster))
  const nodes = here.reduce((sum, cluster) => sum + cluster.nodes.length, 0)
  const row = (cluster: Cluster) => (
    <ClusterRow key={cluster.id} cluster={cluster} job={jobs.find((job) => job.id === cluster.jobId)} actions={actions} />
  )
  return (
    <Table label={t('title')} columns={columns} className="clusters-table" interactive busy={loading}>
      {here.length > 0 || unlisted.length > 0 ? (
        <>
          <GroupRow
            colSpan={columns.length}
            title={t('group.here')}
            note={`${t('count', { count: here.length + unlisted.length })}${nodes > 0 ? t('comma') + t('nodeCount', { count: nodes }) : ''}`}
          />
          {unlisted.map((job) => (
            <CreatingRow key={job.id} job={job} />
          ))}
          {here.map(row)}
        </>
      ) : null}
      {elsewhere.length > 0 ? (
        <>
          <GroupRow colSpan={columns.length} title={t('group.elsewhere')} note={t('count', { count: elsewhere.length })} />
          {elsewhere.map(row)}
        </>
      ) : null}
      {loading ? <SkeletonRows columns={columns.length - 1} label={common('loading')} /> : null}
    </Table>
  )
}

function ClusterRow({ cluster, job, actions }: { readonly cluster: Cluster; readonly job: Job | undefined; readonly actions: Actions }) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const reason = useReason()(cluster)
  const count = useNodeCount()(cluster)
  const look = clusterLook[cluster.state]
  const old = cluster.reason.code === 'source-failed'
  return (
    <Row onOpen={() => actions.open(cluster)} old={old}>
      <Cell title={cluster.name}>
        <Link to="/clusters/$id" params={{ id: cluster.id }} className="name" tabIndex={-1}>
          {cluster.name}
        </Link>
      </Cell>
      <Cell className="line">
        {cluster.jobId && job ? (
          <JobInRow job={job} />
        ) : isUnasked(cluster) ? (
          <span className="cut fg-3">{t('state.notAsked')}</span>
        ) : (
          <State tone={look.tone} icon={look.icon} busy={look.busy}>
            {t(`state.${cluster.state}`)}
          </State>
        )}
        {reason && !cluster.jobId ? (
          <span className="cut fg-2 sm" title={reason}>
            {reason}
          </span>
        ) : null}
        {cluster.currentContext ? <Badge>{t('currentContext')}</Badge> : null}
      </Cell>
      <Cell>{t(`provider.${cluster.provider}`)}</Cell>
      <Cell className={cluster.version ? 'mono' : ''}>{cluster.version ?? '–'}</Cell>
      <Cell>{count}</Cell>
      <Cell className={cluster.context ? 'mono cut' : ''} title={cluster.context?.name}>
        {cluster.context?.name ?? '–'}
      </Cell>
      <Cell className="fg-2">
        <Age at={cluster.createdAt} />
      </Cell>
      <Cell className="actions open">
        {cluster.context ? (
          <IconButton
            small
            icon={ScrollText}
            label={t('rowAction.logs', { name: cluster.name })}
            onClick={() => actions.openLogs(cluster)}
          />
        ) : null}
        <Menu
          trigger={<IconButton small icon={Ellipsis} className="stay" label={t('rowAction.more', { name: cluster.name })} />}
          items={actions.items(cluster, 'row')}
        />
        <span className="visually-hidden">{common('actions')}</span>
      </Cell>
    </Row>
  )
}

/** A cluster in the making that no source lists yet. */
function CreatingRow({ job }: { readonly job: Job }) {
  const { t } = useTranslation('clusters')
  const navigate = useNavigate()
  const open = () => void navigate({ to: '/jobs/$id', params: { id: job.id } })
  return (
    <Row onOpen={open}>
      <Cell>
        <Link to="/jobs/$id" params={{ id: job.id }} className="name" tabIndex={-1}>
          {job.subject}
        </Link>
      </Cell>
      <Cell className="line">
        <JobInRow job={job} />
      </Cell>
      <Cell>{t(`provider.${job.facts['provider'] === 'minikube' ? 'minikube' : 'kind'}`)}</Cell>
      <Cell>–</Cell>
      <Cell>{job.facts['nodes'] ?? '–'}</Cell>
      <Cell>–</Cell>
      <Cell className="fg-2">
        <Age at={job.startedAt} />
      </Cell>
      <Cell />
    </Row>
  )
}
