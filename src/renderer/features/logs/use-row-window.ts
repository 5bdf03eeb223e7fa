import { useEffect, useReducer, useRef, useState } from 'react'
import type { RefObject } from 'react'
import { logApi } from './log-api.ts'
import { createRowWindow } from './row-window.ts'
import type { RowWindowControl } from './row-window.ts'
import type { LogView } from './use-log-view.ts'

/** The rows of a view that stand in the window. Opened again after a loss it goes on where it was, by time; `at` is where the first view begins. */
export function useRowWindow(view: LogView, at: string | null, scroller: RefObject<HTMLElement | null>): RowWindowControl {
  const [, changed] = useReducer((count: number) => count + 1, 0)
  const now = useRef(view.viewId)
  const [control] = useState(() =>
    createRowWindow({
      fetch: (want) => {
        if (now.current === null) return Promise.reject(new Error('no view'))
        return logApi.rows({ viewId: now.current, ...want })
      },
      changed,
      heightOf: (row) => scroller.current?.querySelector<HTMLElement>(`[data-at="${row}"]`)?.offsetHeight || undefined,
    }),
  )
  const place = useRef(at)
  const { viewId, state } = view
  useEffect(() => {
    now.current = viewId
    if (viewId === null) return
    control.reset(place.current)
    place.current = null
    return () => {
      // Kept for the next view; following goes on following.
      place.current = control.timeAtTop()
    }
  }, [control, viewId])
  useEffect(() => {
    if (state && viewId !== null) control.state(state)
  }, [control, viewId, state])
  return control
}
