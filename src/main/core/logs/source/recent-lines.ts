import type { LineBatch } from '../store/layout.ts'
import type { Instant } from '../timestamp.ts'

/** The lines of the newest second and the one before, in order: time and length of each, and a hash of the text where another line of that time stands beside it, or may yet. */
export type RecentLines = {
  record(batch: LineBatch): void
  length(): number
  /** Second of the newest line; null before the first with a time. */
  newest(): number | null
  last(): Instant | null
  /** Later than all that were recorded. */
  isNewer(batch: LineBatch, i: number): boolean
  /** Place of an equal line: `from` itself, else the next after it, else the first; -1: none. */
  find(batch: LineBatch, i: number, from: number): number
  /** Forgets what `since` leaves out. Places are good until lines are recorded. */
  trim(): void
}

const words = 4

/** At most `limit` lines; of a second with more, the last ones. */
export function createRecentLines(limit: number): RecentLines {
  let data = new Uint32Array(words * 64)
  let length = 0
  let newestSecond: number | null = null
  let newestNanos = 0
  let lastAt: Instant | null = null
  /** Places by time; made when the first line is looked for that does not stand where it should. */
  let places: Map<number, number[]> | null = null

  const drop = (count: number) => {
    data.copyWithin(0, words * count, words * length)
    length -= count
    places = null
  }

  const trim = () => {
    let old = 0
    while (old < length && (data[words * old] ?? 0) < (newestSecond ?? 0) - 1) old += 1
    if (old > 0) drop(old)
  }

  const makeRoom = (count: number) => {
    if (words * (length + count) <= data.length) return
    trim()
    const capacity = data.length / words
    if (capacity < limit && 2 * (length + count) > capacity) {
      const made = new Uint32Array(words * Math.min(limit, 2 * (length + count)))
      made.set(data.subarray(0, words * length))
      data = made
    }
    const over = length + count - data.length / words
    // A quarter at once, so that the rest is not moved for each batch.
    if (over > 0) drop(Math.min(length, Math.max(over, limit >> 2)))
  }

  const keyAt = (place: number) => keyOf(data[words * place] ?? 0, data[words * place + 1] ?? 0, data[words * place + 2] ?? 0)

  const equals = (batch: LineBatch, i: number, place: number): boolean => {
    const at = words * place
    if (place >= length || data[at + 1] !== batch.nanos[i] || data[at] !== batch.seconds[i]) return false
    if (data[at + 2] !== (batch.ends[i] ?? 0) - (batch.starts[i] ?? 0)) return false
    return data[at + 3] === 0 || data[at + 3] === hashOf(batch, i)
  }

  return {
    record: (batch) => {
      const { count, seconds, nanos, starts, ends } = batch
      if (count === 0) return
      places = null
      const lastSecond = seconds[count - 1] ?? 0
      // A clock that was set back: `since` would leave out all that comes now.
      if (newestSecond !== null && lastSecond !== 0 && lastSecond < newestSecond - 2) {
        newestSecond = lastSecond
        newestNanos = nanos[count - 1] ?? 0
      }
      // In locals: this runs for each line that comes.
      let newest = newestSecond ?? 0
      let nanosOfNewest = newestNanos
      for (let i = 0; i < count; i += 1) {
        const second = seconds[i] ?? 0
        const nano = nanos[i] ?? 0
        if (second > newest || (second === newest && nano > nanosOfNewest)) {
          newest = second
          nanosOfNewest = nano
        }
      }
      if (newest > 0) newestSecond = newest
      newestNanos = nanosOfNewest
      let from = Math.max(0, count - limit)
      while (from < count - 1 && (seconds[from] ?? 0) < newest - 1) from += 1
      makeRoom(count - from)
      const to = data
      let at = words * length
      let before = -1
      let nano = nanos[from] ?? 0
      for (let i = from; i < count; i += 1) {
        const after = i + 1 < count ? (nanos[i + 1] ?? 0) : -1
        to[at] = seconds[i] ?? 0
        to[at + 1] = nano
        to[at + 2] = (ends[i] ?? 0) - (starts[i] ?? 0)
        // At the edges of a batch the neighbour is not known.
        to[at + 3] = before === -1 || after === -1 || nano === before || nano === after ? hashOf(batch, i) : 0
        at += words
        before = nano
        nano = after
      }
      length += count - from
      if (lastSecond !== 0) lastAt = { second: lastSecond, nanos: nanos[count - 1] ?? 0 }
    },
    length: () => length,
    newest: () => newestSecond,
    last: () => lastAt,
    isNewer: ({ seconds, nanos }, i) => {
      const second = seconds[i] ?? 0
      return second > (newestSecond ?? 0) || (second === newestSecond && (nanos[i] ?? 0) > newestNanos)
    },
    find: (batch, i, from) => {
      if (equals(batch, i, from)) return from
      if (!places) {
        places = new Map()
        for (let place = 0; place < length; place += 1) {
          const key = keyAt(place)
          const known = places.get(key)
          if (known) known.push(place)
          else places.set(key, [place])
        }
      }
      const equal = (
        places.get(keyOf(batch.seconds[i] ?? 0, batch.nanos[i] ?? 0, (batch.ends[i] ?? 0) - (batch.starts[i] ?? 0))) ?? []
      ).filter((place) => equals(batch, i, place))
      return equal.find((place) => place > from) ?? equal[0] ?? -1
    },
    trim,
  }
}

/** Seconds of one log differ by less than 2^23 from each other; a clash of keys only costs a comparison. */
function keyOf(second: number, nanos: number, length: number): number {
  return (second % 8_388_608) * 1e9 + nanos + (second === 0 ? length : 0)
}

const hashedBytes = 2048

/** FNV-1a over the text; of a long one its ends. Never 0. */
function hashOf({ bytes, starts, ends }: LineBatch, i: number): number {
  const start = starts[i] ?? 0
  const end = ends[i] ?? 0
  let hash = 0x811c9dc5 ^ (end - start)
  const head = Math.min(end, start + hashedBytes)
  for (let at = start; at < head; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  for (let at = Math.max(head, end - hashedBytes); at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  return hash >>> 0 || 1
}
