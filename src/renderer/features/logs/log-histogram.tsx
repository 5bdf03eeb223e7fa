import { memo, useLayoutEffect, useRef, useState } from 'react'
import type { KeyboardEvent, PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogHistogram as Histogram } from '#shared/contract/logs.ts'
import { useFormat } from '../../ui/index.ts'
import { barPaths, bucketCounts, bucketTimes, plotHeight } from './histogram-paths.ts'
import { axisTime } from './log-time.ts'
import type { TimeMode } from './log-time.ts'

type LogHistogramProps = {
  readonly histogram: Histogram | null
  readonly times: TimeMode
  /** Time of the line at the top of the list, epoch ms; null: not known. */
  readonly here: number | null
  readonly onWidth: (px: number) => void
  /** Epoch ms, from inclusive, to exclusive. */
  readonly onGo: (at: number) => void
  readonly onRange: (from: number, to: number) => void
}

/** Lines over time by level. Dragging, or the arrow keys with Shift and Enter, choose a range. */
export const LogHistogram = memo(function LogHistogram({ histogram, times, here, onWidth, onGo, onRange }: LogHistogramProps) {
  const { t } = useTranslation('logs')
  const format = useFormat()
  const plot = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [brush, setBrush] = useState<{ readonly from: number; readonly to: number } | null>(null)
  const dragging = useRef(false)
  useLayoutEffect(() => {
    const element = plot.current
    if (!element) return
    const measure = () => {
      const next = Math.round(element.clientWidth)
      setWidth(next)
      onWidth(next)
    }
    measure()
    const sized = new ResizeObserver(measure)
    sized.observe(element)
    return () => sized.disconnect()
  }, [onWidth])
  const buckets = histogram?.counts[0]?.length ?? 0
  const step = histogram && buckets > 0 ? (histogram.to - histogram.from) / buckets : 0
  const clock = (at: number) => axisTime(at, times, step)
  const part = (at: number) =>
    histogram ? (Math.min(histogram.to, Math.max(histogram.from, at)) - histogram.from) / Math.max(1, histogram.to - histogram.from) : 0
  const percent = (value: number) => `${(value * 100).toFixed(2)}%`
  const bucketAt = (event: PointerEvent) => {
    const { left, width: wide } = event.currentTarget.getBoundingClientRect()
    return Math.min(buckets - 1, Math.max(0, Math.floor(((event.clientX - left) / Math.max(1, wide)) * buckets)))
  }
  const take = (range: { readonly from: number; readonly to: number } | null) => {
    // One bar is a place to go to, several are a range.
    if (histogram && range) {
      const [from, to] = bucketTimes(histogram, range.from, range.to)
      if (range.from === range.to) onGo(from)
      else onRange(from, to)
    }
    setBrush(null)
  }
  const onKey = (event: KeyboardEvent) => {
    if (!histogram || event.altKey || event.ctrlKey || event.metaKey) return
    const now = brush?.to ?? (here === null ? buckets - 1 : Math.floor(part(here) * (buckets - 1)))
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, PageUp: now - 10, PageDown: now + 10, Home: 0, End: buckets - 1 }[event.key]
    if (to !== undefined) {
      const at = Math.min(buckets - 1, Math.max(0, to))
      setBrush({ from: event.shiftKey ? (brush?.from ?? now) : at, to: at })
    } else if (event.key === 'Enter') take(brush)
    else if (event.key === 'Escape' && brush) setBrush(null)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const said = (range: { readonly from: number; readonly to: number }) => {
    if (!histogram) return ''
    const [from, to] = bucketTimes(histogram, range.from, range.to)
    const counts = { all: 0, warnings: 0, errors: 0 }
    for (let at = Math.min(range.from, range.to); at <= Math.max(range.from, range.to); at += 1) {
      const one = bucketCounts(histogram, at)
      counts.all += one.all
      counts.warnings += one.warnings
      counts.errors += one.errors
    }
    const number = format.number
    return t('histogram.bar', {
      from: clock(from),
      to: clock(to),
      all: number(counts.all),
      warnings: number(counts.warnings),
      errors: number(counts.errors),
    })
  }
  const current = brush ?? (histogram && here !== null ? { from: 0, to: Math.floor(part(here) * Math.max(0, buckets - 1)) } : null)
  const value = current?.to ?? 0
  return (
    <figure className="log-hist">
      <div
        ref={plot}
        className="log-plot"
        role="slider"
        tabIndex={buckets > 0 ? 0 : -1}
        aria-label={t('histogram.label')}
        aria-disabled={buckets === 0 || undefined}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, buckets - 1)}
        aria-valuenow={value}
        aria-valuetext={buckets > 0 ? said(brush ?? { from: value, to: value }) : t('histogram.none')}
        title={t('histogram.hint')}
        onKeyDown={onKey}
        onBlur={() => setBrush(null)}
        onPointerDown={(event) => {
          if (event.button !== 0 || buckets === 0) return
          event.currentTarget.setPointerCapture?.(event.pointerId)
          dragging.current = true
          const at = bucketAt(event)
          setBrush({ from: at, to: at })
        }}
        onPointerMove={(event) => {
          if (dragging.current && brush) setBrush({ from: brush.from, to: bucketAt(event) })
        }}
        onPointerUp={() => {
          if (dragging.current) take(brush)
          dragging.current = false
        }}
        onPointerCancel={() => {
          dragging.current = false
          setBrush(null)
        }}
      >
        <svg viewBox={`0 0 ${Math.max(1, width)} ${plotHeight}`} preserveAspectRatio="none" aria-hidden>
          {histogram
            ? barPaths(histogram, Math.max(1, width)).map(({ name, d }) => <path key={name} className={`bar-${name}`} d={d} />)
            : null}
        </svg>
        {histogram?.gaps.map((gap) => (
          <span
            key={`${gap.from}-${gap.to}`}
            className="log-nodata"
            title={t('histogram.gap', { from: clock(gap.from), to: clock(gap.to) })}
            style={{ left: percent(part(gap.from)), width: `max(3px, ${percent(part(gap.to) - part(gap.from))})` }}
          />
        ))}
        {here !== null && histogram ? <span className="log-here" style={{ left: `calc(${percent(part(here))} - 1px)` }} /> : null}
        {brush && buckets > 0 ? (
          <span
            className="log-brush"
            style={{
              left: percent(Math.min(brush.from, brush.to) / buckets),
              width: percent((Math.abs(brush.to - brush.from) + 1) / buckets),
            }}
          />
        ) : null}
      </div>
      <div className="log-axis" aria-hidden>
        {brush && histogram ? (
          <span className="fg-2">{said(brush)}</span>
        ) : histogram ? (
          Array.from({ length: width > 700 ? 7 : width > 400 ? 4 : 2 }, (_, at, all = width > 700 ? 6 : width > 400 ? 3 : 1) => (
            <span key={at}>{clock(histogram.from + ((histogram.to - histogram.from) * at) / all)}</span>
          ))
        ) : null}
      </div>
    </figure>
  )
})
