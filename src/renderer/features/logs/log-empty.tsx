import { useTranslation } from 'react-i18next'
import type { LogSource, LogViewState } from '#shared/contract/logs.ts'
import { Button, EmptyState, VisuallyHidden } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { AndMore } from './and-more.tsx'
import { SourceMessage } from './source-message.tsx'
import { useSourceWords } from './source-words.ts'

/** More are counted. */
const mostListed = 8

type LogEmptyProps = {
  /** Null: not opened yet. */
  readonly state: LogViewState | null
  readonly previous: boolean
  readonly onClear: () => void
  readonly onPrevious: ((source: LogSource) => void) | null
  readonly onAgain: () => void
  readonly onLeave: () => void
}

/** Where no line is: why that is so, and what can be done. */
export function LogEmpty({ state, previous, onClear, onPrevious, onAgain, onLeave }: LogEmptyProps) {
  const { t } = useTranslation('logs')
  const sourceWords = useSourceWords()
  if (!state) return <Loading />
  const { sources } = state
  if (state.total > 0)
    return state.filtered < 1 ? null : (
      <EmptyState
        title={t('empty.noMatch')}
        actions={
          <Button variant="primary" onClick={onClear}>
            {t('filter.clear')}
          </Button>
        }
      >
        {t('empty.noMatchText')}
      </EmptyState>
    )
  if (state.membershipError)
    return <ErrorNotice className="page-notice" error={state.membershipError} onRetry={onAgain} actions={<Leave onLeave={onLeave} />} />
  if (sources.length === 0)
    return (
      <EmptyState title={t('empty.noSources')} actions={<Leave onLeave={onLeave} />}>
        {t('empty.noSourcesText')}
      </EmptyState>
    )
  const failed = sources.filter((source) => source.state === 'failed')
  const [worst] = failed
  if (worst?.error && failed.length === sources.length)
    return <ErrorNotice className="page-notice" error={worst.error} onRetry={onAgain} actions={<Leave onLeave={onLeave} />} />
  if (sources.every((source) => source.state === 'connecting')) return <Loading />
  const waiting = sources.filter((source) => source.state === 'waiting')
  const before = onPrevious ? sources.find((source) => source.hasPrevious && source.pod !== null) : undefined
  const list = (of: readonly LogSource[]) => (
    <ul className="log-why">
      {of.slice(0, mostListed).map((source) => (
        <li key={source.index}>
          <span className="mono">{source.name}</span> {sourceWords(source)}
          <SourceMessage source={source} />
        </li>
      ))}
      {of.length > mostListed ? (
        <li>
          <AndMore of={of.length - mostListed} />
        </li>
      ) : null}
    </ul>
  )
  const toPrevious =
    before && onPrevious ? (
      <Button variant="primary" onClick={() => onPrevious(before)}>
        {t('previous.open')}
      </Button>
    ) : null
  if (waiting.length > 0) {
    const loops = waiting.some((source) => source.restarts > 0)
    return (
      <EmptyState title={loops ? t('empty.loops') : t('empty.waiting')} actions={toPrevious}>
        {list(waiting)}
        <p>{loops ? t('empty.loopsText') : t('empty.waitingText')}</p>
      </EmptyState>
    )
  }
  if (sources.every((source) => source.state === 'ended' || source.state === 'failed'))
    return (
      <EmptyState title={previous ? t('empty.previous') : t('empty.ended')} actions={toPrevious}>
        {list(sources)}
      </EmptyState>
    )
  return (
    <EmptyState title={t('empty.none')} actions={toPrevious}>
      {t('empty.noneText')}
    </EmptyState>
  )
}

function Leave({ onLeave }: { readonly onLeave: () => void }) {
  const { t } = useTranslation('logs')
  return <Button onClick={onLeave}>{t('otherPod')}</Button>
}

function Loading() {
  const { t: common } = useTranslation('common')
  return (
    <div className="log-loading" aria-busy>
      <VisuallyHidden>{common('loading')}</VisuallyHidden>
      {['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key) => (
        <div key={key} className="skeleton" />
      ))}
    </div>
  )
}
