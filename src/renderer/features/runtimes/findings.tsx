import { useTranslation } from 'react-i18next'
import type { RuntimeChange, RuntimeFinding, Runtimes } from '#shared/contract/runtimes.ts'
import { Button, Callout, type Tone } from '../../ui/index.ts'
import type { Asking } from './runtimes-tab.tsx'

const tones: Record<RuntimeFinding['level'], Tone> = { ok: 'info', warning: 'warn', problem: 'bad', unknown: 'idle' }

/** It is in no distribution; Cove knows no sum of it that somebody has published, and so fetches nothing. */
const criDockerd = 'https://mirantis.github.io/cri-dockerd/usage/install/'

type FindingsProps = {
  readonly seen: Runtimes
  readonly onChange: (change: RuntimeChange) => void
  readonly onAsk: (asking: Asking) => void
  readonly busy: boolean
}

/** What was found, the worst first: what it means, and the way out with a button where Cove can go it. That drivers agree is told by their picture. */
export function Findings({ seen, onChange, onAsk, busy }: FindingsProps) {
  const { t } = useTranslation('runtimes')
  const told = seen.findings.filter((finding) => finding.id !== 'driver-agrees')
  if (told.length === 0) return null
  return (
    <ul className="runtime-findings">
      {told.map((finding) => {
        const facts = { ...finding.facts, name: finding.runtime === null ? '' : t(`name.${finding.runtime}`) }
        const word = (part: string) => t(`finding.${finding.id}.${part}`, { ...facts, defaultValue: '' })
        const way = wayOf(finding, seen)
        return (
          <li key={`${finding.id} ${finding.runtime}`}>
            <Callout
              tone={tones[finding.level]}
              title={word('title')}
              actions={
                way === null || finding.level === 'ok' ? null : (
                  <Button size="small" busy={busy} onClick={() => ('kind' in way ? onChange(way) : onAsk(way.ask))}>
                    {'kind' in way ? t('action.showPlan') : t(way.ask === 'migrate' ? 'action.migrate' : 'action.install')}
                  </Button>
                )
              }
            >
              <p className="text-wrap">{word('text')}</p>
              {finding.level === 'ok' ? null : <p className="text-wrap fg-2">{word('fix')}</p>}
              {finding.id === 'docker-without-cri' && finding.level !== 'ok' ? (
                <a href={criDockerd} target="_blank" rel="noreferrer">
                  {t('finding.docker-without-cri.page')}
                </a>
              ) : null}
            </Callout>
          </li>
        )
      })}
    </ul>
  )
}

function wayOf(
  { id, runtime }: RuntimeFinding,
  { host, kubelet, runtimes }: Runtimes,
): RuntimeChange | { readonly ask: 'migrate' | 'install' } | null {
  switch (id) {
    case 'no-runtime':
      return { ask: 'install' }
    case 'docker-without-cri':
      if (runtimes.some((one) => one.name === runtime && one.shim?.installed === 'yes')) return { kind: 'cri-dockerd-unit' }
      return runtimes.some(({ cri }) => cri.api === 'disabled') ? { kind: 'enable-cri', runtime: 'containerd' } : { ask: 'install' }
    case 'cri-disabled':
      return { kind: 'enable-cri', runtime: 'containerd' }
    case 'sandbox-differs':
      return runtime === null ? null : { kind: 'sandbox-image', runtime, image: null }
    case 'restart-needed':
    case 'runtime-stopped':
      return runtime === null ? null : { kind: 'restart', runtime }
    case 'driver-not-systemd':
    case 'driver-mismatch':
      // On a node of a cluster the kubelet and its pods have to follow.
      if (kubelet.joined) return { ask: 'migrate' }
      return runtime === null || host.recommended === null ? null : { kind: 'driver', runtime, driver: host.recommended }
    default:
      return null
  }
}
