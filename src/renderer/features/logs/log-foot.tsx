import { CircleStop, LoaderCircle, Unplug } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button, CopyButton, State, useFormat } from '../../ui/index.ts'
import type { LogPhase, LogSnapshot } from './log-buffer.ts'
import type { LogLook } from './log-toolbar.tsx'
import { logCommand } from './log-target.ts'
import type { LogTarget } from './log-target.ts'

type LogFootProps = {
  readonly target: LogTarget
  readonly previous: boolean
  readonly look: LogLook
  readonly log: LogSnapshot
  readonly following: boolean
  readonly onAgain: (() => void) | null
  readonly onBack: (() => void) | null
  readonly onLeave: (() => void) | null
}

const looks = {
  connecting: { tone: 'info', icon: LoaderCircle, busy: true },
  open: { tone: 'ok' },
  live: { tone: 'ok' },
  reconnecting: { tone: 'warn', icon: Unplug },
  waiting: { tone: 'info', icon: LoaderCircle, busy: true },
  ended: { tone: 'idle', icon: CircleStop },
  failed: { tone: 'bad' },
} as const satisfies Record<LogPhase, object>

/** Whether it is live, how much there is, and the command that shows the same. */
export function LogFoot({ target, previous, look, log, following, onAgain, onBack, onLeave }: LogFootProps) {
  const { t } = useTranslation('logs')
  const format = useFormat()
  const command = logCommand(target, { previous, tail: look.tail, timestamps: look.times !== 'off' })
  const facts = [
    t('lines', { count: log.lines, lines: format.number(log.lines) }),
    !following && (log.phase === 'live' || log.phase === 'open') ? t('follow.off') : '',
  ]
  return (
    <div className="pods-foot log-foot">
      <State {...looks[log.phase]} reason={facts.filter(Boolean).join(t('comma'))}>
        {t(`phase.${log.phase}`)}
      </State>
      {onBack ? (
        <Button size="small" variant="quiet" onClick={onBack}>
          {t('previous.back')}
        </Button>
      ) : null}
      {onAgain ? (
        <Button size="small" variant="quiet" onClick={onAgain}>
          {t('again')}
        </Button>
      ) : null}
      {onLeave ? (
        <Button size="small" variant="quiet" onClick={onLeave}>
          {t('otherPod')}
        </Button>
      ) : null}
      <span className="grow" />
      <span className="mono fg-3 cut pods-command">{command}</span>
      <CopyButton text={command} />
    </div>
  )
}
