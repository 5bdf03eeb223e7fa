import type { HeldLines } from '../files/span.ts'
import { flag, flagsOf, sourceOf } from '../store/layout.ts'
import { isSameText } from '../store/line-batch.ts'
import type { LineStore } from '../store/line-store.ts'
import type { Order } from '../store/order.ts'
import type { Instant } from '../timestamp.ts'

/** Seconds, both with. */
export type TimeRange = { readonly from: number; readonly to: number }

const step = 4096

/** The lines that a view has of a source in some ranges of time, to be told from those that it does not have. */
export function heldLines(store: LineStore, order: Order, source: number, ranges: readonly TimeRange[]): HeldLines {
  const lines = new Map<string, number[]>()
  let looked = 0
  for (const { from, to } of ranges) {
    // Ranges may overlap.
    let at = Math.max(looked, order.positionAtTime(from, 0))
    const end = order.positionAtTime(to + 1, 0)
    for (; at < end; at += step)
      for (const id of order.slice(at, Math.min(step, end - at))) {
        const tag = store.tag(id)
        if (sourceOf(tag) !== source || (flagsOf(tag) & (flag.note | flag.piece)) !== 0) continue
        const key = keyOf({ second: store.second(id), nanos: store.nanos(id) })
        const same = lines.get(key)
        if (same) same.push(id)
        else lines.set(key, [id])
      }
    looked = Math.max(looked, end)
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
