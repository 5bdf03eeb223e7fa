import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { RefObject } from 'react'
import { linkOf } from './line-link.ts'
import { logApi } from './log-api.ts'
import { createRowWindow } from './row-window.ts'
import type { RowWindow, RowWindowControl } from './row-window.ts'
import type { LogView } from './use-log-view.ts'

/**
 * The rows of a view that stand in the window. Opened again after a loss, or with more or fewer parts, it goes on where it was, by time; `at` is where the first view begins, and where a
 * link leads that comes while it is open. What has no part in common with what was there before begins anew.
 */
export function useRowWindow(
  view: LogView,
  { at, parts }: { readonly at: string | null; readonly parts: readonly string[] },
  scroller: RefObject<HTMLElement | null>,
): RowWindowControl {
  const [control] = useState(() => createRowWindow())
  const place = useRef(timeOf(at))
  const known = useRef({ at, parts })
  const now = useRef({ at, parts })
  useEffect(() => {
    now.current = { at, parts }
  })
  const { viewId, state } = view
  useEffect(() => {
    control.measure((row) => scroller.current?.querySelector<HTMLElement>(`[data-at="${row}"]`)?.offsetHeight || undefined)
  }, [control, scroller])
  useEffect(() => {
    if (viewId === null) return
    const before = known.current
    const wanted = now.current
    known.current = wanted
    const led = wanted.at !== null && wanted.at !== before.at
    if (led || !wanted.parts.some((part) => before.parts.includes(part))) place.current = timeOf(wanted.at)
    control.reset((want) => logApi.rows({ viewId, ...want }), place.current)
    place.current = null
    return () => {
      // Kept for the next view; following goes on following.
      place.current = control.timeAtTop()
      control.reset(null, null)
    }
  }, [control, viewId])
  // A link followed inside the view: its rows are as true as before.
  useEffect(() => {
    if (viewId === null || known.current.at === at) return
    known.current = { ...known.current, at }
    if (at !== null) control.lead(linkOf(at).time)
  }, [control, viewId, at])
  useEffect(() => {
    if (state && viewId !== null) control.state(state)
  }, [control, viewId, state])
  return control
}

const timeOf = (at: string | null) => (at === null ? null : linkOf(at).time)

/** What stands in the window, for what paints it: only that is drawn anew when rows come. */
export function useRows(control: RowWindowControl): RowWindow {
  useSyncExternalStore(control.subscribe, control.version)
  return control.view()
}

export const useFollowing = (control: RowWindowControl): boolean => useSyncExternalStore(control.subscribe, control.following)
