import type { OrderChunk } from './order-chunk.ts'
import type { Order } from './order.ts'
import { type LineTest, ones, rank, select, testedRows } from './row-bits.ts'

/** What a search finds among the rows of a subset. Follows it by itself. */
export type Hits = {
  readonly count: number
  /** Hits in equal parts of the shown rows. */
  heat(buckets: number): number[]
  /** Position of the first hit after (`next`) or before a position; -1: none. -1 and the subset's length are positions too. */
  find(position: number, direction: 'next' | 'previous'): number
  /** Hits before a position. */
  before(position: number): number
  /** The test may answer otherwise for the ids `fromId` to `toId` (exclusive). */
  invalidate(fromId: number, toId: number): void
}

/** What hits need of the subset they are found in. */
export type ShownRows = {
  /** As of a layer; also makes `startOf` right. */
  update(): number
  bits(chunk: number): Uint32Array | null
  stamp(chunk: number): number
  /** Position among the shown rows of a chunk's first one; the number of shown rows for the number of chunks. */
  startOf(chunk: number): number
  chunkAt(position: number): number
}

type Entry = { shown: number; tested: number; bits: Uint32Array; count: number }

export function createHits(order: Order, test: LineTest, shown: ShownRows): Hits {
  const tested = testedRows(order, test)
  const known = new WeakMap<OrderChunk, Entry>()
  let entries: Entry[] = []
  let seen = ''
  let total = 0

  function update() {
    const now = `${shown.update()} ${tested.update()}`
    if (now === seen) return
    seen = now
    total = 0
    entries = order.chunks.map((chunk, index) => {
      let entry = known.get(chunk)
      if (entry?.tested !== tested.stamp(index) || entry.shown !== shown.stamp(index)) {
        entry = entryOf(index)
        known.set(chunk, entry)
      }
      total += entry.count
      return entry
    })
  }

  function entryOf(chunk: number): Entry {
    const kept = shown.bits(chunk)
    const found = tested.bits(chunk)
    const bits = kept ? found.map((word, index) => word & kept[index]!) : found
    let count = 0
    for (let word = 0; word < bits.length; word += 1) count += ones(bits[word]!)
    return { shown: shown.stamp(chunk), tested: tested.stamp(chunk), bits, count }
  }

  /** Position of hit number `index` of a chunk. */
  const positionAt = (chunk: number, index: number) => shown.startOf(chunk) + rank(shown.bits(chunk), select(entries[chunk]!.bits, index))

  /** Hits of a chunk before a position. */
  function hitsBefore(chunk: number, position: number): number {
    const { bits, count } = entries[chunk]!
    const row = position - shown.startOf(chunk)
    if (row <= 0) return 0
    if (position >= shown.startOf(chunk + 1)) return count
    return rank(bits, select(shown.bits(chunk), row))
  }

  return {
    get count() {
      update()
      return total
    },
    heat(buckets) {
      update()
      const length = shown.startOf(entries.length)
      const heat = Array.from({ length: buckets }, () => 0)
      for (let chunk = 0; chunk < entries.length; chunk += 1) {
        if (entries[chunk]!.count === 0) continue
        const start = shown.startOf(chunk)
        const end = shown.startOf(chunk + 1)
        let before = 0
        for (let bucket = Math.floor((start * buckets) / length); bucket < buckets && before < entries[chunk]!.count; bucket += 1) {
          const until = Math.ceil(((bucket + 1) * length) / buckets)
          const hits = hitsBefore(chunk, Math.min(end, until))
          heat[bucket]! += hits - before
          before = hits
        }
      }
      return heat
    },
    find(position, direction) {
      update()
      const length = shown.startOf(entries.length)
      if (length === 0) return -1
      const step = direction === 'next' ? 1 : -1
      const from = position + step
      if (from < 0 ? step < 0 : from >= length && step > 0) return -1
      let chunk = shown.chunkAt(Math.min(Math.max(from, 0), length - 1))
      const at = step > 0 ? hitsBefore(chunk, from) : hitsBefore(chunk, position) - 1
      if (at >= 0 && at < entries[chunk]!.count) return positionAt(chunk, at)
      for (chunk += step; chunk >= 0 && chunk < entries.length; chunk += step) {
        const { count } = entries[chunk]!
        if (count > 0) return positionAt(chunk, step > 0 ? 0 : count - 1)
      }
      return -1
    },
    before(position) {
      update()
      let sum = 0
      for (let chunk = 0; chunk < entries.length && shown.startOf(chunk) < position; chunk += 1) sum += hitsBefore(chunk, position)
      return sum
    },
    invalidate: (fromId, toId) => tested.invalidate(fromId, toId),
  }
}
