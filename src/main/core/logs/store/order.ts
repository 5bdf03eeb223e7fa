import type { LineTimes } from './line-store.ts'
import { chunkOf, chunkRows, dropFrom, idsWithRoom, join, newRun, newVersion, rowId, rowOf } from './order-chunk.ts'
import type { Chunk, OrderChunk } from './order-chunk.ts'
import { createOrderKeys } from './order-keys.ts'

export type Inserted = {
  /** Lines that went after the row that was the last before. */
  readonly appended: number
  /** Lines that went before it: the first `late` of those inserted. */
  readonly late: number
  /** The smallest position whose row is another one now. */
  readonly from: number
}

/** The lines by time, and at the same time as they came. The order within a lane is always kept: a line that is behind its lane's greatest time stands at that time. */
export type Order = {
  /** Lines just appended by one `append` or `note`, with the same lane; in the order of the ids. */
  insert(first: number, count: number, lane?: number): Inserted
  /** Takes out all lower ids. To be called from the store's `onDrop`, before anything else is asked. Answers how many rows went. */
  dropBelow(id: number): number
  readonly length: number
  /** Changes with each change. */
  readonly version: number
  /** RangeError beyond the length. */
  idAt(position: number): number
  /** Cut off at the end. */
  slice(from: number, count: number): Uint32Array
  /** -1: no such row. */
  positionOf(id: number): number
  /** The first row at or after a time; `length` when all are before it. */
  positionAtTime(second: number, nanos: number): number
  /** Live: to be read before the next change. */
  readonly chunks: readonly OrderChunk[]
  /** Position of the first row of a chunk; `length` for the number of chunks. */
  startOf(chunk: number): number
  /** Index of the chunk that a position lies in. */
  chunkAt(position: number): number
}

