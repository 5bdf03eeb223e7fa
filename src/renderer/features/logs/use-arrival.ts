import { useEffect, useRef, useState } from 'react'
import type { LogRow } from '#shared/contract/logs.ts'
import { findLink, linkOf } from './line-link.ts'
import type { RowWindowControl } from './row-window.ts'
import type { Lines } from './use-lines.ts'
import { useStable } from './use-stable.ts'

/** Of lines of one time the first is chosen until the one that is meant is found: it may be far below, or still on its way, for so long at most. */
const patienceMs = 15_000
type Arrived = { readonly viewId: string; readonly first: number; readonly until: number; found: boolean }

/** Chooses the line that a link led to, once it is here. Answers whether it is given up: it is not here, and what is shown is where it would stand. */
export function useArrival(
  at: string | null,
  viewId: string | null,
  control: RowWindowControl,
  lines: Lines,
  nameOf: (row: LogRow) => string,
  patience = patienceMs,
): boolean {
  const arrived = useRef<Arrived | null>(null)
  const [lost, setLost] = useState<string | null>(null)
  const looking = useRef(false)
  /** Until it is given up. */
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const wait = useStable(() => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setLost(at), patience)
  })
  useEffect(() => {
    arrived.current = null
    if (at === null || viewId === null) return
    wait()
    return () => {
      clearTimeout(timer.current)
      setLost(null)
    }
  }, [at, viewId, patience, wait])
  const show = (place: number) => {
    control.hold()
    // Rows just beyond the window are painted too.
    control.show(place)
  }
  /** Unless another line has been chosen meanwhile. */
  const settle = useStable((first: number, { at: place, row }: { readonly at: number; readonly row: LogRow }) => {
    if (lines.cursor?.id !== first || row.id === first) return
    show(place)
    lines.setCursor({ at: place, id: row.id, time: row.time })
  })
  const exact = useStable(async (view: string, arrival: Arrived) => {
    if (at === null || arrival.found || looking.current || Date.now() > arrival.until) return
    looking.current = true
    const spot = await findLink(view, linkOf(at), nameOf).catch(() => undefined)
    looking.current = false
    if (!spot || arrival !== arrived.current) return
    arrival.found = true
    // It may be found after it was given up.
    clearTimeout(timer.current)
    setLost(null)
    settle(arrival.first, spot)
  })
  const look = useStable(() => {
    if (at === null || viewId === null) return
    const link = linkOf(at)
    if (arrived.current?.viewId === viewId) return void exact(viewId, arrived.current)
    const { place, from, rows } = control.view()
    const first = rows.findIndex((row) => row?.time === link.time)
    // After a while the nearest is taken for it.
    const index = first >= 0 || place === 'end' || control.seeking() ? first : rows.findIndex((row) => row?.time && row.time >= link.time)
    const row = rows[index]
    if (!row) return
    const arrival = { viewId, first: row.id, until: Date.now() + patience, found: link.mark === null || first < 0 }
    arrived.current = arrival
    setLost(first < 0 ? at : null)
    if (arrival.found) clearTimeout(timer.current)
    else wait()
    show(from + index)
    lines.choose(from + index, false)
    void exact(viewId, arrival)
  })
  useEffect(() => control.subscribe(look), [control, look])
  return at !== null && lost === at
}
