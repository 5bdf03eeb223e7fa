import { useTranslation } from 'react-i18next'
import type { NodeContainer, NodeDetails } from '#shared/contract/nodes.ts'
import { Age, KeyValue, useFormat } from '../../ui/index.ts'

/** Versions, addresses and the container of a node. */
export function NodeFacts({ details }: { readonly details: NodeDetails }) {
  const { t } = useTranslation('nodes')
  const format = useFormat()
  const api = details.api.value
  const container = details.container.value
  return (
    <aside className="facts" aria-label={t('facts')} tabIndex={0}>
      {api ? (
        <>
          <h3>{t('versions')}</h3>
          <KeyValue
            items={[
              { key: 'kubelet', label: 'kubelet', value: api.versions.kubelet || '–', mono: true },
              { key: 'runtime', label: t('runtime'), value: api.versions.runtime.replace('://', ' ') || '–', mono: true },
              { key: 'os', label: t('os'), value: api.versions.osImage || '–' },
              { key: 'kernel', label: t('kernel'), value: api.versions.kernel || '–', mono: true },
              { key: 'arch', label: t('arch'), value: api.versions.architecture || '–', mono: true },
            ]}
          />
          <h3>{t('addresses')}</h3>
          <KeyValue
            items={[
              ...api.addresses.map(({ type, address }) => ({ key: `${type}${address}`, label: type, value: address, mono: true })),
              api.podCidrs.length > 0 && { key: 'cidr', label: t('podCidr'), value: api.podCidrs.join(', '), mono: true },
            ]}
          />
        </>
      ) : null}
      {container ? (
        <>
          <h3>{t('container')}</h3>
          <KeyValue
            items={[
              { key: 'id', label: 'id', value: <span title={container.id}>{container.id.slice(0, 12)}</span>, mono: true },
              { key: 'image', label: t('image'), value: container.image.replace(/@sha256:.*$/, ''), mono: true },
              container.startedAt !== null && { key: 'started', label: t('started'), value: <Age at={container.startedAt} ago /> },
              container.exitCode !== null && {
                key: 'ended',
                label: t('ended'),
                value: container.oomKilled ? t('oomKilled') : t('exitCode', { code: container.exitCode }),
              },
              {
                key: 'limits',
                label: t('limits'),
                value:
                  [
                    container.cpus === null ? null : t('cpus', { count: container.cpus, value: format.number(container.cpus, 2) }),
                    container.memoryBytes === null ? null : format.bytes(container.memoryBytes),
                  ]
                    .filter(Boolean)
                    .join(t('comma')) || t('noLimits'),
              },
              { key: 'restart', label: t('restart'), value: container.restartPolicy || '–', mono: true },
              ...container.networks.map(({ name, ipv4, ipv6 }) => ({
                key: `net-${name}`,
                label: t('network'),
                value: [name, ipv4, ipv6].filter(Boolean).join(' '),
                mono: true,
              })),
              { key: 'ports', label: t('ports'), value: portsOf(container) || t('noPorts'), mono: container.ports.length > 0 },
            ]}
          />
          <h3>{t('mounts')}</h3>
          {container.mounts.length === 0 ? <p className="fg-3">{t('noMounts')}</p> : null}
          <ul className="node-mounts">
            {container.mounts.map(({ type, name, source, destination, writable }) => (
              <li key={destination}>
                <span className="mono">{destination}</span>
                <span className="fg-3 sm mono" title={source}>
                  {type} {name ? name.slice(0, 12) : source}
                  {writable ? '' : ` ${t('readOnly')}`}
                </span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </aside>
  )
}

const portsOf = ({ ports }: NodeContainer) =>
  ports.map((port) => `${port.hostIp}:${port.hostPort} → ${port.containerPort}/${port.protocol}`).join(', ')
