import { useTranslation } from 'react-i18next'
import type { Runtime, Runtimes } from '#shared/contract/runtimes.ts'
import { KeyValue } from '../../ui/index.ts'

type RuntimeDetailProps = { readonly seen: Runtimes; readonly runtime: Runtime; readonly columns: number }

/** Everything known of one runtime, and how it is known. What is not known is said to be so. */
export function RuntimeDetail({ seen, runtime, columns }: RuntimeDetailProps) {
  const { t } = useTranslation('runtimes')
  const { kubeadm } = seen
  const join = (...parts: (string | null | false | undefined)[]) => parts.filter(Boolean).join(t('comma'))
  const line = (key: string, value: React.ReactNode, mono = false) =>
    value === null || value === '' ? null : { key, label: t(`detail.${key}`), value, mono }
  const { shim, unit } = runtime
  const wanted = kubeadm.sandboxImage
  return (
    <div role="row" className="runtime-detail">
      <div role="gridcell" aria-colspan={columns}>
        <KeyValue
          items={[
            line('version', runtime.version ?? t('state.unknown'), true),
            line(
              'package',
              runtime.package === null ? null : `${runtime.package.name} ${runtime.package.version} (${runtime.package.manager})`,
              true,
            ),
            line('program', runtime.program, true),
            line(
              'service',
              <span>
                <span className="mono">{unit.name}</span>
                {`${t('comma')}${join(t(`state.${unit.state}`), unit.enabled === null ? null : t(unit.enabled ? 'detail.enabled' : 'detail.notEnabled'))}`}
              </span>,
            ),
            shim === null
              ? null
              : line(
                  'shim',
                  shim.installed === 'yes' ? join(shim.version ?? '', t(`state.${shim.unit.state}`), shim.program) : t('detail.shimAbsent'),
                ),
            line(
              'cri',
              join(t(`cri.${runtime.cri.api}`), runtime.cri.api === 'none' ? null : t(runtime.cri.asked ? 'criAsked' : 'criByVersion')),
            ),
            line('sockets', runtime.sockets.length === 0 ? t('noSocket') : <Sockets sockets={runtime.sockets} />),
            line('driver', runtime.driver ?? t('unknownDriver'), true),
            line(
              'sandbox',
              runtime.sandboxImage === null ? null : (
                <span>
                  <span className="mono">{runtime.sandboxImage}</span>
                  {wanted === null
                    ? null
                    : `${t('comma')}${t(wanted === runtime.sandboxImage ? 'detail.sandboxSame' : 'detail.sandboxWanted', { image: wanted, version: kubeadm.version })}`}
                </span>
              ),
            ),
            line('oci', runtime.ociRuntime, true),
            line(
              'config',
              runtime.configFile === null ? null : (
                <span>
                  <span className="mono">{runtime.configFile}</span>
                  {[
                    runtime.configVersion === null ? null : t('detail.configVersion', { version: runtime.configVersion }),
                    runtime.restartNeeded === true ? t('detail.newer') : null,
                  ]
                    .filter((part) => part !== null)
                    .map((part) => `${t('comma')}${part}`)
                    .join('')}
                </span>
              ),
            ),
            line('mirrors', runtime.mirrors.length === 0 ? t('detail.noMirrors') : <Mirrors mirrors={runtime.mirrors} />),
          ]}
        />
      </div>
    </div>
  )
}

function Sockets({ sockets }: { readonly sockets: Runtime['sockets'] }) {
  const { t } = useTranslation('runtimes')
  return (
    <ul>
      {sockets.map(({ path, listening }) => (
        <li key={path}>
          <span className="mono">{path}</span>
          {`${t('comma')}${t(`listening.${listening === null ? 'unknown' : listening ? 'yes' : 'no'}`)}`}
        </li>
      ))}
    </ul>
  )
}

function Mirrors({ mirrors }: { readonly mirrors: Runtime['mirrors'] }) {
  const { t } = useTranslation('runtimes')
  return (
    <ul>
      {mirrors.map(({ registry, endpoints, file }) => (
        <li key={`${file} ${registry}`}>
          <span className="mono">{registry}</span>
          {' → '}
          <span className="mono">{endpoints.join(t('comma'))}</span>
          <span className="fg-3"> {t('detail.inFile', { file })}</span>
        </li>
      ))}
    </ul>
  )
}
