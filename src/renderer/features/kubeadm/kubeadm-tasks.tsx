import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { kubeadmCommands } from '#shared/messages/kubeadm-commands.ts'
import type { KubeadmState } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api } from '../../api/client.ts'
import { Button } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { JoinDialog } from './join-dialog.tsx'
import { NetworkDialog } from './network-dialog.tsx'
import { PreflightFindings } from './preflight-findings.tsx'
import { ResetDialog } from './reset-dialog.tsx'
import { TaskRow } from './task-row.tsx'
import { UpgradeDialog } from './upgrade-dialog.tsx'
import { useStart } from './use-kubeadm.ts'

type KubeadmTasksProps = {
  readonly target: TargetId
  readonly name: string
  readonly state: KubeadmState
  readonly busy: boolean
  /** For init, as it stands in the editor of the page; null: none is open there. */
  readonly document: string | null
  readonly onInit: () => void
}
type Asking = 'network' | 'join' | 'upgrade' | 'reset'

/** What can be done now, each with the equal command. */
export function KubeadmTasks({ target, name, state, busy, document, onInit }: KubeadmTasksProps) {
  const { t } = useTranslation('kubeadm')
  const [asking, setAsking] = useState<Asking | null>(null)
  const preflight = useStart(() => api.kubeadm.preflight({ target, document }))
  const pull = useStart(() => api.kubeadm.pullImages({ target, document }))
  const file = document === null ? null : 'kubeadm.yaml'
  const checked = (of: 'init' | 'join') =>
    state.preflight?.of === of ? <PreflightFindings target={target} preflight={state.preflight} /> : null
  const { kind, programs } = state
  const off = busy || programs.kubeadm === null
  const close = () => setAsking(null)
  const button = (id: Asking | 'init', act: () => void, main = false) => (
    <Button size="small" variant={main ? 'primary' : 'plain'} disabled={off} onClick={act}>
      {t(`task.${id}.do`)}
    </Button>
  )
  return (
    <section className="kubeadm-part" aria-labelledby="kubeadm-tasks">
      <h2 id="kubeadm-tasks">{t('now')}</h2>
      {preflight.error ? <ErrorNotice error={preflight.error} /> : null}
      {pull.error ? <ErrorNotice error={pull.error} /> : null}
      <ol className="kubeadm-tasks">
        {kind === 'none' ? (
          <>
            <TaskRow
              id="preflight"
              number={1}
              done={state.preflight?.of === 'init' && state.preflight.findings.every((one) => one.level !== 'problem')}
              command={['sudo', ...kubeadmCommands.preflight(file, [])]}
              action={
                <Button size="small" disabled={off} busy={preflight.isPending} onClick={() => preflight.mutate(undefined)}>
                  {t('task.preflight.do')}
                </Button>
              }
            >
              {file === null ? null : <p className="hint">{t('withDocument')}</p>}
              {checked('init')}
            </TaskRow>
            <TaskRow
              id="images"
              number={2}
              command={['sudo', ...kubeadmCommands.pullImages(file)]}
              action={
                <Button size="small" disabled={off} busy={pull.isPending} onClick={() => pull.mutate(undefined)}>
                  {t('task.images.do')}
                </Button>
              }
            >
              {file === null ? null : <p className="hint">{t('withDocument')}</p>}
            </TaskRow>
            <TaskRow
              id="init"
              number={3}
              command={['sudo', ...kubeadmCommands.init('kubeadm.yaml', [])]}
              action={button('init', onInit, true)}
            />
            <TaskRow id="join" number={null} command={joinLine} action={button('join', () => setAsking('join'))}>
              {checked('join')}
            </TaskRow>
          </>
        ) : null}
        {kind === 'control-plane' ? (
          <>
            <TaskRow
              id="network"
              number={1}
              done={state.network}
              command={kubeadmCommands.applyManifest('pod-network.yaml')}
              action={button('network', () => setAsking('network'), !state.network)}
            />
            <TaskRow
              id="upgrade"
              number={2}
              command={['sudo', ...kubeadmCommands.applyUpgrade('VERSION', [])]}
              action={button('upgrade', () => setAsking('upgrade'))}
            />
          </>
        ) : null}
        {kind === 'none' ? null : (
          <TaskRow
            id="reset"
            number={null}
            command={['sudo', ...kubeadmCommands.reset()]}
            action={button('reset', () => setAsking('reset'), kind === 'half')}
          />
        )}
      </ol>
      {asking === 'network' ? <NetworkDialog target={target} state={state} onClose={close} /> : null}
      {asking === 'join' ? <JoinDialog target={target} name={name} preflight={state.preflight} onClose={close} /> : null}
      {asking === 'upgrade' ? <UpgradeDialog target={target} state={state} onClose={close} /> : null}
      {asking === 'reset' ? <ResetDialog target={target} name={name} state={state} onClose={close} /> : null}
    </section>
  )
}

const joinLine = [
  'sudo',
  ...kubeadmCommands.join(
    { endpoint: 'HOST:6443', token: 'TOKEN', hashes: ['sha256:HASH'], certificateKey: null, controlPlane: false },
    [],
  ),
]
