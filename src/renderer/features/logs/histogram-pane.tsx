import { useState } from 'react'
import { LogHistogram } from './log-histogram.tsx'
import type { TimeMode } from './log-time.ts'
import type { RowWindowControl } from './row-window.ts'
import { useHistogram } from './use-histogram.ts'
import type { LogView } from './use-log-view.ts'
import { useRows } from './use-row-window.ts'
import { useStable } from './use-stable.ts'

/** One bar for so many px. */
const barWidth = 7

type HistogramPaneProps = {
  readonly view: LogView
  readonly control: RowWindowControl
  readonly times: TimeMode
  readonly onRange: (from: number, to: number) => void
}

/** The histogram of a view, with the place of the list in it. */
export function HistogramPane({ view, control, times, onRange }: HistogramPaneProps) {
  const [width, setWidth] = useState(0)
  const histogram = useHistogram(view, width === 0 ? 0 : Math.max(20, Math.min(200, Math.floor(width / barWidth))))
  const { place, rows } = useRows(control)
  const time = place === 'end' ? rows.findLast((row) => row?.time)?.time : control.timeAtTop()
  const at = time ? Date.parse(time) : null
  // To the pixel: a line further down is mostly the same place.
  const step = histogram ? Math.max(1, (histogram.to - histogram.from) / Math.max(1, width)) : 1
  const here = at === null ? null : Math.round(at / step) * step
  const goTo = useStable((time: number) => control.toTime(new Date(time).toISOString()))
  return <LogHistogram histogram={histogram} times={times} here={here} onWidth={setWidth} onGo={goTo} onRange={onRange} />
}
