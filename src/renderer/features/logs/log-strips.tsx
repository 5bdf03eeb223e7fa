import { History, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ReactNode } from 'react'
import type { LogSource, LogViewState } from '#shared/contract/logs.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import { Button, Icon, IconButton, toneIcon, useFormat } from '../../ui/index.ts'
import type { Tone } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { SourceMessage } from './source-message.tsx'
import { useSourceWords } from './source-words.ts'

/** More are counted. */
const mostTroubles = 2

type LogStripsProps = {
  readonly state: LogViewState
  readonly refused: AppErrorShape | null
  /** The line that a link leads to is not here. */
  readonly astray: boolean
  readonly onAstray: () => void
  readonly onHistory: () => void
  /** Null: it is shown already. */
  readonly onPrevious: ((source: LogSource) => void) | null
}

/** What has to be known above the lines, without numbers that go on counting, for it is read out: who cannot be read and why, what is missing, what can be had. */
export function LogStrips({ state, refused, astray, onAstray, onHistory, onPrevious }: LogStripsProps) {
  const { t } = useTranslation('logs')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const errorWords = useErrorWords()
  const sourceWords = useSourceWords()
  const { history, membershipError, dropped, spillError } = state
  const trouble = refused ?? state.filterError
  // Without lines these stand in the middle of the page.
  const troubles = state.total === 0 ? [] : state.sources.filter((source) => source.state === 'failed' || source.state === 'waiting')
  return (
    <>
      {trouble ? <Strip tone="bad">{t('strip.refused', { why: errorWords(trouble).title })}</Strip> : null}
      {astray ? (
        <Strip tone="warn" action={<IconButton small icon={X} label={common('close')} onClick={onAstray} />}>
          {t('strip.astray')}
        </Strip>
      ) : null}
      {membershipError && state.sources.length > 0 ? (
        <Strip tone="warn" title={errorWords(membershipError).cause}>
          {t('strip.membership', { why: errorWords(membershipError).title })}
        </Strip>
      ) : null}
      {troubles.slice(0, mostTroubles).map((source) => (
        <Strip
          key={source.index}
          tone={source.state === 'failed' || source.restarts > 0 ? 'bad' : 'warn'}
          action={
            onPrevious && source.hasPrevious && source.pod ? (
              <Button size="small" variant="quiet" onClick={() => onPrevious(source)}>
                {t('previous.open')}
              </Button>
            ) : null
          }
        >
          <span className="mono">{source.short}</span> {sourceWords(source)}
          <SourceMessage source={source} />
        </Strip>
      ))}
      {troubles.length > mostTroubles ? <Strip tone="warn">{t('strip.others', { count: troubles.length - mostTroubles })}</Strip> : null}
      {spillError ? (
        <Strip tone="bad">
          {t(spillError.code === 'disk-full' ? 'strip.diskFull' : 'strip.notSpilled', {
            folder: spillError.facts['path'] ?? spillError.facts['file'] ?? '',
            reason: spillError.facts['reason'] ?? '',
          })}
        </Strip>
      ) : dropped > 0 ? (
        <Strip tone="warn">{t('strip.dropped', { cap: format.bytes(state.capBytes) })}</Strip>
      ) : null}
      {history.state === 'loading' ? (
        <Strip tone="info" action={<Done part={Math.floor(history.done * 100)} />}>
          {t('history.loading')}
        </Strip>
      ) : history.state === 'failed' ? (
        <Strip
          tone="bad"
          action={
            <Button size="small" variant="quiet" icon={History} onClick={onHistory}>
              {t('history.again')}
            </Button>
          }
        >
          {t('history.failed', { why: history.error ? errorWords(history.error).title : '' })}
        </Strip>
      ) : null}
    </>
  )
}

/** Apart from the words, which are told once and not with each step. */
function Done({ part }: { readonly part: number }) {
  const { t } = useTranslation('logs')
  const format = useFormat()
  return (
    <span role="progressbar" aria-label={t('history.load')} aria-valuenow={part} aria-valuemin={0} aria-valuemax={100} className="fg-2">
      {t('history.part', { part: format.number(part) })}
    </span>
  )
}

type StripProps = { readonly tone: Tone; readonly title?: string; readonly action?: ReactNode; readonly children: ReactNode }

function Strip({ tone, title, action, children }: StripProps) {
  return (
    <div className={`log-strip ${tone}`} title={title}>
      <Icon of={toneIcon(tone)} tone={tone} small />
      <p role={tone === 'bad' ? 'alert' : 'status'}>{children}</p>
      {action}
    </div>
  )
}
