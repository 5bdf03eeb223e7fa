import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pod } from '#shared/contract/workloads.ts'
import { Age, Cell, cx, GroupRow, Row, SkeletonRows, State, Table } from '../../ui/index.ts'
import { podLook } from './pod-look.ts'

type PodTableProps = {
  readonly pods: readonly Pod[]
  readonly loading: boolean
  readonly grouped: boolean
  readonly namespaced: boolean
  readonly old: boolean
  readonly onOpen: (pod: Pod) => void
}

export function PodTable({ pods, loading, grouped, namespaced, old, onOpen }: PodTableProps) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const columns = [
    { key: 'name', label: common('name') },
    { key: 'namespace', label: t('pods.namespace') },
    { key: 'ready', label: t('column.ready') },
    { key: 'status', label: t('column.status') },
    { key: 'restarts', label: t('column.restarts') },
    { key: 'node', label: t('column.node') },
    { key: 'age', label: common('age') },
  ]
  const row = (pod: Pod) => <PodRow key={pod.uid} pod={pod} kid={grouped} old={old} onOpen={onOpen} />
  return (
    <Table label="Pods" columns={columns} className="pods-table" interactive busy={loading}>
      {loading ? <SkeletonRows rows={6} columns={columns.length} label={common('loading')} /> : null}
      {grouped
        ? byOwner(pods).map((group) => (
            <Fragment key={group.key}>
              <GroupRow
                colSpan={columns.length}
                title={group.name ?? t('pods.alone')}
                note={[
                  group.kind,
                  namespaced ? group.namespace : '',
                  t('pods.readyOf', {
                    ready: group.pods.filter((pod) => pod.health === 'ok' || pod.health === 'done').length,
                    all: group.pods.length,
                  }),
                ]
                  .filter(Boolean)
                  .join(t('comma'))}
              />
              {group.pods.map(row)}
            </Fragment>
          ))
        : pods.map(row)}
    </Table>
  )
}

function PodRow({
  pod,
  kid,
  old,
  onOpen,
}: {
  readonly pod: Pod
  readonly kid: boolean
  readonly old: boolean
  readonly onOpen: (pod: Pod) => void
}) {
  const { t } = useTranslation('clusters')
  const look = podLook[pod.health]
  const worst = pod.restarts > 0 && pod.health === 'bad'
  return (
    <Row onOpen={() => onOpen(pod)} old={old} label={t('pods.openLog', { pod: pod.name })}>
      <Cell className={cx('mono cut', kid && 'kid')} title={pod.name}>
        {pod.name}
      </Cell>
      <Cell className="mono cut" title={pod.namespace}>
        {pod.namespace}
      </Cell>
      <Cell>
        {pod.ready}/{pod.total}
      </Cell>
      <Cell className="line" title={pod.status}>
        <State tone={look.tone} icon={look.icon} busy={look.busy}>
          {pod.status}
        </State>
      </Cell>
      <Cell className={cx(worst && 'bad-text')}>
        {pod.restarts}
        {pod.restarts > 0 && pod.lastRestartAt !== null ? (
          <>
            {' ('}
            <Age at={pod.lastRestartAt} ago />)
          </>
        ) : null}
      </Cell>
      <Cell className="mono cut fg-2" title={pod.node ?? undefined}>
        {pod.node ?? '–'}
      </Cell>
      <Cell className="fg-2">
        <Age at={pod.createdAt} />
      </Cell>
    </Row>
  )
}

type Group = { readonly key: string; readonly name: string | null; readonly kind: string; readonly namespace: string; readonly pods: Pod[] }

/** Pods under what owns them; those that nothing owns come last. */
function byOwner(pods: readonly Pod[]): Group[] {
  const groups = new Map<string, Group>()
  for (const pod of pods) {
    const [kind = '', name = ''] = pod.owner?.split('/') ?? []
    const key = pod.owner === null ? `\uffff${pod.namespace}` : `${pod.namespace}/${name}/${kind}`
    const group = groups.get(key) ?? { key, name: pod.owner === null ? null : name, kind, namespace: pod.namespace, pods: [] }
    group.pods.push(pod)
    groups.set(key, group)
  }
  return [...groups.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}
