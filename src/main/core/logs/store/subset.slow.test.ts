import { describe, expect, it } from 'vitest'
import { difference, numbersFrom } from './fixtures/batch.ts'
import { tagOf } from './layout.ts'
import { createOrder } from './order.ts'
import { createMatchBits } from './match-bits.ts'
import { createSubset } from './subset.ts'

function ground(seed: number, lanes = 4) {
  const random = numbersFrom(seed)
  const lines: { lane: number; second: number }[] = []
  const clocks = Array.from({ length: lanes }, () => random(100))
  const order = createOrder({ tag: (id) => tagOf(lines[id]!.lane, 0, 0), second: (id) => lines[id]!.second, nanos: () => 0 })
  return {
    random,
    order,
    lines,
    add(count: number) {
      const lane = random(lanes)
      const first = lines.length
      for (let i = 0; i < count; i += 1) lines.push({ lane, second: (clocks[lane]! += random(2)) })
      order.insert(first, count)
    },
  }
}

/** What is shown, from the plain list. */
function shownOf(ids: number[], passes: (id: number) => boolean, within: (id: number) => boolean, context: number) {
  const may = ids.filter((id) => within(id) || passes(id))
  const kept = new Set<number>()
  for (const [i, id] of may.entries())
    if (passes(id)) for (const each of may.slice(Math.max(0, i - context), i + context + 1)) kept.add(each)
  return may.filter((id) => kept.has(id))
}

