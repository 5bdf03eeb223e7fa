import { describe, expect, it } from 'vitest'
import { difference, numbersFrom } from './fixtures/batch.ts'
import { tagOf } from './layout.ts'
import { createOrder } from './order.ts'

/** Lines that are nothing but times, and the order that a plain sort gives them. */
function ground() {
  const lines: { lane: number; second: number; nanos: number; key: [number, number] }[] = []
  const last = new Map<number, [number, number]>()
  const at = (id: number) => {
    if (id < floor || !lines[id]) throw new RangeError(`no line ${id}`)
    return lines[id]
  }
  let floor = 0
  const order = createOrder({
    tag: (id) => tagOf(at(id).lane, 0, 0),
    second: (id) => at(id).second,
    nanos: (id) => at(id).nanos,
  })
  const before = (a: readonly number[], b: readonly number[]) => a[0]! - b[0]! || a[1]! - b[1]!
  return {
    order,
    lines,
    add(lane: number, times: readonly (readonly [number, number])[]) {
      const first = lines.length
      for (const [second, nanos] of times) {
        const key = last.get(lane) ?? [0, 0]
        const own: [number, number] = before([second, nanos], key) >= 0 ? [second, nanos] : key
        last.set(lane, own)
        lines.push({ lane, second, nanos, key: own })
      }
      return order.insert(first, times.length)
    },
    drop(id: number) {
      floor = Math.max(floor, id)
      return order.dropBelow(id)
    },
    sorted: () =>
      lines
        .map((line, id) => ({ ...line, id }))
        .slice(floor)
        .sort((a, b) => before(a.key, b.key) || a.id - b.id),
  }
}

const idsOf = (order: ReturnType<typeof ground>['order']) => Array.from(order.slice(0, order.length))

