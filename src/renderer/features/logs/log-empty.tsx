import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, EmptyState, VisuallyHidden } from '../../ui/index.ts'
import type { LogPhase } from './log-buffer.ts'

/** A stream that says nothing for that long has nothing to say yet. */
const quietMs = 1500

type LogEmptyProps = {
  readonly phase: LogPhase
  readonly lines: number
  readonly found: number
  readonly filter: string
  readonly onClear: () => void
}

/** Where no line is: still loading, nothing written, or nothing that fits. */
export function LogEmpty({ phase, lines, found, filter, onClear }: LogEmptyProps) {
  const { t } = useTranslation('logs')
  if (lines > 0)
    return found === 0 && filter !== '' ? (
      <EmptyState title={t('empty.noMatch', { filter })} actions={<Button onClick={onClear}>{t('clearFilter')}</Button>}>
        {t('empty.noMatchText')}
      </EmptyState>
    ) : null
  switch (phase) {
    case 'connecting':
    case 'open':
      return <Coming open={phase === 'open'} />
    case 'live':
      return <EmptyState title={t('empty.none')}>{t('empty.noneText')}</EmptyState>
    case 'ended':
      return <EmptyState title={t('empty.ended')}>{t('empty.endedText')}</EmptyState>
    case 'waiting':
      return <EmptyState title={t('empty.waiting')}>{t('empty.waitingText')}</EmptyState>
    default:
      return null
  }
}

function Coming({ open }: { readonly open: boolean }) {
  const { t } = useTranslation('logs')
  const { t: common } = useTranslation('common')
  const [quiet, setQuiet] = useState(false)
  useEffect(() => {
    if (!open) return
    const timer = setTimeout(() => setQuiet(true), quietMs)
    return () => clearTimeout(timer)
  }, [open])
  if (quiet) return <EmptyState title={t('empty.none')}>{t('empty.noneText')}</EmptyState>
  return (
    <div className="log-loading" aria-busy>
      <VisuallyHidden>{common('loading')}</VisuallyHidden>
      {['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key) => (
        <div key={key} className="skeleton" />
      ))}
    </div>
  )
}
