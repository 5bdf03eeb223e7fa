import { useTranslation } from 'react-i18next'
import type { NetworkPlugin } from '#shared/contract/network.ts'
import { networkPlugins } from '#shared/messages/network-plugins.ts'
import { KeyValue } from '../../ui/index.ts'

/** What each plugin that is there needs of nodes and of the network between them, with the page that says so. */
export function NeedsSection({ plugins }: { readonly plugins: readonly Pick<NetworkPlugin, 'id' | 'name'>[] }) {
  const known = plugins.filter(({ id }) => networkPlugins[id].page !== null)
  return known.map(({ id, name }) => <Needs key={name} id={id} name={name} />)
}

function Needs({ id, name }: Pick<NetworkPlugin, 'id' | 'name'>) {
  const { t } = useTranslation('network')
  const { page, addresses, kernel, ports, modules, mounts } = networkPlugins[id]
  const list = (items: readonly string[]) => <span className="text-wrap">{items.join(', ')}</span>
  return (
    <section aria-labelledby={`network-needs-${id}`}>
      <div className="part">
        <h3 id={`network-needs-${id}`}>{t('needs.title', { plugin: name })}</h3>
        <span className="grow" />
        {page ? (
          <a href={page} target="_blank" rel="noreferrer">
            {t('source')}
          </a>
        ) : null}
      </div>
      <KeyValue
        className="network-ranges"
        items={[
          { key: 'addresses', label: t('needs.addresses'), value: t(`needs.from.${addresses}`) },
          kernel !== null && { key: 'kernel', label: t('needs.kernel'), value: t('needs.orNewer', { version: kernel }) },
          ports.length > 0 && { key: 'ports', label: t('needs.ports'), value: list(ports) },
          modules.length > 0 && {
            key: 'modules',
            label: t('needs.modules'),
            value: <span className="mono text-wrap">{modules.join(', ')}</span>,
          },
          mounts.length > 0 && { key: 'mounts', label: t('needs.mounts'), value: list(mounts) },
        ]}
      />
    </section>
  )
}
