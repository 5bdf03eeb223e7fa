import { describe, expect, it } from 'vitest'
import { difference, numbersFrom } from './fixtures/batch.ts'
import { createMatchBits } from './match-bits.ts'
import { createOrder } from './order.ts'
import { createSubset } from './subset.ts'

describe('order, at length', () => {
  it('merges 40 sources that come one after another', { timeout: 60_000 }, () => {
    const [sources, each] = [40, 25_000]
    const random = numbersFrom(8)
    const total = sources * each
    const [seconds, nanos] = [new Uint32Array(total), new Uint32Array(total)]
    const order = createOrder({ tag: (id) => Math.floor(id / each) << 16, second: (id) => seconds[id]!, nanos: (id) => nanos[id]! })
    for (let source = 0; source < sources; source += 1) {
      let time = 0
      for (let line = 0; line < each; line += 1) {
        time += random(4_000_000)
        seconds[source * each + line] = Math.floor(time / 1e9)
        nanos[source * each + line] = time % 1e9
      }
      for (let line = 0; line < each; line += 1000) order.insert(source * each + line, 1000)
    }
    const sorted = Uint32Array.from({ length: total }, (_, id) => id).sort(
      (a, b) => seconds[a]! - seconds[b]! || nanos[a]! - nanos[b]! || a - b,
    )
    expect(difference(order.slice(0, total), sorted)).toBeNull()
    expect(order.chunks.length).toBeLessThan(total / 1500)

    const bits = createMatchBits()
    const subset = createSubset(order, { test: bits, context: 0 })
    expect(subset.length).toBe(0)
    const part = new Uint8Array(1000).fill(0b1000)
    for (let id = 0; id < total; id += 8000) {
      bits.put(id, id + 8000, part)
      subset.invalidate(id, id + 8000)
      if (id % 80_000 === 0) expect(subset.length).toBe((id + 8000) / 8)
    }
    expect(
      difference(
        subset.slice(0, total).ids,
        sorted.filter((id) => id % 8 === 3),
      ),
    ).toBeNull()
  })

  it('holds 5,000,000 lines of one source as a few runs', () => {
    const order = createOrder({ tag: () => 0, second: (id) => Math.floor(id / 1000), nanos: (id) => id % 1000 })
    for (let id = 0; id < 5_000_000; id += 1000) order.insert(id, 1000)
    expect(order.chunks.every(({ ids }) => ids === null)).toBe(true)
    expect(order.chunks.length).toBe(1221)
    for (const id of [0, 4095, 4096, 2_500_000, 4_999_999]) {
      expect([order.idAt(id), order.positionOf(id), order.positionAtTime(Math.floor(id / 1000), id % 1000)]).toEqual([id, id, id])
    }
  })
})