describe('order', () => {
  it('puts lines by time and keeps equal ones as they came', () => {
    const { order, add } = ground()
    expect(
      add(1, [
        [10, 0],
        [10, 5],
        [12, 0],
      ]),
    ).toEqual({ appended: 3, late: 0, from: 0 })
    expect(
      add(2, [
        [10, 5],
        [11, 0],
        [12, 0],
        [13, 0],
      ]),
    ).toEqual({ appended: 2, late: 2, from: 2 })
    expect(idsOf(order)).toEqual([0, 1, 3, 4, 2, 5, 6])
  })

  it('keeps a source in its own order where its time goes back', () => {
    const { order, add } = ground()
    add(1, [
      [10, 0],
      [20, 0],
      [15, 0],
      [16, 0],
    ])
    add(2, [
      [18, 0],
      [21, 0],
    ])
    expect(
      add(1, [
        [17, 0],
        [30, 0],
      ]),
    ).toEqual({ appended: 1, late: 1, from: 5 })
    expect(idsOf(order)).toEqual([0, 4, 1, 2, 3, 6, 5, 7])
    expect([2, 3, 6].map((id) => order.positionOf(id))).toEqual([3, 4, 5])
  })

  it('takes lines of a lane of their own for what they are: history goes before what is there', () => {
    const { order, lines } = ground()
    for (const second of [100, 101, 50, 51]) lines.push({ lane: 1, second, nanos: 0, key: [second, 0] })
    order.insert(0, 2)
    expect(order.insert(2, 2, 70_000)).toEqual({ appended: 0, late: 2, from: 0 })
    expect(idsOf(order)).toEqual([2, 3, 0, 1])
  })

  it.each([1, 2, 3, 4, 5, 6])(
    'is what a plain sort gives, in whatever pieces the lines come and go (%i)',
    (seed) => {
      const random = numbersFrom(seed)
      const { order, lines, add, drop, sorted } = ground()
      const clocks = Array.from({ length: 1 + random(6) }, () => random(2000))
      // From all equal over dense to wide apart.
      const pace = [0, 1, 3, 1000][seed % 4]!
      for (let round = 0; round < 70; round += 1) {
        const lane = random(clocks.length)
        const count = random(10) === 0 ? random(7000) : random(60)
        const times = Array.from({ length: count }, () => {
          clocks[lane]! += random(pace + 1)
          const time = random(20) === 0 ? Math.max(0, clocks[lane]! - random(50)) : clocks[lane]!
          return [Math.floor(time / 1000), time % 1000] as const
        })
        const before = idsOf(order)
        const version = order.version
        const inserted = add(lane, times)
        const after = idsOf(order)
        const first = lines.length - count
        expect(
          difference(
            after,
            sorted().map(({ id }) => id),
          ),
        ).toBeNull()
        const last = before.at(-1)
        const late = last === undefined ? 0 : after.slice(0, after.indexOf(last)).filter((id) => id >= first).length
        expect(inserted).toEqual({ appended: count - late, late, from: inserted.from })
        expect(difference(after.slice(0, inserted.from), before.slice(0, inserted.from))).toBeNull()
        expect(inserted.from).toBe(late > 0 ? after.indexOf(first) : before.length)
        if (count > 0) expect(order.version).not.toBe(version)
        if (random(12) === 0 && lines.length > 0) {
          const floor = random(lines.length)
          const had = order.length
          const gone = drop(floor)
          expect(had - gone).toBe(order.length)
          expect(
            difference(
              idsOf(order),
              sorted().map(({ id }) => id),
            ),
          ).toBeNull()
        }
      }
      const all = sorted()
      for (const [position, { id, key }] of all.entries()) {
        if (order.idAt(position) !== id || order.positionOf(id) !== position) expect.fail(`row ${position}, line ${id}`)
        if (position % 97 !== 0) continue
        expect(order.positionAtTime(...key)).toBe(all.findIndex((row) => row.key[0] === key[0] && row.key[1] === key[1]))
        expect(order.startOf(order.chunkAt(position))).toBeLessThanOrEqual(position)
      }
      expect(order.positionAtTime(2 ** 31, 0)).toBe(order.length)
      expect(order.positionOf(lines.length)).toBe(-1)
      for (const chunk of order.chunks) {
        expect(chunk.count).toBeGreaterThan(0)
        expect(chunk.count).toBeLessThanOrEqual(4096)
      }
    },
    60_000,
  )

  it('takes an unchanged version for an unchanged chunk', () => {
    const { order, add } = ground()
    add(
      1,
      Array.from({ length: 20_000 }, (_, i) => [i, 0] as const),
    )
    const versions = order.chunks.map(({ version }) => version)
    expect(new Set(versions).size).toBe(versions.length)
    add(2, [[9000, 0]])
    const changed = order.chunks.filter(({ version }) => !versions.includes(version))
    // It was full, so it is two now.
    expect(changed.map(({ count }) => count)).toEqual([2048, 2049])
    expect(order.chunks.length).toBe(versions.length + 1)
  })

  it('holds a source that nothing comes between as runs', () => {
    const { order, add } = ground()
    for (let round = 0; round < 100; round += 1)
      add(
        1,
        Array.from({ length: 777 }, (_, i) => [round * 777 + i, 0] as const),
      )
    expect(order.chunks.every(({ ids }) => ids === null)).toBe(true)
    expect(order.chunks.length).toBe(Math.ceil(77_700 / 4096))
  })

  it('throws for a position that is none, and cuts off slices', () => {
    const { order, add } = ground()
    expect(() => order.idAt(0)).toThrow(RangeError)
    expect([order.slice(0, 5).length, order.positionAtTime(0, 0), order.positionOf(0)]).toEqual([0, 0, -1])
    add(1, [
      [1, 0],
      [2, 0],
    ])
    expect(order.slice(1, 5)).toEqual(Uint32Array.of(1))
    expect(order.slice(2, 5).length).toBe(0)
    expect(() => order.idAt(2)).toThrow(RangeError)
    expect(() => order.idAt(-1)).toThrow(RangeError)
  })
})
