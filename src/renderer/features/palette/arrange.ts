import { fits, nearness } from '../../ui/index.ts'
import type { Entry, EntryGroup } from './entry.ts'

export type Arranged = {
  readonly id: EntryGroup
  readonly entries: readonly Entry[] /** How many fit; `entries` may be fewer. */
  readonly all: number
}

const order: readonly EntryGroup[] = ['link', 'recent', 'jobs', 'pages', 'clusters', 'contexts', 'pods', 'do', 'appearance']
const mostRecent = 5
const mostShown = 8

/**
 * What is shown for a query, in groups. Nothing typed: what was run last comes first. Else the group with the nearest name comes first,
 * and within a group what is near, then what was run lately.
 */
export function arrange(entries: readonly Entry[], words: readonly string[], recent: readonly string[]): readonly Arranged[] {
  const age = (entry: Entry) => (recent.includes(entry.id) ? recent.indexOf(entry.id) : recent.length)
  if (words.length === 0) {
    const last = recent
      .flatMap((id) => entries.find((entry) => entry.id === id && !entry.disabled && !entry.fixed) ?? [])
      .slice(0, mostRecent)
    return order.flatMap((id) => group(id, id === 'recent' ? last : entries.filter((entry) => entry.group === id && !last.includes(entry))))
  }
  const far = (entry: Entry) => (entry.fixed ? 4 : nearness(entry.name, words))
  const found = entries
    .filter((entry) => entry.fixed || fits(`${entry.name}\n${entry.note ?? ''}\n${entry.keywords ?? ''}`, words))
    .toSorted((a, b) => far(a) - far(b) || age(a) - age(b))
  return order
    .flatMap((id) =>
      group(
        id,
        found.filter((entry) => entry.group === id),
      ),
    )
    .toSorted((a, b) => Math.min(...a.entries.map(far)) - Math.min(...b.entries.map(far)))
}

function group(id: EntryGroup, entries: readonly Entry[]): readonly Arranged[] {
  return entries.length === 0 ? [] : [{ id, entries: entries.slice(0, mostShown), all: entries.length }]
}
