import { useEffect, useReducer, useSyncExternalStore } from 'react'
import type { Command, Job, JobEvent, OutputLine } from '#shared/contract/jobs.ts'
import { api, iterate } from '../../api/client.ts'
import { isStarting, seedOf, subscribeSeeds } from './starting.ts'

export type JobView = {
  readonly job: Job | null
  readonly commands: readonly Command[]
  readonly output: readonly OutputLine[] /** Lines no longer held here. */
  readonly dropped: number
  readonly error: unknown
}

const none: JobView = { job: null, commands: [], output: [], dropped: 0, error: null }
/** What the page holds of the output; the rest is a click away in the command's own output. */
const mostLines = 2000

type Action = JobEvent | { readonly type: 'failed'; readonly error: unknown } | { readonly type: 'reset' }

export function jobReducer(view: JobView, event: Action): JobView {
  switch (event.type) {
    case 'snapshot':
      return { job: event.job, commands: event.commands, output: event.output, dropped: 0, error: null }
    case 'job':
      return { ...view, job: event.job }
    case 'command': {
      const at = view.commands.findIndex((command) => command.id === event.command.id)
      return { ...view, commands: at < 0 ? [...view.commands, event.command] : view.commands.with(at, event.command) }
    }
    case 'output': {
      const all = [...view.output, ...event.lines]
      const extra = Math.max(0, all.length - mostLines)
      return { ...view, output: extra > 0 ? all.slice(extra) : all, dropped: view.dropped + extra }
    }
    case 'failed':
      return { ...view, error: event.error }
    case 'reset':
      return none
  }
}

/** One job, live; before core's first message as far as this page knows it. Leaving the page stops only the view. */
export function useJob(id: string, attempt: number): JobView {
  const [view, dispatch] = useReducer(jobReducer, none)
  const seed = useSyncExternalStore(subscribeSeeds, () => seedOf(id))
  useEffect(() => {
    const stop = new AbortController()
    dispatch({ type: 'reset' })
    if (isStarting(id)) {
      if (seedOf(id) === null) dispatch({ type: 'failed', error: { code: 'not-found', facts: { what: 'job', name: id }, commandId: null } })
      return
    }
    iterate((signal) => api.jobs.watch({ id }, { signal }), dispatch, stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) dispatch({ type: 'failed', error })
    })
    return () => stop.abort()
  }, [id, attempt])
  return view.job === null && seed !== null ? { ...view, job: seed } : view
}
