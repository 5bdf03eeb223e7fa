import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeadmState } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { Button, SkeletonRows, State, Table } from '../../ui/index.ts'
import type { Tone } from '../../ui/index.ts'
import { KubeadmConfigSection } from '../kubeadm-config/kubeadm-config-section.tsx'
import { useTargetPlace } from '../targets/use-target-place.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { CertificatesSection } from './certificates-section.tsx'
import { InitView } from './init-view.tsx'
import { KubeadmFacts } from './kubeadm-facts.tsx'
import { KubeadmTasks } from './kubeadm-tasks.tsx'
import { NodesSection } from './nodes-section.tsx'
import { TokensSection } from './tokens-section.tsx'
import { useKubeadm } from './use-kubeadm.ts'
import './kubeadm.css'

const tones: Record<KubeadmState['kind'], Tone> = { none: 'idle', 'control-plane': 'ok', worker: 'ok', half: 'warn' }

/** What a machine is to kubeadm, and what can be done with it, in the order of the official pages. */
export function KubeadmTab({ target }: { readonly target: TargetId }) {
  const { t } = useTranslation('kubeadm')
  const { t: common } = useTranslation('common')
  const place = useTargetPlace()(target)
  const { state, busy } = useKubeadm(target)
  const [making, setMaking] = useState(false)
  const [written, setWritten] = useState<string | null>(null)
  // What is written there for another command is none of init's.
  const document = written !== null && isForInit(written) ? written : null
  const known = state.data
  if (making && known?.kind === 'none')
    return <InitView target={target} busy={busy} preflight={known.preflight} onBack={() => setMaking(false)} />
  return (
    <>
      <div className="machine-head">
        <h2>kubeadm</h2>
        {known ? (
          <State tone={tones[known.kind]} reason={known.kind === 'half' ? t('halfWhy') : undefined}>
            {t(`kind.${known.kind}`)}
          </State>
        ) : null}
        <span className="grow" />
        <Button size="small" icon={RotateCw} busy={state.isFetching} onClick={() => void state.refetch()}>
          {common('lookAgain')}
        </Button>
      </div>
      {state.error ? <ErrorNotice className="page-notice" error={state.error} onRetry={() => void state.refetch()} /> : null}
      {known ? (
        <div className="kubeadm-parts">
          <KubeadmFacts target={target} state={known} />
          <KubeadmTasks target={target} name={place.name} state={known} busy={busy} document={document} onInit={() => setMaking(true)} />
          {known.nodes ? <NodesSection nodes={known.nodes} /> : null}
          {known.kind === 'control-plane' ? (
            <>
              <TokensSection target={target} busy={busy} />
              <CertificatesSection target={target} name={place.name} busy={busy} />
            </>
          ) : null}
        </div>
      ) : state.error ? null : (
        <Table label="kubeadm" columns={[{ key: 'a', label: 'kubeadm' }]} className="kubeadm-loading" busy>
          <SkeletonRows rows={8} columns={1} label={common('loading')} />
        </Table>
      )}
      <KubeadmConfigSection target={target} onText={setWritten} />
    </>
  )
}

const isForInit = (text: string) => /^kind:\s*["']?(?:Init|Cluster)Configuration\b/m.test(text)
