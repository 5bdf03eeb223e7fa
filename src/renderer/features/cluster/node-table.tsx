import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { ApiNode } from '#shared/contract/workloads.ts'
import { Age, Cell, Row, SkeletonRows, Table } from '../../ui/index.ts'
import { UseMeter } from '../node/use-meter.tsx'
import type { UsageView } from '../node/use-usage.ts'
import { NodeState } from './node-state.tsx'

type NodeTableProps = {
  readonly cluster: Cluster
  readonly apiNodes: readonly ApiNode[] | undefined
  readonly waiting: boolean
  readonly old: boolean
  readonly usage: UsageView
}

export function NodeTable({ cluster, apiNodes, waiting, old, usage }: NodeTableProps) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const columns = [
    { key: 'name', label: common('name') },
    { key: 'role', label: t('column.role') },
    { key: 'state', label: common('state') },
    { key: 'cpu', label: t('column.cpu') },
    { key: 'memory', label: t('column.memory') },
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
            <Cell className="mono" title={name}>
              <Link to="/clusters/$id/nodes/$node" params={{ id: cluster.id, node: name }} className="name">
                {name}
              </Link>
            </Cell>
            <Cell className="cut">{node ? t(`role.${node.role}`) : (api?.roles.join(', ') ?? '–')}</Cell>
            <Cell className="line">
              <NodeState node={node} api={api} waiting={waiting} />
            </Cell>
            <Cell>
              <UseMeter what="cpu" usage={usage.nodes.get(name)} short old={usage.error !== null} />
            </Cell>
            <Cell>
              <UseMeter what="memory" usage={usage.nodes.get(name)} short old={usage.error !== null} />
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
