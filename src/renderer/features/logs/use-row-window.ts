import { useEffect, useReducer, useRef, useState } from 'react'
import type { RefObject } from 'react'
import { logApi } from './log-api.ts'
import { createRowWindow } from './row-window.ts'
import type { RowWindowControl } from './row-window.ts'
import type { LogView } from './use-log-view.ts'

/** The rows of a view that stand in the window. Opened again after a loss it goes on where it was, by time; `at` is where the first view begins. */
export function useRowWindow(view: LogView, at: string | null, scroller: RefObject<HTMLElement | null>): RowWindowControl {
  const [, changed] = useReducer((count: number) => count + 1, 0)
  const [control] = useState(() => createRowWindow({ changed }))
  const place = useRef(at)
  const { viewId, state } = view
  useEffect(() => {
    control.measure((row) => scroller.current?.querySelector<HTMLElement>(`[data-at="${row}"]`)?.offsetHeight || undefined)
  }, [control, scroller])
  useEffect(() => {
    if (viewId === null) return
    control.reset((want) => logApi.rows({ viewId, ...want }), place.current)
    place.current = null
    return () => {
      // Kept for the next view; following goes on following.
      place.current = control.timeAtTop()
      control.reset(null, null)
    }
  }, [control, viewId])
  useEffect(() => {
    if (state && viewId !== null) control.state(state)
  }, [control, viewId, state])
  return control
}
