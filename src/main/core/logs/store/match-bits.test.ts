import { describe, expect, it } from 'vitest'
import { numbersFrom } from './fixtures/batch.ts'
import { createMatchBits } from './match-bits.ts'

describe('match bits', () => {
  it('answers what was put last, wherever the parts begin', () => {
    const random = numbersFrom(1)
    const bits = createMatchBits()
    const plain = new Map<number, boolean>()
    for (let part = 0; part < 300; part += 1) {
      const from = random(200_000)
      const bitmap = Uint8Array.from({ length: 1 + random(40) }, () => random(256))
      const count = bitmap.length * 8 - random(8)
      bits.put(from, from + count, bitmap)
      for (let bit = 0; bit < count; bit += 1) plain.set(from + bit, ((bitmap[bit >> 3]! >> (bit & 7)) & 1) === 1)
    }
    // Never no where there is one.
    for (const [id, is] of plain) if (is && !(bits.near(id, id) && bits.near(id - 70_000, id))) expect.fail(`near ${id}`)
    expect([bits.near(400_000, 900_000), createMatchBits().near(0, 5_000_000)]).toEqual([false, false])
    for (let id = 0; id < 201_000; id += 1) if (bits.has(id) !== (plain.get(id) ?? false)) expect.fail(`line ${id}`)
  })

  it('knows nothing of lines below the first kept, not even when a part comes late', () => {
    const bits = createMatchBits()
    const all = new Uint8Array(40_000).fill(255)
    bits.put(0, 300_000, all)
    bits.dropBelow(150_003)
    expect([bits.has(150_002), bits.has(150_003), bits.has(299_999), bits.has(300_000)]).toEqual([false, true, true, false])
    bits.put(140_000, 150_010, all)
    expect([bits.has(140_000), bits.has(150_002), bits.has(150_009)]).toEqual([false, false, true])
    bits.dropBelow(10)
    expect(bits.has(150_002)).toBe(false)
    bits.dropBelow(1_000_000)
    bits.put(1_000_000, 1_000_001, all)
    expect([bits.has(299_999), bits.has(1_000_000), bits.has(1_000_001)]).toEqual([false, true, false])
    expect([bits.near(0, 900_000), bits.near(0, 1_000_000)]).toEqual([false, true])
  })
})
