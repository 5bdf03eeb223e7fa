import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown } from 'lucide-react'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import type { ReactNode, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { cx, Icon } from '../../ui/index.ts'
import { Line, Note } from './log-row.tsx'
import { rowAt } from './log-rows.ts'
import type { LogRow } from './log-rows.ts'
import { isDated } from './log-time.ts'
import type { TimeMode } from './log-time.ts'

const rowHeight = 20

type LogListProps = {
  readonly label: string
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly rows: readonly LogRow[]
  readonly matcher: RegExp | null
  readonly times: TimeMode
  readonly wrap: boolean
  readonly following: boolean
  /** Lines that have come since the end was let go. */
  readonly fresh: number
  readonly onEnd: () => void
  readonly onPrevious: (() => void) | null
  readonly onSize: (size: number) => void
  /** Stands after the rows. */
  readonly children?: ReactNode
}

/** The rows of a log; only those in view are on the page. */
export function LogList(props: LogListProps) {
  const { label, scroller, rows, matcher, times, wrap, following, fresh, onEnd, onPrevious, onSize, children } = props
  const { t } = useTranslation('logs')
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoizes here, and nothing of it is handed to what is memoized
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // By name, so that heights measured stay with their rows when older ones go.
    getItemKey: useCallback((index: number) => rows[index]?.seq ?? index, [rows]),
  })
  const size = virtual.getTotalSize()
  useLayoutEffect(() => onSize(size), [onSize, size])
  useEffect(() => virtual.measure(), [virtual, wrap, times])
  useStay({ scroller, rows, following, startOf: (index) => virtual.getOffsetForIndex(index, 'start')?.[0] })
  const firstTime = rows.find((row) => row.kind === 'line')
  const dated = useMemo(
    () => times !== 'off' && isDated(firstTime?.kind === 'line' ? firstTime.time : null, times, Date.now()),
    [times, firstTime],
  )
  return (
    <div className="log-frame">
      <div
        ref={scroller}
        className="log-scroll"
        role="region"
        aria-label={label}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key !== 'End' || event.shiftKey) return
          // The end moves on while the browser is on its way there.
          event.preventDefault()
          onEnd()
        }}
      >
        <div role="table" aria-label={label} aria-rowcount={rows.length} className={cx('log-table', wrap && 'wraps', dated && 'dated')}>
          <div role="rowgroup" className="log-rows" style={{ height: size }}>
            {virtual.getVirtualItems().map(({ index, start, key }) => {
              const row = rows[index]
              const place = { index, start, ref: wrap ? virtual.measureElement : undefined }
              if (!row) return null
              return row.kind === 'line' ? (
                <Line key={key} row={row} {...place} times={times} dated={dated} matcher={matcher} />
              ) : (
                <Note key={key} row={row} {...place} onPrevious={onPrevious} />
              )
            })}
          </div>
        </div>
        {children}
      </div>
      {following ? null : (
        <button type="button" className="btn log-end" onClick={onEnd}>
          <Icon of={ArrowDown} />
          {fresh > 0 ? t('newLines', { count: fresh }) : t('toEnd')}
        </button>
      )}
    </div>
  )
}

type StayProps = Pick<LogListProps, 'scroller' | 'rows' | 'following'> & {
  readonly startOf: (index: number) => number | undefined
}

/** While nothing follows, the row at the top stays there when older rows go or others are filtered away. */
function useStay({ scroller, rows, following, startOf }: StayProps) {
  const seen = useRef(rows)
  const anchor = useRef<{ seq: number; below: number } | null>(null)
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const remember = () => {
      const top = element.getBoundingClientRect().top
      for (const shown of element.querySelectorAll<HTMLElement>('.log-row')) {
        const box = shown.getBoundingClientRect()
        if (box.bottom > top) return void (anchor.current = { seq: Number(shown.dataset['seq']), below: top - box.top })
      }
    }
    element.addEventListener('scroll', remember, { passive: true })
    return () => element.removeEventListener('scroll', remember)
  }, [scroller])
  useLayoutEffect(() => {
    const element = scroller.current
    // Only when the rows are others: drawn anew by a scroll, the anchor is still the one before it.
    if (rows === seen.current) return
    seen.current = rows
    if (following || !element || !anchor.current) return
    const start = startOf(rowAt(rows, anchor.current.seq))
    const top = (start ?? element.scrollTop) + anchor.current.below
    if (Math.abs(top - element.scrollTop) > 1) element.scrollTo({ top })
  }, [scroller, rows, following, startOf])
}
