import { useTranslation } from 'react-i18next'
import type { KubeadmNode } from '#shared/contract/kubeadm.ts'
import { Cell, Row, State, Table } from '../../ui/index.ts'

export function NodesSection({ nodes }: { readonly nodes: readonly KubeadmNode[] }) {
  const { t } = useTranslation('kubeadm')
  const columns = [
    { key: 'name', label: t('nodes.name') },
    { key: 'state', label: t('nodes.state') },
    { key: 'role', label: t('nodes.role') },
    { key: 'version', label: t('nodes.version') },
    { key: 'address', label: t('nodes.address') },
  ]
  return (
    <section className="kubeadm-part" aria-labelledby="kubeadm-nodes">
      <h2 id="kubeadm-nodes">{t('nodes.title')}</h2>
      <Table label={t('nodes.title')} columns={columns} className="kubeadm-nodes">
        {nodes.map((node) => (
          <Row key={node.name}>
            <Cell className="mono cut" title={node.name}>
              {node.name}
            </Cell>
            <Cell className="line">
              <State tone={node.ready ? 'ok' : 'warn'}>{t(node.ready ? 'nodes.ready' : 'nodes.notReady')}</State>
            </Cell>
            <Cell>{t(node.controlPlane ? 'kind.control-plane' : 'kind.worker')}</Cell>
            <Cell className="mono">{node.version}</Cell>
            <Cell className="mono cut">{node.addresses.join(' ')}</Cell>
          </Row>
        ))}
      </Table>
    </section>
  )
}
