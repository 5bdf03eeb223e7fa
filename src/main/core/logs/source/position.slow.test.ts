import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LineBatch } from '../store/layout.ts'
import { createLineSplitter } from './line-splitter.ts'
import { createPosition } from './position.ts'
import type { Position } from './position.ts'

type Line = { second: number; nanos: number; text: string }

const origin = 1_795_476_000
const asText = ({ second, nanos, text }: Line) =>
  `${new Date(second * 1000).toISOString().slice(0, 19)}.${String(nanos).padStart(9, '0')}Z ${text}\n`
const textsOf = ({ bytes, count, starts, ends }: LineBatch) =>
  Array.from({ length: count }, (_, i) => Buffer.from(bytes.subarray(starts[i], ends[i])).toString())

/** What the API answers: each line from the second of `since` on. */
function replay(ledger: readonly Line[], since: string | null): readonly Line[] {
  if (since === null) return ledger
  const from = Date.parse(since) / 1000
  return ledger.filter(({ second }) => second >= from)
}

/** One stream, of which `bytes` bytes come in chunks of that size. */
function read(position: Position, lines: readonly Line[], { bytes = Number.POSITIVE_INFINITY, size = 64, anchored = true } = {}) {
  const splitter = createLineSplitter()
  const sent = Buffer.from(lines.map(asText).join('')).subarray(0, bytes)
  const shown: string[] = []
  position.rewind(anchored)
  let lost = null
  for (let at = 0; at < sent.length; at += size) {
    const taken = position.take(splitter.push(sent.subarray(at, at + size)))
    shown.push(...textsOf(taken.batch))
    lost ??= taken.lost
  }
  return { shown, lost: lost ?? position.doubt()?.at ?? null }
}

/** Times that repeat, stand still, jump over seconds and step back a little, as two writers make them; texts that repeat too. */
const ledger = fc
  .array(
    fc.record({
      step: fc.constantFrom(0, 0, 0, 1, 1000, 400_000_000, 1_000_000_000, 3_500_000_000),
      back: fc.constantFrom(0, 0, 0, 500, 900_000),
      text: fc.constantFrom('same', 'other', null),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let now = 5_000_000_000
    return steps.map(({ step, back, text }, index): Line => {
      now += step
      const at = now - back
      return { second: origin + Math.floor(at / 1e9), nanos: at % 1e9, text: text ?? `line ${index}` }
    })
  })

describe('position', () => {
  it('shows each line once and in order, wherever and however often the stream is cut', () => {
    fc.assert(
      fc.property(ledger, fc.array(fc.nat(3000), { maxLength: 6 }), fc.constantFrom(1, 7, 64, 4096), (lines, cuts, size) => {
        const position = createPosition()
        const shown: string[] = []
        for (const bytes of [...cuts, Number.POSITIVE_INFINITY]) {
          const one = read(position, replay(lines, position.since()), { bytes, size })
          expect(one.lost).toBeNull()
          shown.push(...one.shown)
        }
        expect(shown).toEqual(lines.map(({ text }) => text))
      }),
      { numRuns: 3000 },
    )
  })

  it('goes on from a log whose beginning was rotated away, or says from when it may miss lines', () => {
    fc.assert(
      fc.property(ledger, fc.nat(59), fc.nat(59), (made, first, cut) => {
        const lines = made.map((line, index) => ({ ...line, text: `line ${index}` }))
        const position = createPosition()
        const before = lines.slice(0, cut)
        const { shown } = read(position, before)
        const kept = replay(lines.slice(first), position.since())
        const one = read(position, kept)
        if (one.lost) {
          // None of what was seen is in it, and nothing was taken.
          expect(one.shown).toEqual([])
          expect(first).toBeGreaterThanOrEqual(before.length)
          one.shown = read(position, kept, { anchored: false }).shown
          expect(one.shown.length).toBe(kept.length)
        }
        const all = [...shown, ...one.shown]
        expect(new Set(all).size).toBe(all.length)
        // All later ones are there; one whose time is not later than what was seen waits for one that is.
        if (first <= before.length) expect(all).toEqual(lines.map(({ text }) => text))
      }),
      { numRuns: 2000 },
    )
  })

  it('shows nothing from before the first line that was asked for', () => {
    fc.assert(
      fc.property(ledger, fc.nat(59), fc.nat(59), (made, tail, more) => {
        const lines = made.map((line, index) => ({ ...line, text: `line ${index}` }))
        const position = createPosition()
        const asked = lines.slice(0, Math.max(1, more)).slice(-Math.max(1, tail))
        const { shown } = read(position, asked)
        const again = read(position, replay(lines, position.since()))
        const from = Number(asked[0]?.text.slice(5))
        expect([...shown, ...again.shown]).toEqual(lines.slice(from).map(({ text }) => text))
      }),
      { numRuns: 2000 },
    )
  })

  it('finds its place though equal lines stand before the first that was seen', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((text) => ({ second: origin, nanos: 5, text })) as [Line, Line, Line]
    const position = createPosition()
    read(position, [a, b])
    expect(read(position, [a, a, a, b, c]).shown).toEqual(['c'])
  })

  it('tells lines of one time apart by their text', () => {
    const [a, b, c] = ['aa', 'bb', 'cc'].map((text) => ({ second: origin, nanos: 5, text })) as [Line, Line, Line]
    const position = createPosition()
    read(position, [a, b])
    expect(read(position, [b, a, c]).shown).toEqual(['aa', 'cc'])
  })

  it('drops the end of a line that the API cut at the second', () => {
    const position = createPosition()
    const long = { second: origin, nanos: 999_999_999, text: `${'x'.repeat(300)}yyy` }
    const next = { second: origin + 1, nanos: 5, text: 'next' }
    const later = { second: origin + 1, nanos: 9, text: 'later' }
    read(position, [long, next])
    expect(read(position, [{ second: origin + 1, nanos: 1, text: 'yyy' }, next, later]).shown).toEqual(['later'])
  })

  it('goes on after a clock was set back', () => {
    const position = createPosition()
    read(position, [
      { second: origin + 3600, nanos: 0, text: 'ahead' },
      { second: origin, nanos: 0, text: 'back' },
    ])
    expect(position.since()).toBe(new Date((origin - 1) * 1000).toISOString().replace('.000Z', 'Z'))
  })

  it('holds a bounded memory of a second with very many lines', () => {
    const position = createPosition({ limit: 10 })
    const lines = Array.from({ length: 500 }, (_, nanos) => ({ second: origin, nanos, text: String(nanos) }))
    read(position, lines)
    const next = { second: origin, nanos: 500, text: 'next' }
    expect(read(position, [...lines, next]).shown).toEqual(['next'])
    expect(position.since()).toBe(new Date((origin - 1) * 1000).toISOString().replace('.000Z', 'Z'))
  })
})