export function createOrder(lines: LineTimes): Order {
  const keys = createOrderKeys(lines)
  const seconds = new Uint32Array(chunkRows)
  const nanos = new Uint32Array(chunkRows)
  let chunks: Chunk[] = []
  let length = 0
  let version = 0
  let floor = 0
  let ceiling = 0
  // Positions of the chunks' first rows, right below index `known`.
  const starts: number[] = []
  let known = 0

  function startOf(index: number): number {
    if (index === chunks.length) return length
    for (; known <= index; known += 1) starts[known] = known === 0 ? 0 : starts[known - 1]! + chunks[known - 1]!.count
    return starts[index]!
  }

  function chunkAt(position: number): number {
    if (!(position >= 0 && position < length)) throw new RangeError(`no row ${position}`)
    let low = 0
    let high = chunks.length - 1
    startOf(high)
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (starts[middle]! <= position) low = middle
      else high = middle - 1
    }
    return low
  }

  /** The first chunk from `low` on that ends after a time (with an id: at or after that line); the number of chunks when none does. */
  function chunkAfter(second: number, nano: number, id = Infinity, low = 0): number {
    let high = chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const { lastSecond, lastNanos, lastId } = chunks[middle]!
      if ((lastSecond - second || lastNanos - nano || lastId - id) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** How many rows of a chunk stand before a time; with `orAt` those at it too. Looks near `high` first. */
  function rowsBefore(chunk: Chunk, high: number, second: number, nano: number, orAt: boolean): number {
    const limit = orAt ? 1 : 0
    let step = 1
    let low = high - 1
    while (low >= 0 && keys.compare(rowId(chunk, low), second, nano) >= limit) {
      high = low
      low -= step
      step *= 2
    }
    low = Math.max(low, -1) + 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (keys.compare(rowId(chunk, middle), second, nano) < limit) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Lines `first + from` to `first + to` after the last chunk of a list. */
  function addRun(list: Chunk[], first: number, from: number, to: number) {
    let last = list.at(-1)
    while (from < to) {
      const start = first + from
      const room = last ? chunkRows - last.count : 0
      const follows = last?.ids === null && last.start + last.count === start
      // A run costs nothing, an array four bytes a row; but chunks shall not get many for it.
      const apart = !follows && (to - from >= chunkRows / 4 || (last?.ids === null && last.count >= chunkRows / 4))
      const taken = Math.min(to - from, last && room > 0 && !apart ? room : chunkRows)
      from += taken
      const second = seconds[from - 1]!
      const nano = nanos[from - 1]!
      if (!last || room === 0 || apart) {
        last = newRun(start, taken, second, nano)
        list.push(last)
        continue
      }
      if (!follows) {
        const ids = idsWithRoom(last, last.count + taken)
        for (let i = 0; i < taken; i += 1) ids[last.count + i] = start + i
      }
      last.count += taken
      last.lowest = Math.min(last.lowest, start)
      last.highest = Math.max(last.highest, first + from - 1)
      last.version = newVersion()
      last.lastSecond = second
      last.lastNanos = nano
      last.lastId = first + from - 1
    }
  }

  /** Lines `first + from` to `first + to` into a chunk that ends after them; the result goes to the list. */
  function merge(list: Chunk[], chunk: Chunk, first: number, from: number, to: number) {
    const total = chunk.count + to - from
    const ids = idsWithRoom(chunk, total)
    let high = chunk.count
    let write = total
    for (let i = to - 1; i >= from; i -= 1) {
      const row = rowsBefore(chunk, high, seconds[i]!, nanos[i]!, true)
      write -= high - row
      ids.copyWithin(write, row, high)
      write -= 1
      ids[write] = first + i
      high = row
    }
    chunk.count = total
    chunk.highest = Math.max(chunk.highest, first + to - 1)
    chunk.version = newVersion()
    if (total <= chunkRows) {
      list.push(chunk)
      return
    }
    const pieces = Math.ceil(total / (chunkRows * 0.75))
    for (let piece = 0; piece < pieces; piece += 1) {
      const part = ids.slice(Math.floor((total * piece) / pieces), Math.floor((total * (piece + 1)) / pieces))
      const added = chunkOf(part, keys.of(part.at(-1)!))
      if (piece === pieces - 1) Object.assign(added, { lastSecond: chunk.lastSecond, lastNanos: chunk.lastNanos, lastId: chunk.lastId })
      list.push(added)
    }
  }

  /** At most as many lines as the key arrays hold. */
  function insertPart(first: number, count: number, lane: number | undefined): Inserted {
    keys.take(first, count, lane, seconds, nanos)
    const begin = chunkAfter(seconds[0]!, nanos[0]!)
    const before = length
    let done = 0
    // The chunk before takes what goes between it and the first changed one.
    const changed = Math.max(0, begin - 1)
    const list: Chunk[] = chunks.slice(changed, begin)
    let at = begin
    while (done < count && at < chunks.length) {
      const next = chunkAfter(seconds[done]!, nanos[done]!, Infinity, at)
      while (at < next) list.push(chunks[at++]!)
      const chunk = chunks[at]
      if (!chunk) break
      let end = done
      while (end < count && (seconds[end]! - chunk.lastSecond || nanos[end]! - chunk.lastNanos) < 0) end += 1
      const head = rowId(chunk, 0)
      let middle = done
      while (middle < end && keys.compare(head, seconds[middle]!, nanos[middle]!) > 0) middle += 1
      if (middle > done) addRun(list, first, done, middle)
      if (middle < end) merge(list, chunk, first, middle, end)
      else list.push(chunk)
      done = end
      at += 1
    }
    const late = done
    if (done < count) addRun(list, first, done, count)
    if (changed === 0 && at === chunks.length) chunks = list
    else chunks.splice(changed, at - changed, ...list)
    length += count
    version = newVersion()
    known = Math.min(known, changed + 1)
    return { appended: count - late, late, from: late === 0 ? before : positionOf(first) }
  }

  function positionOf(id: number): number {
    if (!(id >= floor && id < ceiling)) return -1
    const { second, nanos: nano } = keys.of(id)
    const index = chunkAfter(second, nano, id)
    const chunk = chunks[index]
    const row = chunk ? rowOf(chunk, id) : -1
    return row < 0 ? -1 : startOf(index) + row
  }

  return {
    insert(first, count, lane) {
      const end = first + count
      ceiling = Math.max(ceiling, end)
      let at = Math.max(first, floor)
      const sum = { appended: 0, late: 0, from: length }
      while (at < end) {
        const part = insertPart(at, Math.min(chunkRows, end - at), lane)
        sum.appended += part.appended
        sum.late += part.late
        sum.from = Math.min(sum.from, part.from)
        at += chunkRows
      }
      return sum
    },

    dropBelow(id) {
      if (id <= floor) return 0
      floor = id
      keys.dropBelow(id)
      const list: Chunk[] = []
      let left = 0
      for (const chunk of chunks) {
        if (chunk.lowest < id) dropFrom(chunk, id)
        if (chunk.count === 0) continue
        left += chunk.count
        const last = list.at(-1)
        if (last && last.count + chunk.count <= chunkRows / 4) join(last, chunk)
        else list.push(chunk)
      }
      const last = list.at(-1)
      if (last && last.lastId < id) {
        // The last row may have gone; what is late is told by the one that is last now.
        const lastId = rowId(last, last.count - 1)
        const { second, nanos: nano } = keys.of(lastId)
        Object.assign(last, { lastId, lastSecond: second, lastNanos: nano })
      }
      const gone = length - left
      chunks = list
      length = left
      known = 0
      version = newVersion()
      return gone
    },

    get length() {
      return length
    },
    get version() {
      return version
    },
    idAt(position) {
      const index = chunkAt(position)
      return rowId(chunks[index]!, position - startOf(index))
    },
    slice(from, count) {
      const ids = new Uint32Array(Math.max(0, Math.min(count, length - from)))
      let index = ids.length > 0 ? chunkAt(from) : 0
      let row = from - startOf(index)
      for (let i = 0; i < ids.length; i += 1) {
        if (row === chunks[index]!.count) {
          index += 1
          row = 0
        }
        ids[i] = rowId(chunks[index]!, row)
        row += 1
      }
      return ids
    },
    positionOf,
    positionAtTime(second, nano) {
      const index = chunkAfter(second, nano, -Infinity)
      const chunk = chunks[index]
      return chunk ? startOf(index) + rowsBefore(chunk, chunk.count, second, nano, false) : length
    },
    get chunks() {
      return chunks
    },
    startOf,
    chunkAt,
  }
}
