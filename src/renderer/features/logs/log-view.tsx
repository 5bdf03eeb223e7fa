import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PodContainer } from '#shared/contract/workloads.ts'
import { Button, VisuallyHidden } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { LogEmpty } from './log-empty.tsx'
import { LogExport } from './log-export.tsx'
import { LogFoot } from './log-foot.tsx'
import { LogList } from './log-list.tsx'
import { rowAt } from './log-rows.ts'
import { LogToolbar } from './log-toolbar.tsx'
import type { LogLook } from './log-toolbar.tsx'
import type { LogTarget } from './log-target.ts'
import { useNoteWords } from './note-words.ts'
import { useFiltered } from './use-filtered.ts'
import { useFollowEnd } from './use-follow-end.ts'
import { useLog } from './use-log.ts'

type LogViewProps = {
  readonly target: LogTarget
  /** As the list of pods has it; undefined: not listed, or not known yet. */
  readonly container: PodContainer | undefined
  readonly look: LogLook
  readonly onLook: (look: LogLook) => void
  readonly onLeave: () => void
}

/** The log of one container, live. */
export function LogView({ target, container, look, onLook, onLeave }: LogViewProps) {
  const { t } = useTranslation('logs')
  const words = useNoteWords()
  const [previous, setPrevious] = useState(false)
  const [attempt, setAttempt] = useState(0)
  const log = useLog({ target, previous, tail: look.tail }, attempt)
  const { rows, lines, matcher } = useFiltered(log, look.filter)
  const scroller = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState(0)
  const { following, setFollowing } = useFollowEnd(scroller, size, rows)
  const [left, setLeft] = useState({ following, seq: -1 })
  if (left.following !== following) setLeft({ following, seq: rows.at(-1)?.seq ?? -1 })
  const fresh = following ? 0 : rows.slice(rowAt(rows, left.seq + 1)).filter((row) => row.kind === 'line').length
  const over = log.phase === 'ended' || log.phase === 'failed'
  const note = log.note?.note
  const again = () => setAttempt(attempt + 1)
  const show = (before: boolean) => {
    setPrevious(before)
    setFollowing(true)
  }
  const whyNoPrevious = container && !container.hasPrevious ? t('previous.none') : null
  return (
    <>
      <LogToolbar
        look={look}
        onLook={onLook}
        found={matcher ? { lines, of: log.lines } : null}
        previous={previous}
        whyNoPrevious={whyNoPrevious}
        onPrevious={show}
        following={over ? null : following}
        onFollow={setFollowing}
      >
        <LogExport
          target={target}
          previous={previous}
          timestamps={look.times !== 'off'}
          all={{ rows: log.rows, lines: log.lines }}
          shown={matcher ? { rows, lines } : null}
        />
      </LogToolbar>
      {note?.type === 'failed' && log.phase === 'failed' ? (
        <ErrorNotice
          className="page-notice"
          error={note.error}
          onRetry={again}
          actions={
            previous ? (
              <Button onClick={() => show(false)}>{t('previous.back')}</Button>
            ) : note.error.code === 'pod-not-found' ? (
              <Button onClick={onLeave}>{t('otherPod')}</Button>
            ) : null
          }
        />
      ) : null}
      {log.older > 0 ? <p className="log-older">{t('older', { count: log.older })}</p> : null}
      <LogList
        label={t('of', { container: target.container, pod: target.pod })}
        scroller={scroller}
        rows={rows}
        matcher={matcher}
        times={look.times}
        wrap={look.wrap}
        following={following}
        fresh={fresh}
        onEnd={() => setFollowing(true)}
        onPrevious={previous || whyNoPrevious !== null ? null : () => show(true)}
        onSize={setSize}
      >
        <LogEmpty
          phase={log.phase}
          lines={log.lines}
          found={lines}
          filter={matcher ? look.filter : ''}
          onClear={() => onLook({ ...look, filter: '' })}
        />
      </LogList>
      <div role="log" aria-live="polite" aria-label={t('told')}>
        <VisuallyHidden>{note ? `${words(note).title} ${words(note).detail}` : ''}</VisuallyHidden>
      </div>
      <LogFoot
        target={target}
        previous={previous}
        look={look}
        log={log}
        following={following}
        onAgain={log.phase === 'ended' && !previous ? again : null}
        onBack={previous ? () => show(false) : null}
        onLeave={note?.type === 'ended' && note.reason === 'pod-gone' ? onLeave : null}
      />
    </>
  )
}
