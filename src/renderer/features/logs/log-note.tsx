import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogNote as Note, LogRow, LogSource } from '#shared/contract/logs.ts'
import { cx, Icon } from '../../ui/index.ts'
import type { LaneSpot } from './lanes.ts'
import { LaneCell, sourceClass } from './log-line.tsx'
import { useNoteWords } from './note-words.ts'
import type { TimeMode } from './log-time.ts'

type LogNoteProps = {
  readonly row: LogRow
  readonly note: Note
  readonly at: number
  readonly source: LogSource | undefined
  readonly who: boolean
  readonly times: TimeMode
  readonly selected: boolean
  readonly spot: LaneSpot | null
  readonly onPrevious: ((source: LogSource) => void) | null
}

/** Something that happened between the lines. */
export const LogNote = memo(function LogNote({ row, note, at, source, who, times, selected, spot, onPrevious }: LogNoteProps) {
  const { t } = useTranslation('logs')
  const words = useNoteWords(times)(note)
  const bar = <span className={sourceClass(row.source)} aria-hidden />
  const said = (
    <span role={spot ? undefined : 'gridcell'} className="line" title={`${source?.name ?? ''} ${words.title} ${words.detail}`}>
      {who ? <span className="log-who">{source?.short}</span> : null}
      <Icon of={words.icon} tone={words.tone} small />
      <b>{words.title}</b>
      <span className="cut">{words.detail}</span>
      {onPrevious && note.type === 'restarted' && source?.pod ? (
        <button type="button" className="log-link" onClick={() => onPrevious(source)}>
          {t('previous.only')}
        </button>
      ) : null}
    </span>
  )
  return (
    <div
      role="row"
      id={`log-row-${row.id}`}
      aria-rowindex={at + 1}
      aria-selected={selected}
      data-seq={row.id}
      data-note={note.type}
      className={cx('log-row log-note', note.type === 'gap' && 'warn', selected && 'sel')}
    >
      {spot ? (
        <LaneCell spot={spot} timed={times !== 'off'}>
          {bar}
          {said}
        </LaneCell>
      ) : (
        <>
          {bar}
          {said}
        </>
      )}
    </div>
  )
})
