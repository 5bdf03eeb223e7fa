import { useEffect, useState } from 'react'
import { logApi } from './log-api.ts'
import type { TimeMode } from './log-time.ts'
import type { LogView } from './use-log-view.ts'

/** Time of the first line that is shown, from which the others count; asked for when that is what is wanted. */
export function useStartTime({ viewId, state }: LogView, times: TimeMode): number | null {
  const [start, setStart] = useState<number | null>(null)
  const layout = times === 'start' && state && state.shown > 0 ? state.layout : null
  useEffect(() => {
    if (viewId === null || layout === null) return
    let over = false
    logApi.rows({ viewId, from: 0, count: 20 }).then(
      ({ rows }) => {
        const time = rows.find((row) => row.time !== null)?.time
        if (!over && time) setStart(Date.parse(time))
      },
      () => {},
    )
    return () => {
      over = true
    }
  }, [viewId, layout])
  return start
}
