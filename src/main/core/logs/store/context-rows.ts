import type { OrderChunk } from './order-chunk.ts'
import type { Order } from './order.ts'
import { hasBit, newStamp } from './row-bits.ts'
import type { Layer } from './row-bits.ts'

type Entry = {
  passing: number
  within: number
  /** Rows of `within` before the first and after the last passing row, counted up to `context`. */
  before: number
  after: number
  /** Context rows wanted by passing rows of earlier and of later chunks. */
  fromEarlier: number
  fromLater: number
  bits: Uint32Array
  count: number
  stamp: number
}

/** The rows that pass, and `context` rows of `within` before and after each of them, also where chunks meet. */
export function contextRows(order: Order, passing: Layer, within: Layer, context: number): Layer {
  const known = new WeakMap<OrderChunk, Entry>()
  let entries: Entry[] = []
  let seen = ''
  let stamp = 0

  function entryOf(chunk: OrderChunk, index: number): Entry {
    const old = known.get(chunk)
    if (old?.passing === passing.stamp(index) && old.within === within.stamp(index)) return old
    const stamps = { passing: passing.stamp(index), within: within.stamp(index) }
    const reach = { before: reachOf(chunk, index, 1), after: reachOf(chunk, index, -1) }
    const added = { ...stamps, ...reach, fromEarlier: -1, fromLater: -1, bits: new Uint32Array(), count: 0, stamp: 0 }
    known.set(chunk, added)
    return added
  }

  function reachOf(chunk: OrderChunk, index: number, step: 1 | -1): number {
    const [pass, may] = [passing.bits(index), within.bits(index)]
    let rows = 0
    for (let row = step === 1 ? 0 : chunk.count - 1; row >= 0 && row < chunk.count && rows < context; row += step) {
      if (hasBit(pass, row)) break
      if (hasBit(may, row)) rows += 1
    }
    return rows
  }

  /** Context rows still wanted behind a chunk that is entered with `wanted` of them. */
  function behind(index: number, wanted: number, reach: number): number {
    return Math.max(0, passing.count(index) > 0 ? context - reach : wanted - within.count(index))
  }

  function keep(entry: Entry, chunk: OrderChunk, index: number) {
    const [pass, may] = [passing.bits(index), within.bits(index)]
    const bits = new Uint32Array((chunk.count + 31) >>> 5)
    let count = 0
    const sweep = (from: number, step: 1 | -1, wantedFirst: number) => {
      let wanted = wantedFirst
      for (let row = from; row >= 0 && row < chunk.count; row += step) {
        if (hasBit(pass, row)) wanted = context
        else if (wanted > 0 && hasBit(may, row)) wanted -= 1
        else continue
        const mask = 1 << (row & 31)
        if ((bits[row >>> 5]! & mask) === 0) count += 1
        bits[row >>> 5]! |= mask
      }
    }
    sweep(0, 1, entry.fromEarlier)
    sweep(chunk.count - 1, -1, entry.fromLater)
    Object.assign(entry, { bits, count, stamp: newStamp() })
  }

  return {
    update() {
      const now = `${order.version} ${passing.update()} ${within.update()}`
      if (now === seen) return stamp
      seen = now
      const { chunks } = order
      entries = chunks.map(entryOf)
      const fromEarlier: number[] = []
      let wanted = 0
      for (let index = 0; index < entries.length; index += 1) {
        fromEarlier[index] = wanted
        wanted = behind(index, wanted, entries[index]!.after)
      }
      wanted = 0
      for (let index = entries.length - 1; index >= 0; index -= 1) {
        const entry = entries[index]!
        if (entry.fromEarlier !== fromEarlier[index] || entry.fromLater !== wanted) {
          entry.fromEarlier = fromEarlier[index]!
          entry.fromLater = wanted
          keep(entry, chunks[index]!, index)
        }
        wanted = behind(index, wanted, entry.before)
      }
      return (stamp = newStamp())
    },
    bits: (chunk) => entries[chunk]!.bits,
    count: (chunk) => entries[chunk]!.count,
    stamp: (chunk) => entries[chunk]!.stamp,
  }
}
