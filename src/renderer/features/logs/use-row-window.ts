import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { RefObject } from 'react'
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
  const place = useRef(at)
  const known = useRef({ at, parts })
  const partsOf = useRef(parts)
  useEffect(() => {
    partsOf.current = parts
  })
  const { viewId, state } = view
  useEffect(() => {
    control.measure((row) => scroller.current?.querySelector<HTMLElement>(`[data-at="${row}"]`)?.offsetHeight || undefined)
  }, [control, scroller])
  useEffect(() => {
    if (viewId === null) return
    const before = known.current
    const led = at !== null && at !== before.at
    if (led || !partsOf.current.some((part) => before.parts.includes(part))) place.current = at
    known.current = { at, parts: partsOf.current }
    control.reset((want) => logApi.rows({ viewId, ...want }), place.current)
    place.current = null
    return () => {
      // Kept for the next view; following goes on following.
      place.current = control.timeAtTop()
      control.reset(null, null)
    }
  }, [control, viewId, at])
  useEffect(() => {
    if (state && viewId !== null) control.state(state)
  }, [control, viewId, state])
  return control
}

/** What stands in the window, for what paints it: only that is drawn anew when rows come. */
export function useRows(control: RowWindowControl): RowWindow {
  useSyncExternalStore(control.subscribe, control.version)
  return control.view()
}

export const useFollowing = (control: RowWindowControl): boolean => useSyncExternalStore(control.subscribe, control.following)
