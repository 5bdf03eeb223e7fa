import { sourceOf } from './layout.ts'
import type { LineTimes } from './line-store.ts'

/**
 * The key of a line: the greatest time of its lane so far. It is the line's own time for nearly all, so only ids whose key is another one are remembered, as ranges: lines of one
 * batch have ids that follow each other, and those that are behind the same line share its key.
 */
export function createOrderKeys(lines: LineTimes) {
  const lanes = new Map<number, { second: number; nanos: number }>()
  let from: number[] = []
  let to: number[] = []
  let rangeSecond: number[] = []
  let rangeNanos: number[] = []

  const rangeOf = (id: number) => {
    let low = 0
    let high = from.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (from[middle]! <= id) low = middle + 1
      else high = middle
    }
    return low > 0 && id < to[low - 1]! ? low - 1 : -1
  }

  function remember(id: number, second: number, nanos: number) {
    const last = from.length - 1
    if (last >= 0 && to[last] === id && rangeSecond[last] === second && rangeNanos[last] === nanos) {
      to[last] = id + 1
      return
    }
    from.push(id)
    to.push(id + 1)
    rangeSecond.push(second)
    rangeNanos.push(nanos)
  }

  return {
    /** Keys of new lines of one lane, into the arrays. */
    take(first: number, count: number, lane: number | undefined, seconds: Uint32Array, nanos: Uint32Array) {
      const key = lane ?? sourceOf(lines.tag(first))
      let state = lanes.get(key)
      if (!state) lanes.set(key, (state = { second: 0, nanos: 0 }))
      let { second, nanos: nano } = state
      for (let i = 0; i < count; i += 1) {
        const ownSecond = lines.second(first + i)
        const ownNanos = lines.nanos(first + i)
        if (ownSecond < second || (ownSecond === second && ownNanos < nano)) remember(first + i, second, nano)
        else {
          second = ownSecond
          nano = ownNanos
        }
        seconds[i] = second
        nanos[i] = nano
      }
      state.second = second
      state.nanos = nano
    },
    /** Negative, 0 or positive: the key of `id` is before, at or after the time. */
    compare(id: number, second: number, nanos: number): number {
      const range = from.length === 0 ? -1 : rangeOf(id)
      if (range >= 0) return rangeSecond[range]! - second || rangeNanos[range]! - nanos
      return lines.second(id) - second || lines.nanos(id) - nanos
    },
    of(id: number): { second: number; nanos: number } {
      const range = rangeOf(id)
      if (range >= 0) return { second: rangeSecond[range]!, nanos: rangeNanos[range]! }
      return { second: lines.second(id), nanos: lines.nanos(id) }
    },
    dropBelow(id: number) {
      let gone = 0
      while (gone < to.length && to[gone]! <= id) gone += 1
      if (gone === 0) return
      from = from.slice(gone)
      to = to.slice(gone)
      rangeSecond = rangeSecond.slice(gone)
      rangeNanos = rangeNanos.slice(gone)
    },
  }
}
