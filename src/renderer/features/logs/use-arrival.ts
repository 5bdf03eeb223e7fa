import { useEffect, useRef } from 'react'
import type { RowWindowControl } from './row-window.ts'
import type { Lines } from './use-lines.ts'
import { useStable } from './use-stable.ts'

/** Chooses the line that a link led to, once it is here. */
export function useArrival(time: string | null, viewId: string | null, control: RowWindowControl, lines: Lines) {
  const arrived = useRef<string | null>(null)
  const look = useStable(() => {
    if (time === null || viewId === null || arrived.current === `${viewId} ${time}`) return
    const { place, from, rows } = control.view()
    const exact = rows.findIndex((row) => row?.time === time)
    // After a while the nearest is taken for it.
    const at = exact >= 0 || place === 'end' ? exact : rows.findIndex((row) => row?.time && row.time >= time)
    if (at < 0) return
    arrived.current = `${viewId} ${time}`
    control.hold()
    lines.choose(from + at, false)
  })
  useEffect(() => control.subscribe(look), [control, look])
}
