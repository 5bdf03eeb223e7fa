import { useTranslation } from 'react-i18next'
import type { Tunnel, TunnelPlan } from '#shared/contract/tunnels.ts'
import { appError } from '../../api/client.ts'
import { Age, Button, Callout, Code, CopyButton, State, useFormat } from '../../ui/index.ts'
import { commandLine } from '../jobs/command-line.ts'
import { CommandOutput, ErrorNotice } from '../shell/error-notice.tsx'
import type { TunnelView } from './use-tunnel.ts'

/** The tunnel: how it is, what it runs, and the button that starts or ends it. */
export function TunnelPanel({ view, busy }: { readonly view: TunnelView; readonly busy: boolean }) {
  const { t } = useTranslation('clusters')
  const { plan, now, start, end, tunnel, goesOn, startable } = view
  const problem = tunnel?.problem ?? null
  return (
    <section aria-labelledby="tunnel">
      <div className="part">
        <h3 id="tunnel">{t('tunnel.title')}</h3>
        <span role="status" className="line">
          <TunnelState tunnel={tunnel} unused={plan.data === null} />
        </span>
        <span className="grow" />
        {goesOn ? (
          <Button busy={tunnel?.state === 'ending' || end.isPending} onClick={() => end.mutate()}>
            {t('tunnel.end')}
          </Button>
        ) : plan.data ? (
          <Button variant="primary" disabled={!startable} busy={start.isPending} onClick={() => start.mutate()}>
            {t('tunnel.start')}
          </Button>
        ) : null}
      </div>
      {[plan.error, now.error, start.error, end.error].map((error, at) =>
        // What sudo lacks is said below, as long as it lacks it.
        error === null || isOfSudo(error) ? null : (
          // oxlint-disable-next-line react/no-array-index-key -- the four places are always the same
          <ErrorNotice key={at} className="page-notice" error={error} />
        ),
      )}
      {problem === null ? null : (
        <ErrorNotice
          className="page-notice"
          tone={goesOn ? 'warn' : 'bad'}
          error={problem}
          actions={<CopyWay command={problem.facts['command']} />}
        />
      )}
      {plan.data ? <Way plan={plan.data} goesOn={goesOn} busy={busy} onLook={() => void plan.refetch()} looking={plan.isFetching} /> : null}
      {plan.data === null ? <p className="tunnel-text fg-2">{t('tunnel.noUse')}</p> : null}
      {tunnel === null || tunnel.lines.length === 0 || problem !== null ? null : (
        <div className="tunnel-text">
          <CommandOutput id={tunnel.commandId} tail={tunnel.lines.join('\n')} />
        </div>
      )}
    </section>
  )
}

function TunnelState({ tunnel, unused }: { readonly tunnel: Tunnel | null; readonly unused: boolean }) {
  const { t } = useTranslation('clusters')
  const format = useFormat()
  if (tunnel === null) return <State tone="idle">{t(unused ? 'tunnel.unused' : 'tunnel.off')}</State>
  switch (tunnel.state) {
    case 'starting':
      return (
        <State tone="info" busy>
          {t('tunnel.starting')}
        </State>
      )
    case 'running':
      return (
        <>
          <State tone={tunnel.problem === null ? 'ok' : 'warn'}>{t(tunnel.problem === null ? 'tunnel.running' : 'tunnel.failing')}</State>
          <span className="fg-3 cut">
            <Age at={tunnel.startedAt} />
            {tunnel.services.length === 0 ? null : `${t('comma')}${t('tunnel.serves', { names: format.list(tunnel.services) })}`}
          </span>
        </>
      )
    case 'ending':
      return (
        <State tone="info" busy>
          {t('tunnel.ending')}
        </State>
      )
    case 'ended':
      return (
        <>
          <State tone={tunnel.endedBy === 'itself' ? 'bad' : 'idle'}>{t('tunnel.ended')}</State>
          <span className="fg-3 cut">{t(`tunnel.endedBy.${tunnel.endedBy ?? 'itself'}`, { at: format.time(tunnel.endedAt ?? 0) })}</span>
        </>
      )
  }
}

type WayProps = {
  readonly plan: TunnelPlan
  readonly goesOn: boolean
  readonly busy: boolean
  readonly looking: boolean
  readonly onLook: () => void
}

/** What it is for and which commands it is, before and while it runs; where sudo does not let it, the command to run by hand. */
function Way({ plan, goesOn, busy, looking, onLook }: WayProps) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const command = commandLine(plan.command)
  const refused = !goesOn && (plan.sudo === 'password' || plan.sudo === 'absent') ? plan.sudo : null
  return (
    <div className="tunnel-text">
      <p className="fg-2">
        {t(plan.way === 'route' ? 'tunnel.text' : 'tunnel.textPorts')} {busy && !goesOn ? t('tunnel.busy') : null}
      </p>
      <Code text={command} label={t('tunnel.command')} />
      {plan.asRoot.length > 0 ? (
        <>
          <p className="fg-2">{t('tunnel.asRoot')}</p>
          <Code text={plan.asRoot.map(commandLine).join('\n')} label={t('tunnel.asRootLabel')} copyable={false} />
        </>
      ) : null}
      {refused === null ? null : (
        <Callout
          tone="warn"
          title={t(`tunnel.${refused}.title`)}
          actions={
            <>
              {refused === 'password' ? <CopyWay command={command} /> : null}
              <Button busy={looking} onClick={onLook}>
                {common('lookAgain')}
              </Button>
            </>
          }
        >
          <p>{t(plan.way === 'route' ? `tunnel.${refused}.text` : `tunnel.${refused}.textPorts`)}</p>
        </Callout>
      )}
    </div>
  )
}

function CopyWay({ command }: { readonly command: unknown }) {
  const { t: common } = useTranslation('common')
  return typeof command === 'string' ? (
    <CopyButton text={command} size="normal" variant="plain">
      {common('copyCommand')}
    </CopyButton>
  ) : null
}

const isOfSudo = (error: Error): boolean => ['tunnel-needs-password', 'tunnel-no-sudo'].includes(appError(error)?.code ?? '')
