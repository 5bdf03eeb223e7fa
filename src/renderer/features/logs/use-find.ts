import { useMemo, useRef, useState } from 'react'
import { findText } from './filter-text.ts'
import { matcherOf } from './hits.ts'
import { logApi } from './log-api.ts'
import type { LogWish } from './log-search.ts'
import type { RowWindowControl } from './row-window.ts'
import type { LogView } from './use-log-view.ts'

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
  const seek = async (direction: 'next' | 'previous') => {
    const { viewId, state } = view
    if (viewId === null || !matcher || asking.current) return
    asking.current = true
    try {
      const rows = control.view()
      const top = rows.place === 'end' ? rows.shown - 1 : rows.place.at
      const at = place ? place.at : direction === 'next' && rows.place !== 'end' ? top - 1 : top + 1
      // From the end the newest hit is the next one.
      const way = !place && rows.place === 'end' ? 'previous' : direction
      const found = await logApi.seek({ viewId, at, direction: way })
      if (!found) return
      const hits = state?.find?.hits ?? 0
      hold({ scope, place: { ...found, nth: nthOf(found, place, direction, hits) } })
      onArrive(found)
    } catch {
      // Lost or closed meanwhile: the page says so itself.
    } finally {
      asking.current = false
    }
  }
  return { matcher, place, next: () => void seek('next'), previous: () => void seek('previous') }
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
