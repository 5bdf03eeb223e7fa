import { useEffect, useState } from 'react'
import type { NodeUsage, UsageEvent } from '#shared/contract/nodes.ts'
import { api, iterate } from '../../api/client.ts'

export type UsageView = {
  readonly nodes: ReadonlyMap<string, NodeUsage>
  readonly source: 'metrics' | 'engine' | null
  readonly asOf: number | null
  /** The source fails now; what is held is the last known. */
  readonly error: unknown
}

const none: UsageView = { nodes: new Map(), source: null, asOf: null, error: null }

export function usageAfter(view: UsageView, event: UsageEvent): UsageView {
  if (event.type === 'failed') return { ...view, error: event.error }
  return { nodes: new Map(event.nodes.map((one) => [one.node, one])), source: event.source, asOf: event.asOf, error: null }
}

/** Use of CPU and memory of a cluster's nodes, asked for only while the window is seen; nothing is known of it while nobody asks. Whoever shows another cluster is another component. */
export function useUsage(id: string, wanted: boolean): UsageView {
  const [view, setView] = useState(none)
  const seen = useSeen()
  useEffect(() => {
    if (!wanted || !seen) return
    const stop = new AbortController()
    iterate(
      (signal) => api.nodes.usage({ id }, { signal }),
      (event) => setView((before) => usageAfter(before, event)),
      stop.signal,
    ).catch((error: unknown) => {
      if (!stop.signal.aborted) setView((before) => ({ ...before, error }))
    })
    return () => {
      stop.abort()
      // Numbers that nobody renews must not pass for those of now.
      setView(none)
    }
  }, [id, wanted, seen])
  return view
}

function useSeen(): boolean {
  const [seen, setSeen] = useState(() => document.visibilityState === 'visible')
  useEffect(() => {
    const look = () => setSeen(document.visibilityState === 'visible')
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return seen
}
