import { useMemo } from 'react'
import type { LogSource } from '#shared/contract/logs.ts'
import { lanesOf } from './lanes.ts'
import type { Lanes } from './lanes.ts'
import { partsText } from './log-place.ts'
import type { LogWish } from './log-search.ts'

/** The columns side by side, worked out anew only when something that decides about them is other: core sends all sources 20 times a second. */
export function useLanes(wish: LogWish, sources: readonly LogSource[]): Lanes {
  const key = wish.side
    ? JSON.stringify([
        partsText(wish.parts),
        wish.lanes,
        wish.filter.hidden,
        wish.filter.only,
        sources.map((source) => [source.index, source.name, source.short, source.owner, source.state === 'ended', source.lines > 0]),
      ])
    : ''
  return useMemo(() => lanesOf(wish, sources), [key]) // oxlint-disable-line react/exhaustive-deps -- the key says whether it is another
}
