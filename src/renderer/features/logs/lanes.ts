import type { LogFilter, LogSource } from '#shared/contract/logs.ts'
import { filterFor } from './filter-text.ts'
import type { LogWish } from './log-search.ts'
import { groupsOf, unseenOf } from './source-groups.ts'
import type { SourceGroup } from './source-groups.ts'

/** A column of the list: one source, or several that stand under one name. */
export type Lane = { readonly key: string; readonly label: string; readonly sources: readonly LogSource[] }
export type Lanes = {
  /** Those shown, in their order; none: the lines stand below one another. */
  readonly shown: readonly Lane[]
  /** What columns can be made of. */
  readonly offered: readonly Lane[]
}
/** Where the lines of a source stand. `alone`: no other source stands there. The same object as long as the columns are the same. */
export type LaneSpot = { readonly at: number; readonly alone: boolean; readonly style: Record<string, number> }

/** More are too narrow to read. */
export const mostLanes = 4
/** One column is the list as it always is. */
export const fewestLanes = 2
/** Widths, px: of a column at least, and of what stands before the first. */
const leastLane = 200
const besideLanes = 100
const noLanes: Lanes = { shown: [], offered: [] }

type LaneWish = Pick<LogWish, 'side' | 'lanes' | 'parts' | 'filter'>

/** Sources that are hidden have no column. Of more than four what was chosen, else groups, else sources: those that have lines first, those that have ended last. */
export function lanesOf({ side, lanes, parts, filter }: LaneWish, sources: readonly LogSource[]): Lanes {
  if (!side) return noLanes
  const unseen = unseenOf(filter, sources, parts)
  // Sources come in whatever order they answer; columns stand as the parts were chosen, then by name.
  const seen = sources.filter((source) => !unseen.has(source)).sort((a, b) => (a.name < b.name ? -1 : 1))
  const place = ({ part }: SourceGroup) => (part ? parts.indexOf(part) : parts.length)
  const grouped = groupsOf(seen, parts).sort((a, b) => place(a) - place(b))
  const singles = grouped.flatMap((group) =>
    group.sources.map((source): Lane => ({ key: source.name, label: source.short, sources: [source] })),
  )
  const groups = grouped.map(({ key, label, sources: all }): Lane => {
    const [only] = all
    // The same key as where it is offered by itself.
    return { key: all.length === 1 && only ? only.name : key, label, sources: all }
  })
  const offered = [...groups.filter((group) => group.sources.length > 1), ...singles]
  const chosen = offered.filter((lane) => lanes.includes(lane.key)).slice(0, mostLanes)
  const shown = chosen.length >= fewestLanes ? chosen : usual(singles, groups)
  return shown.length < fewestLanes ? { shown: [], offered } : { shown, offered }
}

function usual(singles: readonly Lane[], groups: readonly Lane[]): readonly Lane[] {
  if (singles.length <= mostLanes) return singles
  const all = groups.length >= fewestLanes ? groups : singles
  // An empty column shows less than one with lines, and one that nothing comes to any more less than either.
  const rank = (lane: Lane) =>
    (lane.sources.every((source) => source.state === 'ended') ? 2 : 0) + (lane.sources.some((source) => source.lines > 0) ? 0 : 1)
  const first = new Set([...all].sort((a, b) => rank(a) - rank(b)).slice(0, mostLanes))
  return all.filter((lane) => first.has(lane))
}

/** What core is asked for: a source without a column is not among the rows, so that none of them is empty. */
export function filterWithLanes(wish: LaneWish, sources: readonly LogSource[], { shown } = lanesOf(wish, sources)): LogFilter {
  const filter = filterFor(wish.filter, sources, wish.parts)
  if (shown.length === 0) return filter
  const within = new Set(shown.flatMap((lane) => lane.sources.map((source) => source.index)))
  return { ...filter, hidden: sources.filter((source) => !within.has(source.index)).map((source) => source.index) }
}

/** Whether so many columns would hold too little of a line, in so many px. */
export const isNarrow = (width: number, lanes: number) => width < besideLanes + lanes * leastLane

/** By the number of the source. One that has a column of its own stands in it and not in its group's. */
export function spotsOf(shown: readonly Lane[]): ReadonlyMap<number, LaneSpot> {
  const spots = new Map<number, LaneSpot>()
  for (const [at, lane] of [...shown.entries()].sort(([, a], [, b]) => b.sources.length - a.sources.length)) {
    const spot = { at, alone: lane.sources.length === 1, style: { '--lane': at } }
    for (const source of lane.sources) spots.set(source.index, spot)
  }
  return spots
}

/** The columns after a press on one. As many as can be, and never fewer than two. */
export function toggledLanes({ shown }: Lanes, key: string): string[] {
  const keys = shown.map((lane) => lane.key)
  if (!keys.includes(key)) return keys.length < mostLanes ? [...keys, key] : keys
  return keys.length > fewestLanes ? keys.filter((one) => one !== key) : keys
}
