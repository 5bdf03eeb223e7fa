import { CirclePause, CirclePlay, CircleStop, LoaderCircle, Unplug } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LogViewState } from '#shared/contract/logs.ts'
import { StatusItem, useFormat } from '../../ui/index.ts'
import type { LogPhase } from './log-session.ts'
import type { RowWindowControl } from './row-window.ts'
import { useFollowing } from './use-row-window.ts'

type LogStatusProps = { readonly phase: LogPhase; readonly state: LogViewState | null; readonly control: RowWindowControl }

/** Whether it follows, how fast lines come, how many there are and are held, and which sources are live. */
export function LogStatus({ phase, state, control }: LogStatusProps) {
  const { t } = useTranslation('logs')
  const format = useFormat()
  const following = useFollowing(control)
  if (phase === 'lost')
    return (
      <StatusItem tone="warn" icon={Unplug}>
        {t('status.lost')}
      </StatusItem>
    )
  if (!state)
    return (
      <StatusItem tone="idle" icon={LoaderCircle} busy={phase === 'opening'}>
        {phase === 'opening' ? t('status.opening') : t('status.failed')}
      </StatusItem>
    )
  const { sources } = state
  const live = sources.filter((source) => source.state === 'following').length
  const over = isOver(state)
  const cut = sources.filter((source) => source.state === 'reconnecting').length
  const failed = sources.filter((source) => source.state === 'failed').length
  const number = format.number
  return (
    <>
      {over ? (
        <StatusItem tone="idle" icon={CircleStop}>
          {t('status.over')}
        </StatusItem>
      ) : following ? (
        <StatusItem tone="ok" icon={CirclePlay}>
          {t('status.following')}
        </StatusItem>
      ) : (
        <StatusItem tone="idle" icon={CirclePause} note={t('status.stillArrive')}>
          {t('status.notFollowing')}
        </StatusItem>
      )}
      {over ? null : <span>{t('status.rate', { count: Math.round(state.linesPerSecond), rate: number(state.linesPerSecond) })}</span>}
      <span>
        {state.shown === state.total
          ? t('status.lines', { count: state.total, lines: number(state.total) })
          : t('status.shown', { shown: number(state.shown), total: number(state.total), count: state.total })}
        {state.filtered < 1 ? (
          <span className="fg-3">{t('status.filtering', { part: number(Math.floor(state.filtered * 100)) })}</span>
        ) : null}
      </span>
      <span>
        {format.bytes(state.bytes)}
        <span className="fg-3">
          {state.dropped === 0
            ? t('status.cap', { cap: format.bytes(state.capBytes) })
            : t('status.dropped', { cap: format.bytes(state.capBytes), count: state.dropped, lines: number(state.dropped) })}
        </span>
      </span>
      {over ? null : (
        <StatusItem tone={live === sources.length && live > 0 ? 'ok' : 'idle'}>
          {t('status.sources', { live: number(live), count: sources.length, all: number(sources.length) })}
        </StatusItem>
      )}
      {cut > 0 ? <StatusItem tone="warn">{t('status.cut', { count: cut })}</StatusItem> : null}
      {failed > 0 ? <StatusItem tone="bad">{t('status.sourcesFailed', { count: failed })}</StatusItem> : null}
    </>
  )
}

/** Nothing comes any more. */
export const isOver = (state: LogViewState) =>
  state.sources.length > 0 && state.sources.every((source) => source.state === 'ended' || source.state === 'failed')
