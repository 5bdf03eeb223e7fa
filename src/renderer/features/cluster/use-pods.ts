import { useEffect, useReducer } from 'react'
import type { ContextRef } from '#shared/contract/base.ts'
import type { Pod, PodsEvent } from '#shared/contract/workloads.ts'
import { api, iterate } from '../../api/client.ts'

export type PodsView = {
  readonly pods: readonly Pod[] | null
  readonly asOf: number | null /** The source fails now; what is held is the last known. */
  readonly error: unknown
}

const none: PodsView = { pods: null, asOf: null, error: null }
type Action = PodsEvent | { readonly type: 'broken'; readonly error: unknown } | { readonly type: 'reset' }

export function podsReducer(view: PodsView, event: Action): PodsView {
  switch (event.type) {
    case 'snapshot':
      return { pods: [...event.pods].sort(byName), asOf: event.asOf, error: null }
    case 'changed': {
      const pods = new Map((view.pods ?? []).map((pod) => [pod.uid, pod]))
      for (const uid of event.removed) pods.delete(uid)
      for (const pod of event.upserted) pods.set(pod.uid, pod)
      return { pods: [...pods.values()].sort(byName), asOf: event.asOf, error: null }
    }
    case 'failed':
    case 'broken':
      return { ...view, error: event.error }
    case 'reset':
      return none
  }
}

/** Pods of one context, live; `namespace: null` is all. */
export function usePods(context: ContextRef | null, namespace: string | null, attempt: number): PodsView {
  const [view, dispatch] = useReducer(podsReducer, none)
  const file = context?.file
  const name = context?.name
  useEffect(() => {
    dispatch({ type: 'reset' })
    if (file === undefined || name === undefined) return
    const stop = new AbortController()
    iterate((signal) => api.workloads.watchPods({ file, name, namespace }, { signal }), dispatch, stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) dispatch({ type: 'broken', error })
    })
    return () => stop.abort()
  }, [file, name, namespace, attempt])
  return view
}

const byName = (a: Pod, b: Pod) => compare(a.namespace, b.namespace) || compare(a.name, b.name)
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
