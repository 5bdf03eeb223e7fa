import { contextRows } from './context-rows.ts'
import { createHits } from './hits.ts'
import type { Hits } from './hits.ts'
import { rowId } from './order-chunk.ts'
import type { Order } from './order.ts'
import { allRows, hasBit, type Layer, type LineTest, rank, select, testedRows } from './row-bits.ts'

export type SubsetOptions = {
  /** Null: every line passes, which costs nothing for each row. */
  readonly test: LineTest | null
  /** Rows kept before and after each that passes. */
  readonly context: number
  /** Of the same order, without context: only these are counted as context; default: all. What passes must be among them. */
  readonly within?: Subset | null
}

export type SubsetRows = {
  readonly ids: Uint32Array
  /** 1: stands there as context only. As long as `ids`. */
  readonly context: Uint8Array
}

/** The rows of an order that pass a test, as positions from 0. Follows the order by itself; what was counted is kept for each chunk and counted again where something changed. */
export type Subset = {
  readonly length: number
  /** Changes whenever the rows may be others. */
  readonly version: number
  /** RangeError beyond the length. */
  idAt(position: number): number
  /** Cut off at the end. */
  slice(from: number, count: number): SubsetRows
  /** The row itself, else the nearest shown one after it in the order, else the one before. -1: the order has no such row, or none is shown. */
  positionOf(id: number): number
  /** The first row at or after a time; `length` when all are before it. */
  positionAtTime(second: number, nanos: number): number
  /** `test` may answer otherwise for the ids `fromId` to `toId` (exclusive). Ids that the order got since are asked anyway. */
  invalidate(fromId: number, toId: number): void
  /** Rows of a search among those shown. */
  hits(test: LineTest): Hits
  /** Whose lines pass. */
  readonly layer: Layer
}

export function createSubset(order: Order, { test, context, within = null }: SubsetOptions): Subset {
  const passing = test ? testedRows(order, test) : null
  const every = allRows(order)
  const layer = passing && context > 0 ? contextRows(order, passing, within?.layer ?? every, context) : (passing ?? every)
  const starts: number[] = [0]
  let seen = -1

  function update() {
    const stamp = layer.update()
    if (stamp === seen) return stamp
    seen = stamp
    const chunks = order.chunks.length
    starts.length = chunks + 1
    for (let chunk = 0; chunk < chunks; chunk += 1) starts[chunk + 1] = starts[chunk]! + layer.count(chunk)
    return stamp
  }

  const length = () => {
    update()
    return starts.at(-1)!
  }

  /** The last chunk that begins at or before a position and is not empty. */
  function chunkAt(position: number): number {
    if (!(position >= 0 && position < length())) throw new RangeError(`no row ${position}`)
    let low = 0
    let high = starts.length - 2
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (starts[middle]! <= position) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Shown rows before a place in the order. */
  function rankOf(place: number): number {
    if (place >= order.length) return length()
    update()
    const chunk = order.chunkAt(place)
    return starts[chunk]! + rank(layer.bits(chunk), place - order.startOf(chunk))
  }

  return {
    get length() {
      return length()
    },
    get version() {
      return update()
    },
    idAt(position) {
      const chunk = chunkAt(position)
      return rowId(order.chunks[chunk]!, select(layer.bits(chunk), position - starts[chunk]!))
    },
    slice(from, count) {
      const size = Math.max(0, Math.min(count, length() - from))
      const rows = { ids: new Uint32Array(size), context: new Uint8Array(size) }
      if (size === 0) return rows
      let chunk = chunkAt(from)
      let row = select(layer.bits(chunk), from - starts[chunk]!)
      for (let i = 0; i < size; ) {
        const at = order.chunks[chunk]!
        const [kept, pass] = [layer.bits(chunk), passing ? passing.bits(chunk) : null]
        for (; row < at.count && i < size; row += 1) {
          if (!hasBit(kept, row)) continue
          rows.ids[i] = rowId(at, row)
          rows.context[i] = hasBit(pass, row) ? 0 : 1
          i += 1
        }
        chunk += 1
        row = 0
      }
      return rows
    },
    positionOf(id) {
      const place = order.positionOf(id)
      return place < 0 ? -1 : Math.min(rankOf(place), length() - 1)
    },
    positionAtTime: (second, nanos) => rankOf(order.positionAtTime(second, nanos)),
    invalidate(fromId, toId) {
      passing?.invalidate(fromId, toId)
    },
    layer,
    hits: (wanted) =>
      createHits(order, wanted, { update, bits: layer.bits, stamp: layer.stamp, startOf: (chunk) => starts[chunk]!, chunkAt }),
  }
}
