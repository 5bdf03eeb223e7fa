import type { Order } from './order.ts'
import type { OrderChunk } from './order-chunk.ts'

/** Which rows of the order are in it, chunk by chunk. `update` first, then ask. */
export type Layer = {
  /** Brings it up to date with the order and what was invalidated. Answers a number that changes when anything in it did. */
  update(): number
  /** Of one chunk: bit `row & 31` of word `row >>> 5`; null: all rows. */
  bits(chunk: number): Uint32Array | null
  count(chunk: number): number
  /** Changes when the bits of the chunk do; no two chunks have the same. */
  stamp(chunk: number): number
}

let stamps = 0
export const newStamp = () => (stamps += 1)

/** All rows. Costs nothing for each row. */
export function allRows(order: Order): Layer {
  return {
    update: () => order.version,
    bits: () => null,
    count: (chunk) => order.chunks[chunk]!.count,
    stamp: (chunk) => order.chunks[chunk]!.version,
  }
}

type Entry = { chunk: OrderChunk; version: number; bits: Uint32Array; count: number; stamp: number; from: number; to: number }

/** Whether a line passes; `near` says of the ids `from` to `to` (inclusive) that none can, so that none is asked for. */
export type LineTest = { has(id: number): boolean; near?(from: number, to: number): boolean }

/** The rows whose line passes a test; asked again only where a chunk changed or an id was invalidated. */
export function testedRows(order: Order, { has: test, near = () => true }: LineTest) {
  const known = new WeakMap<OrderChunk, Entry>()
  let entries: Entry[] = []
  let seen = -1
  let dirty = false
  let stamp = 0

  function testAll(entry: Entry) {
    const { ids, start, count, version, lowest, highest } = entry.chunk
    const bits = new Uint32Array((count + 31) >>> 5)
    let passing = 0
    // A search that has just begun knows of no line: looking at millions of them would hold up those that come.
    for (let row = near(lowest, highest) ? 0 : count; row < count; row += 1) {
      if (!test(ids ? ids[row]! : start + row)) continue
      bits[row >>> 5]! |= 1 << (row & 31)
      passing += 1
    }
    Object.assign(entry, { version, bits, count: passing, stamp: newStamp(), from: Infinity, to: 0 })
  }

  /** Changes the bits in place: who holds them knows by the stamp. */
  function testAgain(entry: Entry) {
    const { chunk, bits, from, to } = entry
    const { ids, start } = chunk
    let { count } = entry
    const begin = ids ? 0 : Math.max(0, from - start)
    const end = ids ? chunk.count : Math.min(chunk.count, to - start)
    for (let row = begin; row < end; row += 1) {
      const id = ids ? ids[row]! : start + row
      if (id < from || id >= to) continue
      const mask = 1 << (row & 31)
      const was = (bits[row >>> 5]! & mask) !== 0
      if (test(id) === was) continue
      bits[row >>> 5]! ^= mask
      count += was ? -1 : 1
      entry.stamp = 0
    }
    if (entry.stamp === 0) entry.stamp = newStamp()
    Object.assign(entry, { count, from: Infinity, to: 0 })
  }

  return {
    update() {
      if (order.version === seen && !dirty) return stamp
      const { chunks } = order
      if (order.version !== seen) {
        const before = entries
        entries = chunks.map((chunk, index) => {
          const entry = before[index]?.chunk === chunk ? before[index] : known.get(chunk)
          if (entry) return entry
          const added: Entry = { chunk, version: -1, bits: new Uint32Array(), count: 0, stamp: 0, from: Infinity, to: 0 }
          known.set(chunk, added)
          return added
        })
      }
      for (const entry of entries) {
        if (entry.version !== entry.chunk.version) testAll(entry)
        else if (entry.from < entry.to) testAgain(entry)
      }
      seen = order.version
      dirty = false
      return (stamp = newStamp())
    },
    bits: (chunk: number) => entries[chunk]!.bits,
    count: (chunk: number) => entries[chunk]!.count,
    stamp: (chunk: number) => entries[chunk]!.stamp,
    /** The test may answer otherwise for the ids `fromId` to `toId` (exclusive). */
    invalidate(fromId: number, toId: number) {
      for (const entry of entries) {
        if (entry.chunk.highest < fromId || entry.chunk.lowest >= toId) continue
        entry.from = Math.min(entry.from, fromId)
        entry.to = Math.max(entry.to, toId)
        dirty = true
      }
    },
  }
}

export const hasBit = (bits: Uint32Array | null, row: number) => !bits || ((bits[row >>> 5]! >>> (row & 31)) & 1) === 1

/** How many rows before `row` are set. */
export function rank(bits: Uint32Array | null, row: number): number {
  if (!bits) return row
  let count = 0
  for (let word = 0; word < row >>> 5; word += 1) count += ones(bits[word]!)
  return (row & 31) === 0 ? count : count + ones(bits[row >>> 5]! & ((1 << (row & 31)) - 1))
}

/** The row of the set bit number `index`, which must be there. */
export function select(bits: Uint32Array | null, index: number): number {
  if (!bits) return index
  let word = 0
  for (let count = ones(bits[0]!); count <= index; count = ones(bits[word]!)) {
    index -= count
    word += 1
  }
  let left = bits[word]!
  for (; index > 0; index -= 1) left &= left - 1
  return word * 32 + 31 - Math.clz32(left & -left)
}

export function ones(word: number): number {
  word -= (word >>> 1) & 0x55555555
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
