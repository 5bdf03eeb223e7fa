import { useTranslation } from 'react-i18next'
import type { NetworkLook, NetworkNode } from '#shared/contract/network.ts'
import { Cell, Row, State, Table } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'

/** Node by node: its range, and the configuration that its runtime takes. */
export function NodesTable({ seen, old }: { readonly seen: NetworkLook; readonly old: boolean }) {
  const { t } = useTranslation('network')
  const { t: clusters } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  return (
    <section aria-labelledby="network-nodes">
      <div className="part">
        <h3 id="network-nodes">{t('nodes')}</h3>
      </div>
      <Table
        label={t('nodes')}
        className="network-nodes"
        columns={[
          { key: 'name', label: common('name') },
          { key: 'state', label: common('state') },
          { key: 'range', label: t('column.podRange') },
          { key: 'file', label: t('column.taken') },
          { key: 'types', label: t('column.types') },
          { key: 'ranges', label: t('column.fileRange') },
        ]}
      >
        {seen.nodes.map((node) => {
          const taken = node.files?.find((one) => one.taken)
          const others = (node.files?.length ?? 0) - 1
          return (
            <Row key={node.name} old={old}>
              <Cell className="mono cut" title={node.name}>
                {node.name}
              </Cell>
              <Cell title={node.reason ?? undefined}>
                <State tone={node.ready ? 'ok' : 'warn'}>{clusters(node.ready ? 'nodeReady.ready' : 'nodeReady.not-ready')}</State>
              </Cell>
              <Cell className="mono cut">{node.podCidrs.join(', ') || '–'}</Cell>
              <Cell className="cut" title={node.files?.map(({ path }) => path).join('\n')}>
                {taken ? (
                  <>
                    <span className="mono">{taken.path.split('/').at(-1)}</span>
                    {others > 0 ? <span className="fg-3"> {t('others', { count: others })}</span> : null}
                  </>
                ) : (
                  <Unread node={node} />
                )}
              </Cell>
              <Cell className="mono cut" title={taken?.types.join(', ')}>
                {taken?.types.join(', ') || '–'}
              </Cell>
              <Cell className="mono cut">{taken?.ranges.join(', ') || '–'}</Cell>
            </Row>
          )
        })}
      </Table>
    </section>
  )
}

function Unread({ node }: { readonly node: NetworkNode }) {
  const { t } = useTranslation('network')
  const words = useErrorWords()
  if (node.error) return <State tone="warn">{words(node.error).title}</State>
  return <span className="fg-2">{t(node.files === null ? 'notReached' : 'noFile')}</span>
}
