import { useEffect, useRef } from 'react'
import type { RowWindowControl } from './row-window.ts'
import type { Lines } from './use-lines.ts'
import { useStable } from './use-stable.ts'

/** Chooses the line that a link led to, once it is here. */
export function useArrival(time: string | null, viewId: string | null, control: RowWindowControl, lines: Lines) {
  const arrived = useRef<string | null>(null)
  useEffect(() => {
    arrived.current = null
  }, [time])
  const look = useStable(() => {
    if (time === null || viewId === null || arrived.current === viewId) return
    const { place, from, rows } = control.view()
    const exact = rows.findIndex((row) => row?.time === time)
    // After a while the nearest is taken for it.
    const at = exact >= 0 || place === 'end' || control.seeking() ? exact : rows.findIndex((row) => row?.time && row.time >= time)
    if (at < 0) return
    arrived.current = viewId
    control.hold()
    // Rows just beyond the window are painted too.
    control.show(from + at)
    lines.choose(from + at, false)
  })
  useEffect(() => control.subscribe(look), [control, look])
}
