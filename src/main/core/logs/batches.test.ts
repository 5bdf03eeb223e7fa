import { describe, expect, it } from 'vitest'
import { batches } from './batches.ts'
import type { Batch } from './batches.ts'

async function* source(items: readonly number[], pauseAfter: ReadonlySet<number> = new Set()) {
  for (const item of items) {
    yield item
    if (pauseAfter.has(item)) await new Promise((resolve) => setTimeout(resolve, 120))
  }
}
async function collect(from: AsyncIterable<number>, options = { max: 1000, windowMs: 25 }) {
  const all: Batch<number>[] = []
  for await (const batch of batches(from, options)) all.push(batch)
  return all
}
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('batches', () => {
  it('keeps all, in order, and no batch larger than told', async () => {
    const all = await collect(source(upTo(2500)))
    expect(all.flatMap(({ items }) => items)).toEqual(upTo(2500))
    expect(all.every(({ items }) => items.length > 0 && items.length <= 1000)).toBe(true)
    expect(all.length).toBeLessThanOrEqual(4)
  })

  it('hands over what is there when no more comes', async () => {
    const all = await collect(source(upTo(6), new Set([2])))
    expect(all.map(({ items }) => items)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ])
    expect(all.map(({ last }) => last)).toEqual([false, true])
  })

  it('reads one ahead of its reader, not more', async () => {
    let read = 0
    const counted = async function* () {
      for (;;) {
        read += 1
        yield read
      }
    }
    for await (const { items } of batches(counted(), { max: 10, windowMs: 25 })) {
      expect(items.length).toBeGreaterThanOrEqual(9)
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(read).toBeLessThanOrEqual(11)
      break
    }
  })

  it('closes its source when it is left', async () => {
    let closed = false
    const closing = async function* () {
      try {
        for (;;) yield 1
      } finally {
        closed = true
      }
    }
    for await (const _ of batches(closing(), { max: 3, windowMs: 25 })) break
    expect(closed).toBe(true)
  })
})
