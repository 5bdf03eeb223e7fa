import { ArrowDown, ArrowDownToLine } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { CSSProperties, MouseEvent, ReactNode, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogSource } from '#shared/contract/logs.ts'
import { cx, harmless, Icon, Kbd, useFormat } from '../../ui/index.ts'
import { HeatStrip } from './heat-strip.tsx'
import { LaneHeads, laneHeadsId } from './lane-heads.tsx'
import { isNarrow, spotsOf } from './lanes.ts'
import type { Lane } from './lanes.ts'
import { LineDetail } from './line-detail.tsx'
import type { LineActs } from './line-detail.tsx'
import { lineLook } from './line-look.ts'
import { LogLine } from './log-line.tsx'
import type { LineStyle } from './log-line.tsx'
import { LogNote } from './log-note.tsx'
import { isDated } from './log-time.ts'
import type { RowWindowControl } from './row-window.ts'
import type { FindPlace } from './use-find.ts'
import { useCutColumns } from './use-cut-columns.ts'
import { useListScroll } from './use-list-scroll.ts'
import type { Lines } from './use-lines.ts'
import { useRows } from './use-row-window.ts'
import { useWidth } from './use-width.ts'

type LogListProps = {
  readonly label: string
  readonly viewId: string | null
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly control: RowWindowControl
  readonly sources: readonly LogSource[]
  readonly look: Omit<LineStyle, 'dated'>
  readonly wrap: boolean
  /** The columns side by side; none: the lines stand below one another. */
  readonly lanes: readonly Lane[]
  readonly lines: Lines
  readonly acts: LineActs
  readonly found: FindPlace | null
  readonly heat: readonly number[] | null
  /** Something still comes. */
  readonly live: boolean
  readonly onPrevious: ((source: LogSource) => void) | null
  readonly onColumn: (path: string) => void
  /** Stands instead of rows. */
  readonly children?: ReactNode
}

/** The rows of a log; only those in view are on the page. */
export function LogList(props: LogListProps) {
  const {
    label,
    viewId,
    scroller,
    control,
    sources,
    look: bare,
    wrap,
    lanes,
    lines,
    acts,
    found,
    heat,
    live,
    onPrevious,
    onColumn,
    children,
  } = props
  const { t } = useTranslation('logs')
  const format = useFormat()
  const [today] = useState(Date.now)
  const rows = useRows(control)
  const dated = isDated(rows.rows.find((row) => row?.time)?.time ?? null, bare.times, today)
  const look = useMemo<LineStyle>(() => ({ ...bare, dated }), [bare, dated])
  const { box, space } = useListScroll(scroller, control, rows, wrap || lines.open.size > 0)
  const width = useWidth(scroller, lanes.length > 0)
  const narrow = width > 0 && isNarrow(width, lanes.length)
  const side = lanes.length > 0 && !narrow
  const spots = useMemo(() => (side ? spotsOf(lanes) : null), [side, lanes])
  const timed = look.times !== 'off'
  const cutOf = useCutColumns(viewId, rows.rows, look.columns)
  const range = lines.range()
  const cursorIsHere = lines.cursor !== null && rows.rows.some((row) => row?.id === lines.cursor?.id)
  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement
    if (target.closest('button, a, input, .log-detail') || window.getSelection()?.toString()) return
    const at = Number(target.closest<HTMLElement>('[data-at]')?.dataset['at'] ?? Number.NaN)
    const row = control.rowAt(at)
    if (!row) return
    lines.choose(at, event.shiftKey)
    if (!row.note && !event.shiftKey && lineLook(row).opens) lines.toggle(row)
  }
  return (
    <div
      className={cx('log-frame', wrap && 'wraps', look.dated && 'dated', look.who && 'has-who', side && 'side', timed && 'timed')}
      style={side ? ({ '--lanes': lanes.length } as CSSProperties) : undefined}
    >
      {narrow ? <p className="log-strip info">{t('side.narrow', { count: lanes.length })}</p> : null}
      {side ? (
        <LaneHeads shown={lanes} timed={timed} width={width} />
      ) : look.columns.length > 0 ? (
        <div className="log-heads">
          <span className="log-bar" />
          {look.who ? <span className="log-who" /> : null}
          {timed ? <span className="log-time" /> : null}
          {look.levels ? <span className="log-level" /> : null}
          {look.columns.map((path) => (
            <button
              key={path}
              type="button"
              className="log-column log-head cut"
              title={t('columns.remove', { path })}
              onClick={() => onColumn(path)}
            >
              {harmless(path)}
            </button>
          ))}
        </div>
      ) : null}
      <div className="log-body">
        <div
          ref={scroller}
          className="log-scroll"
          role="grid"
          aria-label={label}
          aria-rowcount={rows.empty ? -1 : rows.shown}
          aria-colcount={side ? lanes.length + (timed ? 1 : 0) : undefined}
          aria-owns={side ? laneHeadsId : undefined}
          aria-readonly
          aria-multiselectable
          aria-activedescendant={cursorIsHere ? `log-row-${lines.cursor?.id}` : undefined}
          tabIndex={0}
          onClick={onClick}
        >
          <div role="presentation" className="log-sticky">
            <div ref={box} role="rowgroup" className={cx('log-rows', rows.place === 'end' && 'at-end')}>
              {rows.rows.map((row, index) => {
                const at = rows.from + index
                if (!row)
                  return (
                    <div key={`blank-${at}`} role="row" aria-rowindex={at + 1} className="log-row log-blank">
                      <span role="gridcell" className="skeleton" />
                    </div>
                  )
                const selected = range !== null && at >= range[0] && at <= range[1]
                const open = lines.open.get(row.id)
                const spot = spots?.get(row.source) ?? null
                return (
                  <div key={row.id} role="presentation" data-at={at} className="log-item">
                    {row.note ? (
                      <LogNote
                        row={row}
                        note={row.note}
                        at={at}
                        source={sources[row.source]}
                        who={look.who}
                        times={look.times}
                        selected={selected}
                        spot={spot}
                        onPrevious={onPrevious}
                      />
                    ) : (
                      <LogLine
                        row={row}
                        at={at}
                        source={sources[row.source]}
                        look={look}
                        cut={cutOf(row)}
                        now={found?.id === row.id}
                        selected={selected}
                        open={open !== undefined}
                        spot={spot}
                      />
                    )}
                    {open === undefined ? null : <LineDetail key={row.id} row={row} line={open} matcher={look.matcher} acts={acts} />}
                  </div>
                )
              })}
            </div>
            {side ? (
              <div className="log-lane-lines" aria-hidden>
                {lanes.map((lane) => (
                  <i key={lane.key} />
                ))}
              </div>
            ) : null}
          </div>
          <div role="presentation" style={{ height: space }} />
        </div>
        {heat ? <HeatStrip heat={heat} onGo={control.toFraction} /> : null}
        {children ? <div className="log-cover">{children}</div> : null}
      </div>
      {rows.place === 'end' || rows.empty ? null : (
        <button type="button" className="btn log-end" onClick={control.toEnd}>
          <Icon of={live ? ArrowDown : ArrowDownToLine} />
          {rows.fresh > 0 ? t('newLines', { count: rows.fresh, lines: format.number(rows.fresh) }) : t('toEnd')}
          <span aria-hidden>
            <Kbd>F</Kbd>
          </span>
        </button>
      )}
    </div>
  )
}
