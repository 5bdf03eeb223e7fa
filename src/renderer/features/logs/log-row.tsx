import { memo } from 'react'
import type { CSSProperties, Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge, cx, Icon } from '../../ui/index.ts'
import { spansOf, withHits } from './ansi.ts'
import { hitsOf } from './log-filter.ts'
import type { LineRow, NoteRow } from './log-rows.ts'
import { logTime } from './log-time.ts'
import type { TimeMode } from './log-time.ts'
import { useNoteWords } from './note-words.ts'

/** Where the virtual list has put the row. */
export type Place = { readonly index: number; readonly start: number; readonly ref?: Ref<HTMLDivElement> | undefined }

type LineProps = Place & {
  readonly row: LineRow
  readonly times: TimeMode
  readonly dated: boolean
  readonly matcher: RegExp | null
}

/** One line: its time, its text in its colours, what was searched for marked. */
export const Line = memo(function Line({ row, index, start, ref, times, dated, matcher }: LineProps) {
  const { t } = useTranslation('logs')
  return (
    <div ref={ref} role="row" aria-rowindex={index + 1} data-index={index} data-seq={row.seq} className="log-row" style={placed(start)}>
      {times === 'off' ? null : (
        <span role="cell" className="log-time" title={row.time ?? undefined}>
          {row.time === null ? '' : logTime(row.time, times, dated)}
        </span>
      )}
      <span role="cell" className="log-text">
        {withHits(spansOf(row.text), hitsOf(row.plain, matcher)).map((piece, at) =>
          piece.hit ? (
            <mark key={at} className={cx('hit', piece.className)}>
              {piece.text}
            </mark>
          ) : piece.className === '' ? (
            piece.text
          ) : (
            <span key={at} className={piece.className}>
              {piece.text}
            </span>
          ),
        )}
      </span>
      {row.cut ? (
        <span role="cell" className="log-cut">
          <Badge tone="warn">{t('cut')}</Badge>
        </span>
      ) : null}
    </div>
  )
})

type NoteProps = Place & { readonly row: NoteRow; readonly onPrevious: (() => void) | null }

/** Something that happened between the lines. */
export function Note({ row, index, start, ref, onPrevious }: NoteProps) {
  const { t } = useTranslation('logs')
  const words = useNoteWords()(row.note)
  return (
    <div
      ref={ref}
      role="row"
      aria-rowindex={index + 1}
      data-index={index}
      data-seq={row.seq}
      data-note={row.note.type}
      className={cx('log-row log-note', words.tone)}
      style={placed(start)}
    >
      <span role="cell" className="line" title={`${words.title} ${words.detail}`}>
        <Icon of={words.icon} tone={words.tone} small />
        <b>{words.title}</b>
        <span className="cut">{words.detail}</span>
        {onPrevious && (row.note.type === 'restarted' || row.note.type === 'resumed') ? (
          <button type="button" className="log-link" onClick={onPrevious}>
            {t('previous.open')}
          </button>
        ) : null}
      </span>
    </div>
  )
}

const placed = (start: number): CSSProperties => ({ transform: `translateY(${start}px)` })
