import { useEffect, useRef, useState } from 'react'
import type { LogHistogram } from '#shared/contract/logs.ts'
import { logApi } from './log-api.ts'
import type { LogView } from './use-log-view.ts'

const everyMs = 1000

/** Lines by time, asked for again when there are others, at most once a second. Null: none has a time, or nothing is here yet. */
export function useHistogram({ viewId, state }: LogView, buckets: number): LogHistogram | null {
  const [held, hold] = useState<{ readonly viewId: string; readonly histogram: LogHistogram | null } | null>(null)
  const key = state ? `${state.layout}/${state.shown}/${buckets}` : ''
  const wanted = useRef('')
  useEffect(() => {
    wanted.current = key
  }, [key])
  useEffect(() => {
    if (viewId === null || buckets === 0) return
    let over = false
    let asked = ''
    let timer: ReturnType<typeof setTimeout>
    const look = async () => {
      if (wanted.current !== '' && wanted.current !== asked) {
        asked = wanted.current
        try {
          const histogram = await logApi.histogram({ viewId, buckets })
          if (!over) hold({ viewId, histogram })
        } catch {
          // What is shown stays; with other lines it is asked again.
        }
      }
      if (!over) timer = setTimeout(() => void look(), wanted.current === '' ? everyMs / 10 : everyMs)
    }
    void look()
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [viewId, buckets])
  return held?.viewId === viewId ? held.histogram : null
}
