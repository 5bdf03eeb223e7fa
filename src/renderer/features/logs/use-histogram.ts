import { useEffect, useRef, useState } from 'react'
import type { LogHistogram } from '#shared/contract/logs.ts'
import { logApi } from './log-api.ts'
import type { LogView } from './use-log-view.ts'

const everyMs = 1000

/** Lines by time, asked for again when there are others, at most once a second. Null: none has a time, or nothing is here yet. */
export function useHistogram(view: LogView, buckets: number): LogHistogram | null {
  const [held, hold] = useState<{ readonly viewId: string; readonly histogram: LogHistogram | null } | null>(null)
  const last = useRef({ at: 0, busy: false })
  const { viewId, state } = view
  const [again, askAgain] = useState(0)
  const key = state ? `${state.layout}/${state.shown}` : ''
  useEffect(() => {
    if (viewId === null || key === '' || buckets === 0) return
    let over = false
    const ask = async () => {
      if (last.current.busy) return askAgain((count) => count + 1)
      last.current = { at: Date.now(), busy: true }
      try {
        const next = await logApi.histogram({ viewId, buckets })
        if (!over) hold({ viewId, histogram: next })
      } catch {
        // What is shown stays; the next state asks again.
      } finally {
        last.current.busy = false
      }
    }
    const timer = setTimeout(() => void ask(), Math.max(0, last.current.at + everyMs - Date.now()))
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [viewId, key, buckets, again])
  return held?.viewId === viewId ? held.histogram : null
}
