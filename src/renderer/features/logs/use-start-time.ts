import { useState } from 'react'
import { logApi } from './log-api.ts'
import type { TimeMode } from './log-time.ts'
import { useInTurn } from './use-in-turn.ts'
import type { LogView } from './use-log-view.ts'

/** Time of the first line that is shown, from which the others count; asked for when that is what is wanted. */
export function useStartTime({ viewId, state }: LogView, times: TimeMode): number | null {
  const [start, setStart] = useState<{ readonly viewId: string; readonly at: number } | null>(null)
  useInTurn(viewId !== null && times === 'start' && state && state.shown > 0 ? `${viewId}/${state.layout}` : null, async () => {
    if (viewId === null) return
    const { rows } = await logApi.rows({ viewId, from: 0, count: 20 })
    const time = rows.find((row) => row.time !== null)?.time
    if (time) setStart({ viewId, at: Date.parse(time) })
  })
  return start !== null && start.viewId === viewId ? start.at : null
}
