import type { LogOpen, LogPart, LogPattern } from '#shared/contract/logs.ts'
import type { LogsSearch } from '../../routes.tsx'
import { filterOf, filterText, findOf, findText } from './filter-text.ts'
import type { FilterWish } from './filter-text.ts'
import { allNamespaces, decoded, partsOf, partsText } from './log-place.ts'
import type { TimeMode } from './log-time.ts'

export const timeModes: readonly TimeMode[] = ['local', 'utc', 'start', 'off']
/** How much of each log to begin with: so many last lines, all there are, or what is younger than a span. */
export const begins = ['100', '1000', '10000', 'all', '5m', '30m', '1h', '1d'] as const
export type Begin = (typeof begins)[number] | BeginTime
/** A moment, as that from which a view that goes on in core has read: spans count from now. */
type BeginTime = `${number}-${string}Z`

/** All that the address of the page says, in the page's own terms. */
export type LogWish = {
  readonly context: string | undefined
  readonly file: string | undefined
  /** Whose pods and workloads are offered; `*` is all. */
  readonly namespace: string | undefined
  readonly parts: readonly LogPart[]
  readonly begin: Begin
  readonly previous: boolean
  readonly filter: FilterWish
  readonly find: LogPattern | null
  readonly columns: readonly string[]
  /** The line that a link leads to, as `linkText` names it. */
  readonly at: string | null
  readonly times: TimeMode
  readonly wrap: boolean
  /** Each source in a column of its own. */
  readonly side: boolean
  /** Which columns, by `Lane.key`; none: as they come. */
  readonly lanes: readonly string[]
}

export function wishOf(search: LogsSearch): LogWish {
  const { namespace, pod, container } = search
  const one: LogPart[] =
    pod && namespace && namespace !== allNamespaces ? [{ kind: 'pod', namespace, pod, container: container ?? null }] : []
  return {
    context: search.context,
    file: search.file,
    namespace,
    parts: search.parts ? partsOf(search.parts) : one,
    begin: begins.find((known) => known === search.begin) ?? (isBeginTime(search.begin) ? search.begin : '1000'),
    previous: isOn(search.previous),
    filter: filterOf(search.filter ?? ''),
    find: findOf(search.find ?? ''),
    columns: (search.cols ?? '').split(',').filter(Boolean).map(decoded),
    at: search.at ?? null,
    times: timeModes.find((known) => known === search.times) ?? 'local',
    wrap: isOn(search.wrap),
    side: isOn(search.side),
    lanes: (search.lanes ?? '').split(',').filter(Boolean).map(decoded),
  }
}

export function searchOf(wish: LogWish): LogsSearch {
  const [first] = wish.parts
  // One pod keeps the plain address that other pages link to.
  const plain = wish.parts.length === 1 && first?.kind === 'pod' ? first : null
  const said: Record<keyof LogsSearch, string | null | undefined> = {
    context: wish.context,
    file: wish.file,
    namespace: plain ? plain.namespace : wish.namespace,
    pod: plain?.pod,
    container: plain?.container,
    parts: plain ? '' : partsText(wish.parts),
    begin: wish.begin === '1000' ? '' : wish.begin,
    previous: wish.previous ? on : '',
    filter: filterText(wish.filter),
    find: findText(wish.find),
    cols: wish.columns.map(encodeURIComponent).join(','),
    at: wish.at,
    times: wish.times === 'local' ? '' : wish.times,
    wrap: wish.wrap ? on : '',
    side: wish.side ? on : '',
    lanes: wish.lanes.map(encodeURIComponent).join(','),
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value)) as LogsSearch
}

// A word, for the router writes a number that is meant as text with quotes.
const on = 'on'
const isOn = (said: string | undefined) => said === on || said === '1' || said === 'true'

export const isBeginTime = (said: string | undefined): said is BeginTime =>
  said !== undefined && /^\d{4}-.*Z$/.test(said) && !Number.isNaN(Date.parse(said))

const spans: Partial<Record<Begin, number>> = { '5m': 300_000, '30m': 1_800_000, '1h': 3_600_000, '1d': 86_400_000 }

/** What core is asked to open. Not followed: a run that is over. */
export function openOf(wish: LogWish, context: LogOpen['context'], now: number): LogOpen {
  const span = spans[wish.begin]
  return {
    context,
    parts: [...wish.parts],
    tail: span !== undefined || wish.begin === 'all' || isBeginTime(wish.begin) ? null : Number(wish.begin),
    since: isBeginTime(wish.begin) ? wish.begin : span === undefined ? null : new Date(now - span).toISOString(),
    follow: !wish.previous,
    previous: wish.previous,
  }
}

/** What an address says of where such a view began. */
export function beginOf({ tail, since }: Pick<LogOpen, 'tail' | 'since'>): Begin {
  if (isBeginTime(since ?? undefined)) return since as Begin
  return tail === null ? 'all' : (begins.find((known) => known === String(tail)) ?? '1000')
}
