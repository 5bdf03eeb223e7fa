import { CirclePause, CircleQuestionMark, CircleStop } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Cluster, ClusterNode } from '#shared/contract/clusters.ts'
import type { ApiNode } from '#shared/contract/workloads.ts'
import { Age, Cell, Row, SkeletonRows, State, Table } from '../../ui/index.ts'

type NodeTableProps = {
  readonly cluster: Cluster
  readonly apiNodes: readonly ApiNode[] | undefined
  readonly waiting: boolean
  readonly old: boolean
}

export function NodeTable({ cluster, apiNodes, waiting, old }: NodeTableProps) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const columns = [
    { key: 'name', label: common('name') },
    { key: 'role', label: t('column.role') },
    { key: 'state', label: common('state') },
    { key: 'version', label: common('version') },
    { key: 'address', label: t('column.address') },
    { key: 'age', label: common('age') },
  ]
  const names = [...new Set([...cluster.nodes.map((node) => node.name), ...(apiNodes ?? []).map((node) => node.name)])]
  return (
    <Table label={t('column.nodes')} columns={columns} className="nodes-table" busy={waiting}>
      {names.map((name) => {
        const node = cluster.nodes.find((one) => one.name === name)
        const api = apiNodes?.find((one) => one.name === name)
        return (
          <Row key={name} old={old && !node}>
            <Cell className="mono cut" title={name}>
              {name}
            </Cell>
            <Cell className="cut">{node ? t(`role.${node.role}`) : (api?.roles.join(', ') ?? '–')}</Cell>
            <Cell className="line">
              <NodeState node={node} api={api} waiting={waiting} />
            </Cell>
            <Cell className="mono">{api?.version ?? node?.version ?? '–'}</Cell>
            <Cell className="mono">{api?.address ?? '–'}</Cell>
            <Cell className="fg-2">
              <Age at={node?.createdAt ?? api?.createdAt ?? null} />
            </Cell>
          </Row>
        )
      })}
      {names.length === 0 && waiting ? <SkeletonRows rows={1} columns={columns.length} label={common('loading')} /> : null}
    </Table>
  )
}

/** What stops a node first: its container, then what the API says of it. */
function NodeState({
  node,
  api,
  waiting,
}: {
  readonly node: ClusterNode | undefined
  readonly api: ApiNode | undefined
  readonly waiting: boolean
}) {
  const { t } = useTranslation('clusters')
  if (node && node.state !== 'running') {
    const tone =
      node.state === 'dead' || node.state === 'restarting'
        ? 'bad'
        : node.state === 'unknown'
          ? 'idle'
          : node.state === 'exited'
            ? 'idle'
            : 'warn'
    const icon =
      node.state === 'paused'
        ? CirclePause
        : node.state === 'unknown'
          ? CircleQuestionMark
          : node.state === 'exited'
            ? CircleStop
            : undefined
    return (
      <State tone={tone} icon={icon}>
        {t(`nodeState.${node.state}`)}
      </State>
    )
  }
  if (api) {
    return (
      <>
        <State
          tone={api.ready === 'ready' ? 'ok' : api.ready === 'not-ready' ? 'warn' : 'idle'}
          icon={api.ready === 'unknown' ? CircleQuestionMark : undefined}
        >
          {t(`nodeReady.${api.ready}`)}
        </State>
        {api.reason && api.ready !== 'ready' ? (
          <span className="cut fg-2 sm" title={api.reason}>
            {api.reason}
          </span>
        ) : null}
      </>
    )
  }
  if (waiting) {
    return (
      <State tone="info" busy>
        {t('nodeState.asking')}
      </State>
    )
  }
  return node ? <State tone="ok">{t('nodeState.running')}</State> : <State tone="idle">{t('nodeState.unknown')}</State>
}
