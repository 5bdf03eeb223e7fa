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
        <span role="status">
          <TunnelState tunnel={tunnel} unused={plan.data === null} />
        </span>
        {tunnel === null ? null : <TunnelFacts tunnel={tunnel} />}
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
          actions={typeof problem.facts['command'] === 'string' ? <CopyWay command={problem.facts['command']} /> : null}
        />
      )}
      {plan.data ? <Way plan={plan.data} goesOn={goesOn} busy={busy} onLook={() => void plan.refetch()} looking={plan.isFetching} /> : null}
      {plan.data === null ? <p className="tunnel-text fg-2">{t('tunnel.noUse')}</p> : null}
      {tunnel === null || tunnel.lines.length === 0 ? null : (
        <details className="raw tunnel-output">
          <summary>{t('tunnel.output')}</summary>
          <CommandOutput id={tunnel.commandId} tail={tunnel.lines.join('\n')} />
        </details>
      )}
    </section>
  )
}

function TunnelState({ tunnel, unused }: { readonly tunnel: Tunnel | null; readonly unused: boolean }) {
  const { t } = useTranslation('clusters')
  if (tunnel === null) return <State tone="idle">{t(unused ? 'tunnel.unused' : 'tunnel.off')}</State>
  const { state, problem, endedBy } = tunnel
  switch (state) {
    case 'starting':
    case 'ending':
      return (
        <State tone="info" busy>
          {t(`tunnel.${state}`)}
        </State>
      )
    case 'running':
      return <State tone={problem === null ? 'ok' : 'warn'}>{t(problem === null ? 'tunnel.running' : 'tunnel.failing')}</State>
    case 'ended':
      return <State tone={endedBy === 'itself' ? 'bad' : 'idle'}>{t('tunnel.ended')}</State>
  }
}

/** Since when and what for, or who ended it. Beside what is read aloud: the age changes with every second. */
function TunnelFacts({ tunnel }: { readonly tunnel: Tunnel }) {
  const { t } = useTranslation('clusters')
  const format = useFormat()
  const { state, startedAt, endedAt, endedBy, services } = tunnel
  if (state === 'ended')
    return <span className="fg-3 cut">{t(`tunnel.endedBy.${endedBy ?? 'itself'}`, { at: format.time(endedAt ?? 0) })}</span>
  if (state !== 'running') return null
  return (
    <span className="fg-3 cut">
      <Age at={startedAt} />
      {services.length === 0 ? null : `${t('comma')}${t('tunnel.serves', { names: format.list(services) })}`}
    </span>
  )
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

function CopyWay({ command }: { readonly command: string }) {
  const { t: common } = useTranslation('common')
  return (
    <CopyButton text={command} size="normal" variant="plain">
      {common('copyCommand')}
    </CopyButton>
  )
}

const isOfSudo = (error: Error): boolean => ['tunnel-needs-password', 'tunnel-no-sudo'].includes(appError(error)?.code ?? '')
