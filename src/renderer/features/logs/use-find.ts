import { useEffect, useMemo, useRef, useState } from 'react'
import type { LogPattern } from '#shared/contract/logs.ts'
import { findText } from './filter-text.ts'
import { matcherOf } from './hits.ts'
import { logApi } from './log-api.ts'
import type { LogWish } from './log-search.ts'
import type { RowWindowControl } from './row-window.ts'
import type { LogView } from './use-log-view.ts'
import { useStable } from './use-stable.ts'

/** The hit that was gone to last; `nth` counts from 1 where it is known. */
export type FindPlace = { readonly at: number; readonly id: number; readonly nth: number | null }

/** What is searched for, marked on the page and gone to from hit to hit; core counts. */
export function useFind(
  wish: LogWish,
  view: LogView,
  control: RowWindowControl,
  onArrive: (place: { readonly at: number; readonly id: number }) => void,
) {
  const key = findText(wish.find)
  const matcher = useMemo(() => matcherOf(wish.find), [key]) // oxlint-disable-line react/exhaustive-deps -- the text stands for the pattern
  const scope = `${view.viewId}/${key}`
  const [held, hold] = useState<{ readonly scope: string; readonly place: FindPlace } | null>(null)
  // A hit of another search, or of a view that is gone, is none.
  const place = held?.scope === scope ? held.place : null
  const asking = useRef(false)
  /** Handed over, and not in the address yet; oldest first. */
  const coming = useRef<readonly string[]>([])
  /** Asked for before the search had come to a hit: done as soon as it has. */
  const waiting = useRef<'next' | 'previous' | null>(null)
  const { state } = view
  /** What core had said when this search came into the address: of the search before it. */
  const stale = useRef(state)
  const counting = () => state === stale.current || !state?.find || state.find.done < 1
  const seek = useStable(async (direction: 'next' | 'previous') => {
    const { viewId } = view
    if (coming.current.length > 0) {
      waiting.current = direction
      return
    }
    if (viewId === null || !matcher || asking.current) return
    asking.current = true
    waiting.current = null
    try {
      const rows = control.view()
      const top = rows.place === 'end' ? rows.shown - 1 : rows.place.at
      const at = place ? place.at : direction === 'next' && rows.place !== 'end' ? top - 1 : top + 1
      // From the end the newest hit is the next one.
      const way = !place && rows.place === 'end' ? 'previous' : direction
      const found = await logApi.seek({ viewId, at, direction: way })
      if (!found) {
        if (counting()) waiting.current = direction
        return
      }
      const hits = state?.find?.hits ?? 0
      hold({ scope, place: { ...found, nth: nthOf(found, place, direction, hits) } })
      onArrive(found)
    } catch {
      // Lost or closed meanwhile: the page says so itself.
    } finally {
      asking.current = false
    }
  })
  useEffect(() => {
    stale.current = state
    const mine = coming.current.indexOf(key)
    coming.current = mine < 0 ? [] : coming.current.slice(mine + 1)
    if (mine < 0) waiting.current = null
    // oxlint-disable-next-line react/exhaustive-deps -- the moment at which the search changed
  }, [scope])
  useEffect(() => {
    if (waiting.current !== null && coming.current.length === 0) void seek(waiting.current)
  }, [scope, state, seek])
  return {
    matcher,
    place,
    next: () => void seek('next'),
    previous: () => void seek('previous'),
    /** A search was handed over: what is asked for from now on is meant for it. */
    expect: (pattern: LogPattern | null) => {
      if ((coming.current.at(-1) ?? key) !== findText(pattern)) coming.current = [...coming.current, findText(pattern)]
    },
  }
}

/** Core may count the hits before this one; else one more than the one before, when it was known and nothing was passed at an end. */
function nthOf(
  found: { readonly at: number; readonly index?: number },
  was: FindPlace | null,
  direction: 'next' | 'previous',
  hits: number,
): number | null {
  if (found.index !== undefined) return found.index + 1
  if (!was || was.nth === null) return null
  if (found.at === was.at) return was.nth
  if (direction === 'next') return found.at > was.at ? was.nth + 1 : 1
  return found.at < was.at ? was.nth - 1 : hits
}
