import { Check, CircleQuestionMark, Minus, Trash2 } from 'lucide-react'
import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import type { ClusterImages } from '#shared/contract/clusters.ts'
import { Bytes, Cell, Icon, IconButton, Row, SkeletonRows, Table, useFormat, VisuallyHidden } from '../../ui/index.ts'
import { type ImageRow, shortNode } from './image-rows.ts'

/** With more nodes than this their names stand in one column. */
const mostColumns = 4

type ImageTableProps = {
  /** Node names begin with it, and a dash, without saying more by that. */
  readonly cluster: string
  /** Of the columns while it loads. */
  readonly names: readonly string[]
  readonly rows: readonly ImageRow[]
  readonly nodes: ClusterImages['nodes']
  readonly loading: boolean
  readonly old: boolean
  /** Null: something works on the cluster. */
  readonly onRemove: ((row: ImageRow) => void) | null
}

/** Images by nodes. */
export function ImageTable({ cluster, names: expected, rows, nodes, loading, old, onRemove }: ImageTableProps) {
  const { t } = useTranslation('images')
  const { t: common } = useTranslation('common')
  const names = loading ? expected : nodes.map(({ node }) => node)
  const apart = names.length <= mostColumns
  const columns = [
    { key: 'image', label: t('image') },
    { key: 'size', label: t('size'), align: 'end' as const },
    ...(apart ? names.map((name) => ({ key: name, label: shortNode(name, cluster) })) : [{ key: 'nodes', label: t('nodes') }]),
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  const cols = apart ? `repeat(${names.length}, minmax(64px, 112px))` : 'minmax(120px, 1fr)'
  return (
    <div className="images-table-frame" style={{ '--node-cols': cols } as CSSProperties}>
      <Table label={t('title')} columns={columns} className="images-table" busy={loading}>
        {loading ? <SkeletonRows rows={6} columns={columns.length} label={common('loading')} /> : null}
        {rows.map((row) => (
          <Row key={row.ref} old={old}>
            <Cell className="mono cut" title={row.ref}>
              {row.ref}
            </Cell>
            <Cell className="num-cell fg-2">
              <Bytes value={row.sizeBytes} />
            </Cell>
            {apart ? (
              nodes.map((node) => <HeldCell key={node.node} node={node} row={row} />)
            ) : (
              <NodesCell cluster={cluster} nodes={nodes} row={row} />
            )}
            <Cell className="actions">
              <IconButton
                icon={Trash2}
                small
                label={t('removeNamed', { image: row.ref })}
                disabled={onRemove === null}
                onClick={() => onRemove?.(row)}
              />
            </Cell>
          </Row>
        ))}
      </Table>
    </div>
  )
}

function HeldCell({ node, row }: { readonly node: ClusterImages['nodes'][number]; readonly row: ImageRow }) {
  const { t } = useTranslation('images')
  const [icon, tone, word] =
    node.images === null
      ? ([CircleQuestionMark, 'idle', t('unknown')] as const)
      : row.on.includes(node.node)
        ? ([Check, 'ok', t('held')] as const)
        : ([Minus, 'idle', t('notHeld')] as const)
  return (
    <Cell title={`${node.node}: ${word}`}>
      <Icon of={icon} tone={tone} />
      <VisuallyHidden>{word}</VisuallyHidden>
    </Cell>
  )
}

function NodesCell({ cluster, nodes, row }: { readonly cluster: string; readonly nodes: ClusterImages['nodes']; readonly row: ImageRow }) {
  const { t } = useTranslation('images')
  const format = useFormat()
  const short = (names: readonly string[]) => format.list(names.map((name) => shortNode(name, cluster)))
  const text =
    row.on.length === nodes.length
      ? t('onAll', { count: nodes.length })
      : t('onSome', { on: row.on.length, all: nodes.length, names: short(row.on) })
  return (
    <Cell className="cut" title={text}>
      {text}
    </Cell>
  )
}
