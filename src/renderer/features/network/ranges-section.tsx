import { useTranslation } from 'react-i18next'
import type { NetworkLook } from '#shared/contract/network.ts'
import { networkPlugins } from '#shared/messages/network-plugins.ts'
import { KeyValue } from '../../ui/index.ts'

/** Ranges of addresses: of the cluster, of services, of plugins. */
export function RangesSection({ seen }: { readonly seen: NetworkLook }) {
  const { t } = useTranslation('network')
  const { clusterCidrs, clusterCidrFrom, serviceCidrs, pluginCidrs } = seen
  const list = (cidrs: readonly string[]) => (cidrs.length > 0 ? <span className="mono">{cidrs.join(', ')}</span> : t('unsaid'))
  return (
    <section aria-labelledby="network-ranges">
      <div className="part">
        <h3 id="network-ranges">{t('ranges')}</h3>
      </div>
      <KeyValue
        className="network-ranges"
        items={[
          {
            key: 'pods',
            label: t('range.pods'),
            value: (
              <>
                {list(clusterCidrs)} {clusterCidrFrom ? <span className="fg-3">{t(`range.from.${clusterCidrFrom}`)}</span> : null}
              </>
            ),
          },
          { key: 'services', label: t('range.services'), value: list(serviceCidrs) },
          ...pluginCidrs.map(({ plugin, cidr, from }) => ({
            key: `${plugin} ${cidr}`,
            label: networkPlugins[plugin].name,
            value: (
              <>
                <span className="mono">{cidr}</span> <span className="fg-3">{from}</span>
              </>
            ),
          })),
        ]}
      />
    </section>
  )
}