describe('subset', () => {
  it.each([
    { seed: 1, context: 0, part: 10 },
    { seed: 2, context: 3, part: 100 },
    { seed: 3, context: 50, part: 3000 },
    { seed: 4, context: 50, part: 20_000 },
    { seed: 5, context: 1, part: 2 },
    { seed: 6, context: 7, part: 500 },
  ])(
    'shows what passes with its neighbours, whatever changes ($seed)',
    ({ seed, context, part }) => {
      const { random, order, lines, add } = ground(seed)
      const passing = new Set<number>()
      const hidden = new Set<number>()
      const found = new Set<number>()
      const within = seed % 2 === 0 ? (id: number) => !hidden.has(id) : null
      const passes = (id: number) => passing.has(id) && !hidden.has(id)
      // Half of them are told where nothing can be.
      const testOf = (ids: ReadonlySet<number>, has: (id: number) => boolean) => ({
        has,
        ...(seed > 3 ? { near: (from: number, to: number) => [...ids].some((id) => id >= from && id <= to) } : {}),
      })
      const may = within && createSubset(order, { test: { has: within }, context: 0 })
      const subset = createSubset(order, { test: testOf(passing, passes), context, within: may })
      const hits = subset.hits(testOf(found, (id) => found.has(id)))
      let floor = 0
      for (let round = 0; round < 50; round += 1) {
        const from = lines.length
        add(random(5) === 0 ? random(6000) : random(30))
        for (let id = from; id < lines.length; id += 1) {
          if (random(part) === 0) passing.add(id)
          if (random(3) === 0 && seed % 2 === 0) hidden.add(id)
          if (random(40) === 0) found.add(id)
        }
        if (random(3) === 0) {
          // A part of the lines is looked at again.
          const at = random(lines.length)
          for (let id = at; id < Math.min(lines.length, at + 500); id += 1) {
            if (random(part) === 0) passing.add(id)
            else passing.delete(id)
            if (random(2) === 0) found.delete(id)
          }
          subset.invalidate(at, at + 500)
          hits.invalidate(at, at + 500)
        }
        if (random(10) === 0) {
          hidden.clear()
          subset.invalidate(0, Infinity)
          may?.invalidate(0, Infinity)
        }
        if (random(15) === 0) {
          floor = random(lines.length)
          order.dropBelow(floor)
        }
        if (random(2) === 0) continue
        const ids = Array.from(order.slice(0, order.length))
        const shown = shownOf(ids, passes, within ?? (() => true), context)
        const rows = subset.slice(0, order.length)
        expect(difference(rows.ids, shown)).toBeNull()
        expect(
          difference(
            rows.context,
            shown.map((id) => (passes(id) ? 0 : 1)),
          ),
        ).toBeNull()
        expect(subset.length).toBe(shown.length)
        const wanted = shown.flatMap((id, position) => (found.has(id) ? [position] : []))
        expect(hits.count).toBe(wanted.length)
        for (let look = 0; look < 20; look += 1) {
          const position = random(shown.length + 2) - 1
          expect(hits.before(position)).toBe(wanted.filter((each) => each < position).length)
          expect(hits.find(position, 'next')).toBe(wanted.find((each) => each > position) ?? -1)
          expect(hits.find(position, 'previous')).toBe(wanted.findLast((each) => each < position) ?? -1)
          if (ids.length === 0) continue
          const place = random(ids.length)
          const after = ids.slice(place).find((id) => shown.includes(id))
          expect(subset.positionOf(ids[place]!)).toBe(after === undefined ? shown.length - 1 : shown.indexOf(after))
          const { second } = lines[ids[place]!]!
          const firstAt = shown.findIndex((id) => lines[id]!.second >= second)
          expect(subset.positionAtTime(second, 0)).toBe(firstAt < 0 ? shown.length : firstAt)
          if (shown.length === 0) continue
          const at = random(shown.length)
          expect(subset.idAt(at)).toBe(shown[at])
          expect([...subset.slice(at, 10).ids]).toEqual(shown.slice(at, at + 10))
        }
        for (const buckets of [1, 7, 200]) {
          const heat = Array.from({ length: buckets }, () => 0)
          for (const position of wanted) heat[Math.floor((position * buckets) / shown.length)]! += 1
          expect(hits.heat(buckets)).toEqual(heat)
        }
      }
    },
    60_000,
  )

  it('is the order itself where everything passes', () => {
    const { order, add } = ground(1)
    for (let round = 0; round < 30; round += 1) add(800)
    const subset = createSubset(order, { test: null, context: 5 })
    expect(subset.length).toBe(order.length)
    expect(subset.slice(5000, 9000).ids).toEqual(order.slice(5000, 9000))
    expect(subset.slice(0, 3).context).toEqual(new Uint8Array(3))
    expect(subset.positionOf(order.idAt(12_345))).toBe(12_345)
    expect(subset.positionAtTime(150, 0)).toBe(order.positionAtTime(150, 0))
    const hits = subset.hits({ has: (id) => id % 1000 === 0 })
    expect(hits.count).toBe(24)
    const second = hits.find(hits.find(-1, 'next'), 'next')
    expect(order.idAt(second) % 1000).toBe(0)
    expect(hits.heat(3).reduce((sum, each) => sum + each, 0)).toBe(24)
  })

  it('tests a row again only where its chunk changed or its line was said to be another', () => {
    const { order, lines } = ground(1)
    const push = (lane: number, seconds: number[]) => {
      const first = lines.length
      for (const second of seconds) lines.push({ lane, second })
      order.insert(first, seconds.length)
    }
    push(
      0,
      Array.from({ length: 40_960 }, (_, i) => i),
    )
    let asked = 0
    const subset = createSubset(order, { test: { has: (id) => (asked += 1) > 0 && id % 2 === 0 }, context: 1 })
    expect(subset.length).toBe(40_960)
    expect(asked).toBe(40_960)
    subset.slice(0, 1000)
    subset.positionOf(7)
    expect(asked).toBe(40_960)
    push(0, [50_000])
    expect(subset.length).toBe(40_961)
    expect(asked).toBe(40_961)
    push(1, [5000])
    expect(subset.length).toBe(40_962)
    expect(asked - 40_961).toBeLessThanOrEqual(4097)
    asked = 0
    subset.invalidate(100, 200)
    expect(subset.length).toBe(40_962)
    expect(asked).toBe(100)
  })

  it('asks for no line where nothing can pass, and for those of a part when something was put there', () => {
    const { order, lines } = ground(1)
    for (let i = 0; i < 500_000; i += 1) lines.push({ lane: 0, second: i })
    order.insert(0, lines.length)
    const bits = createMatchBits()
    let asked = 0
    const test = { has: (id: number) => (asked += 1) > 0 && bits.has(id), near: bits.near }
    const subset = createSubset(order, { test, context: 2 })
    const hits = createSubset(order, { test: null, context: 0 }).hits(test)
    expect([subset.length, hits.count, asked]).toEqual([0, 0, 0])
    bits.put(200_000, 200_016, Uint8Array.of(1, 1))
    subset.invalidate(200_000, 200_016)
    hits.invalidate(200_000, 200_016)
    expect([subset.length, hits.count, asked]).toEqual([10, 2, 32])
    expect(hits.find(-1, 'next')).toBe(200_000)
  })

  it('answers for nothing at all', () => {
    const { order, add } = ground(1)
    const subset = createSubset(order, { test: { has: () => false }, context: 3 })
    const hits = subset.hits({ has: () => true })
    const empty = () => [
      subset.length,
      subset.positionOf(0),
      subset.positionAtTime(9, 0),
      hits.count,
      hits.find(-1, 'next'),
      hits.find(0, 'previous'),
    ]
    expect(empty()).toEqual([0, -1, 0, 0, -1, -1])
    add(5000)
    expect(empty()).toEqual([0, -1, 0, 0, -1, -1])
    expect(hits.heat(2)).toEqual([0, 0])
    expect(() => subset.idAt(0)).toThrow(RangeError)
  })
})
