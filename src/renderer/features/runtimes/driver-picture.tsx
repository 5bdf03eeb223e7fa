import { useTranslation } from 'react-i18next'
import type { Runtimes } from '#shared/contract/runtimes.ts'
import { KeyValue, State, type Tone } from '../../ui/index.ts'

/** Host, kubelet, runtime and pods side by side: who uses which cgroup driver, how that is known, and whether they agree. */
export function DriverPicture({ seen }: { readonly seen: Runtimes }) {
  const { t } = useTranslation('runtimes')
  const { host, kubelet, pods, kubeadm } = seen
  const told = seen.findings.find((finding) => finding.id.startsWith('driver-') && finding.id !== 'driver-from-runtime')
  const runtime = seen.runtimes.find((one) => one.name === told?.runtime) ?? null
  const [tone, word]: [Tone, string] =
    told?.id === 'driver-agrees' && kubelet.effective !== null
      ? ['ok', 'agree']
      : told?.id === 'driver-mismatch'
        ? ['bad', 'differ']
        : told?.id === 'driver-not-systemd'
          ? ['warn', 'half']
          : ['idle', 'unknown']
  const driver = (name: string | null) => <span className="mono driver-name">{name ?? t('unknownDriver')}</span>
  const kubeletWhy = kubelet.version === null ? 'none' : (kubelet.from ?? 'unknown')
  const all = pods === null ? 0 : pods.systemd + pods.cgroupfs + pods.other
  return (
    <div className="runtimes-below">
      <section className="machine-part" aria-labelledby="runtimes-drivers">
        <div className="line wrap">
          <h2 id="runtimes-drivers">{t('drivers.title')}</h2>
          <State tone={tone}>{t(`drivers.${word}`)}</State>
        </div>
        <dl className="driver-picture">
          <Place name={t('drivers.host')} why={t(`drivers.hostWhy.${host.recommended ?? 'unknown'}`, { init: host.init })}>
            {driver(host.recommended)}
            {host.cgroup === null ? null : <span className="fg-3">{t('drivers.cgroup', { version: host.cgroup })}</span>}
          </Place>
          <Place name={t('drivers.kubelet')} why={t(`drivers.kubeletWhy.${kubeletWhy}`)}>
            {kubelet.version === null ? '–' : driver(kubelet.effective)}
            {kubelet.version === null ? null : <span className="fg-3 mono">{kubelet.version}</span>}
          </Place>
          <Place
            name={t('drivers.runtime')}
            why={runtime === null ? t('drivers.noRuntime') : t('drivers.runtimeWhy', { name: t(`name.${runtime.name}`) })}
          >
            {runtime === null ? '–' : driver(runtime.driver)}
          </Place>
          <Place name={t('drivers.pods')} why={all === 0 ? t('drivers.podsNone') : t('drivers.podsWhy', { count: all })}>
            {pods === null || all === 0
              ? '–'
              : pods.systemd === all
                ? driver('systemd')
                : pods.cgroupfs === all
                  ? driver('cgroupfs')
                  : t('drivers.podsMixed', { systemd: pods.systemd, cgroupfs: pods.cgroupfs })}
          </Place>
        </dl>
        <p className="fg-2 text-wrap">{t('drivers.explain')}</p>
      </section>
      <section className="machine-part" aria-labelledby="runtimes-kubeadm">
        <h2 id="runtimes-kubeadm">{t('kubeadm.title')}</h2>
        <p className="text-wrap">
          {t(`kubeadm.${kubeadm.choice}`, { sockets: kubeadm.sockets.join(t('comma')), count: kubeadm.sockets.length })}
        </p>
        <KeyValue
          items={[
            kubelet.endpoint !== null && { key: 'endpoint', label: t('drivers.kubelet'), value: kubelet.endpoint, mono: true },
            kubeadm.version !== null && { key: 'kubeadm', label: 'kubeadm', value: kubeadm.version, mono: true },
          ]}
        />
      </section>
    </div>
  )
}

function Place({ name, why, children }: { readonly name: string; readonly why: string; readonly children: React.ReactNode }) {
  return (
    <div className="driver-place">
      <dt>{name}</dt>
      <dd className="line wrap">{children}</dd>
      <dd className="fg-2">{why}</dd>
    </div>
  )
}
