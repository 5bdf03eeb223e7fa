import { useEffect, useRef, useState } from 'react'
import type { LogFilter, LogOpen, LogPattern, LogSource } from '#shared/contract/logs.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import { toShape } from '../shell/error-words.ts'
import { filterFor, filterText, findText, noFilter } from './filter-text.ts'
import { filterWithLanes } from './lanes.ts'
import type { Lanes } from './lanes.ts'
import { logApi } from './log-api.ts'
import { openOf, searchOf } from './log-search.ts'
import type { LogWish } from './log-search.ts'
import { createLogSession, noSession } from './log-session.ts'
import type { LogSessionView } from './log-session.ts'
import { useLanes } from './use-lanes.ts'
import { useStable } from './use-stable.ts'

export type LogView = LogSessionView & {
  /** The same object as long as the columns are the same. */
  readonly lanes: Lanes
  /** A filter or a search that core would not take; the one before it stays. */
  readonly refused: { readonly filter: AppErrorShape | null; readonly find: AppErrorShape | null }
  /** Core goes on reading although the page is left, or no longer. */
  readonly pin: (pinned: boolean) => void
}

/** The view of what the address names, for as long as it is shown, with its filter and its search kept as the address says. */
export function useLogView(wish: LogWish, context: LogOpen['context'], attempt: number): LogView {
  const [held, show] = useState({ key: '', view: noSession })
  const [refusal, refuse] = useState<{ readonly viewId: string; readonly refused: LogView['refused'] } | null>(null)
  const now = useRef({ wish, context })
  now.current = { wish, context }
  /** What core was told last, which may be other than what is wished for by the time the view is open. */
  const sent = useRef({ viewId: '', filter: '', find: '' })
  const session = useRef<ReturnType<typeof createLogSession> | null>(null)
  // Only what decides about what is opened: a filter does not open anything anew.
  const key = JSON.stringify([context?.file, context?.name, searchOf({ ...onlyParts(wish) }), attempt])
  useEffect(() => {
    const mine = createLogSession({
      open: () => openOf(now.current.wish, now.current.context, Date.now()),
      prepare: (viewId) => {
        const { filter, find } = now.current.wish
        // Sources have no numbers yet.
        const told = filterFor(filter, [], [])
        sent.current = { viewId, filter: JSON.stringify(told), find: findText(find) }
        return { filter: filterText(filter) === '' ? null : told, find }
      },
      changed: (view) => show({ key, view }),
    })
    session.current = mine
    return mine.end
  }, [key])

  // What is said of the things looked at before is said of them only.
  const view = held.key === key ? held.view : noSession
  const { viewId, state } = view
  const sources = state?.sources ?? noSources
  const lanes = useLanes(wish, sources)
  const filter: LogFilter = filterWithLanes(wish, sources, lanes)
  const filterKey = JSON.stringify(filter)
  const findKey = findText(wish.find)
  const find: LogPattern | null = wish.find
  useEffect(() => {
    const was = sent.current
    if (viewId === null || !state || was.viewId !== viewId) return
    sent.current = { viewId, filter: filterKey, find: findKey }
    const told = (which: keyof LogView['refused']) => {
      const say = (error: AppErrorShape | null) =>
        refuse((before) => ({ viewId, refused: { ...(before?.viewId === viewId ? before.refused : none), [which]: error } }))
      return [() => say(null), (error: unknown) => say(toShape(error) as AppErrorShape)] as const
    }
    if (was.filter !== filterKey) void logApi.filter({ viewId, filter }).then(...told('filter'))
    if (was.find !== findKey) void logApi.find({ viewId, pattern: find }).then(...told('find'))
    // oxlint-disable-next-line react/exhaustive-deps -- the keys stand for what they were made of
  }, [viewId, state === null, filterKey, findKey])
  const pin = useStable((pinned: boolean) => session.current?.pin(pinned))
  return { ...view, lanes, pin, refused: refusal !== null && refusal.viewId === viewId ? refusal.refused : none }
}

const noSources: readonly LogSource[] = []
const none: LogView['refused'] = { filter: null, find: null }

const onlyParts = (wish: LogWish): LogWish => ({
  ...wish,
  context: undefined,
  file: undefined,
  namespace: undefined,
  filter: noFilter,
  find: null,
  columns: [],
  at: null,
  times: 'local',
  wrap: false,
  side: false,
  lanes: [],
})
