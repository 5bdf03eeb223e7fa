import { setImmediate } from 'node:timers/promises'
import type { HeldLines } from '../files/span.ts'
import { flag, flagsOf, sourceOf } from '../store/layout.ts'
import { isSameText } from '../store/line-batch.ts'
import type { LineStore } from '../store/line-store.ts'
import type { Order } from '../store/order.ts'
import type { Instant } from '../timestamp.ts'

/** Seconds, both with. */
export type TimeRange = { readonly from: number; readonly to: number }

const step = 4096
/** At a time: a few milliseconds of core's own thread. */
const most = 65_536

/** The lines that a view has of a source in some ranges of time, to be told from those that it does not have. */
export async function heldLines(store: LineStore, order: Order, source: number, ranges: readonly TimeRange[]): Promise<HeldLines> {
  const lines = new Map<string, number[]>()
  const look = (from: number, end: number) => {
    for (let at = from; at < end; at += step)
      for (const id of order.slice(at, Math.min(step, end - at))) {
        const tag = store.tag(id)
        if (sourceOf(tag) !== source || (flagsOf(tag) & (flag.note | flag.piece)) !== 0) continue
        const key = keyOf({ second: store.second(id), nanos: store.nanos(id) })
        const same = lines.get(key)
        if (same) same.push(id)
        else lines.set(key, [id])
      }
  }
  // Ranges may overlap.
  let next = 0
  for (const { from, to } of ranges) {
    next = Math.max(next, from)
    // By whole seconds, as places are others after each turn.
    while (next <= to) {
      const at = order.positionAtTime(next, 0)
      const end = order.positionAtTime(to + 1, 0)
      if (at >= end) break
      const last = store.second(order.idAt(Math.min(at + most, end) - 1))
      look(at, order.positionAtTime(last + 1, 0))
      next = last + 1
      await setImmediate()
    }
    next = Math.max(next, to + 1)
  }
  return {
    take: (at, text) => {
      const ids = lines.get(keyOf(at))
      if (!ids || ids.length === 0) return false
      const same = ids.findIndex((id) => id >= store.first && isSameText(store.bytes(id), text))
      // Of the same time and another text: the API joins parts of stdout and stderr as they come.
      ids.splice(Math.max(0, same), 1)
      return true
    },
  }
}

const keyOf = ({ second, nanos }: Instant) => `${second}.${nanos}`
