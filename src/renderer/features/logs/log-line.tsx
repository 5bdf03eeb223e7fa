import { Bookmark, ChevronRight } from 'lucide-react'
import { memo } from 'react'
import type { CSSProperties, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogRow, LogSource } from '#shared/contract/logs.ts'
import { cx, harmless, Icon, useFormat, VisuallyHidden } from '../../ui/index.ts'
import { hitsOf } from './hits.ts'
import type { LaneSpot } from './lanes.ts'
import { columnOf, lineLook } from './line-look.ts'
import { LineText } from './line-text.tsx'
import { logTime } from './log-time.ts'
import type { TimeMode } from './log-time.ts'
import type { CutColumns } from './use-cut-columns.ts'

/** How all lines of a list look; the same object as long as nothing of it changes. */
export type LineStyle = {
  readonly who: boolean
  readonly levels: boolean
  readonly times: TimeMode
  readonly dated: boolean
  readonly start: number | null
  readonly columns: readonly string[]
  readonly matcher: RegExp | null
}

type LogLineProps = {
  readonly row: LogRow
  readonly at: number
  readonly source: LogSource | undefined
  readonly look: LineStyle
  /** Of a line that the row holds only in part. */
  readonly cut?: CutColumns | undefined
  readonly now: boolean
  readonly selected: boolean
  readonly open: boolean
  /** Null: not side by side. */
  readonly spot: LaneSpot | null
}

const words = { none: '', trace: 'TRC', debug: 'DBG', info: 'INF', warn: 'WRN', error: 'ERR', fatal: 'FTL' } as const

/** One line: whose it is, when, how grave, its text. */
export const LogLine = memo(function LogLine({ row, at, source, look, cut, now, selected, open, spot }: LogLineProps) {
  const { plain, summary, opens } = lineLook(row)
  // Fields of logfmt are read in the line itself.
  const quiet = summary === null && row.folded === 0 && row.more === 0
  const bad = row.level === 'error' || row.level === 'fatal'
  // In short only while that hides no hit.
  const brief =
    summary && (hitsOf(plain, look.matcher).length === 0 || hitsOf(`${summary.message} ${summary.rest}`, look.matcher).length > 0)
  const timed = look.times !== 'off'
  // Beside others the whole line is one cell.
  const cell = spot ? undefined : 'gridcell'
  const bar = <span className={sourceClass(row.source)} aria-hidden />
  const who = look.who ? (
    <span role={cell} className="log-who" title={source?.name}>
      {source?.short}
    </span>
  ) : null
  const time = timed ? (
    <span role="gridcell" aria-colindex={spot ? 1 : undefined} className="log-time" title={timeTitle(row)}>
      {row.time === null ? '' : logTime(row.time, look.times, look.dated, look.start)}
    </span>
  ) : null
  const rest = (
    <>
      {look.levels ? (
        <span role={cell} className={cx('log-level', row.level)}>
          {words[row.level]}
        </span>
      ) : null}
      {look.columns.map((path) => (
        <span key={path} role={cell} className="log-column" title={spot ? harmless(path) : undefined}>
          {cut === null ? <TooLong /> : harmless(cut ? (cut.get(path) ?? '') : columnOf(row, path))}
        </span>
      ))}
      <span role={cell} className="log-text">
        {opens ? <Icon of={ChevronRight} className={cx('log-twist', open && 'open', quiet && 'quiet')} /> : null}
        <bdi>
          {brief ? (
            <>
              <LineText text={summary.message} matcher={look.matcher} now={now} />
              {summary.rest === '' ? null : (
                <>
                  {'  '}
                  <LineText text={summary.rest} matcher={look.matcher} now={now} className="log-rest" />
                </>
              )}
            </>
          ) : (
            <LineText text={row.text} matcher={look.matcher} now={now} />
          )}
        </bdi>
      </span>
      {row.folded > 0 || row.more > 0 || row.late || row.bookmark !== null ? <LineMarks row={row} cell={cell} /> : null}
    </>
  )
  return (
    <div
      role="row"
      id={`log-row-${row.id}`}
      aria-rowindex={at + 1}
      aria-selected={selected}
      data-seq={row.id}
      className={cx('log-row', bad && 'err', row.context && 'around', selected && 'sel')}
    >
      {spot ? (
        <>
          {time}
          <LaneCell spot={spot} timed={timed}>
            {bar}
            {who}
            {rest}
          </LaneCell>
        </>
      ) : (
        <>
          {bar}
          {who}
          {time}
          {rest}
        </>
      )}
    </div>
  )
})

type LaneCellProps = { readonly spot: LaneSpot; readonly timed: boolean; readonly children: ReactNode }

/** The time as the log has it, and the stream where it is known. */
const timeTitle = ({ time, stream }: LogRow) => (time && stream ? `${time} ${stream}` : (time ?? stream ?? undefined))

/** The place of a row in the column of its source. */
export function LaneCell({ spot, timed, children }: LaneCellProps) {
  return (
    <span
      role="gridcell"
      aria-colindex={spot.at + (timed ? 2 : 1)}
      className={cx('log-cell', spot.alone && 'alone')}
      style={spot.style as CSSProperties}
    >
      {children}
    </span>
  )
}

function TooLong() {
  const { t } = useTranslation('logs')
  return (
    <span className="fg-3" title={t('columns.tooLong')}>
      <span aria-hidden>…</span>
      <VisuallyHidden>{t('columns.tooLong')}</VisuallyHidden>
    </span>
  )
}

/** Apart, for words cost more than the row itself, and most rows have none. */
function LineMarks({ row, cell }: { readonly row: LogRow; readonly cell: 'gridcell' | undefined }) {
  const { t } = useTranslation('logs')
  const format = useFormat()
  return (
    <>
      <span role={cell} className="log-folds">
        {row.folded > 0 ? <span className="log-fold">{t('line.folded', { count: row.folded })}</span> : null}
        {row.more > 0 ? <span className="log-fold">{t('line.more', { count: row.more, characters: format.number(row.more) })}</span> : null}
      </span>
      <span role={cell} className="log-marks">
        {row.late ? <span title={t('line.lateHint')}>{t('line.late')}</span> : null}
        {row.bookmark === null ? null : (
          <span className="log-mark">
            <Icon of={Bookmark} />
            <span className="cut">{harmless(row.bookmark) || t('bookmark.bare')}</span>
          </span>
        )}
      </span>
    </>
  )
}

/** The first six colours draw a solid bar, the next six a dashed one; then they begin again. */
export const sourceClass = (index: number) => `log-bar s${(index % 12) + 1}`
