import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPosition } from './position.ts'
import { splitTimestamp } from './timestamp.ts'
import type { StampedLine } from './timestamp.ts'

const line = (time: string, text: string) => splitTimestamp(`${time} ${text}`)

/** What the API answers: every line from the second of `since` on. */
function replay(ledger: readonly StampedLine[], since: string | null): readonly StampedLine[] {
  if (since === null) return ledger
  const from = Date.parse(since) / 1000
  return ledger.filter(({ at }) => !at || at.second >= from)
}

/** Times that repeat, stand still, jump over seconds and step back a little, as two writers make them. */
const ledger = fc
  .array(
    fc.record({
      step: fc.constantFrom(0, 0, 0, 1, 1000, 400_000_000, 1_000_000_000, 3_500_000_000),
      back: fc.constantFrom(0, 0, 0, 500, 900_000),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let now = 5_000_000_000
    return steps.map(({ step, back }, index) => {
      now += step
      const at = now - back
      const nanos = String(at % 1_000_000_000)
        .padStart(9, '0')
        .replace(/0+$/, '')
      const second = new Date(1_795_476_000_000 + Math.floor(at / 1_000_000_000) * 1000).toISOString().slice(0, 19)
      return line(`${second}${nanos && `.${nanos}`}Z`, `line ${index}`)
    })
  })

describe('position', () => {
  it('shows each line once and in order, wherever and however often the stream is cut', () => {
    fc.assert(
      fc.property(ledger, fc.array(fc.nat(80), { maxLength: 6 }), (lines, cuts) => {
        const position = createPosition()
        const shown: StampedLine[] = []
        for (const cut of [...cuts, lines.length]) {
          position.rewind()
          for (const one of replay(lines, position.since()).slice(0, cut)) if (position.take(one)) shown.push(one)
        }
        // The last stream was not cut: what it brings completes the log.
        position.rewind()
        for (const one of replay(lines, position.since())) if (position.take(one)) shown.push(one)
        expect(shown.map(({ text }) => text)).toEqual(lines.map(({ text }) => text))
      }),
      { numRuns: 3000 },
    )
  })

  it('shows nothing from before the first line that was asked for', () => {
    const lines = ['.1', '.2', '.3', '.4'].map((fraction) => line(`2026-11-23T23:20:25${fraction}Z`, fraction))
    const position = createPosition({ part: true })
    for (const one of lines.slice(2)) position.take(one)
    position.rewind()
    expect(lines.filter((one) => position.take(one))).toEqual([])
    expect(position.take(line('2026-11-23T23:20:25.5Z', 'new'))).toBe(true)
  })

  it('counts equal lines', () => {
    const one = line('2026-11-23T23:20:25.1Z', 'same')
    const position = createPosition()
    position.take(one)
    position.take(one)
    position.rewind()
    expect([one, one, one].map((it) => position.take(it))).toEqual([false, false, true])
  })

  it('drops the end of a line that the API cut at the second, keeps lines without a time elsewhere', () => {
    const position = createPosition()
    const bare = splitTimestamp('rest of a long line')
    expect([line('2026-11-23T23:20:25.1Z', 'a'), bare].map((one) => position.take(one))).toEqual([true, true])
    position.rewind()
    expect([bare, line('2026-11-23T23:20:25.1Z', 'a'), bare, bare].map((one) => position.take(one))).toEqual([false, false, false, true])
  })

  it('says whether a stream meets what was seen', () => {
    const position = createPosition()
    const [a, b] = [line('2026-11-23T23:20:25.1Z', 'a'), line('2026-11-23T23:20:25.2Z', 'b')]
    position.take(a)
    position.rewind()
    expect([position.seen(a), position.seen(b)]).toEqual([true, false])
  })

  it('forgets half a line', () => {
    const position = createPosition()
    position.take(line('2026-11-23T23:20:25.1Z', 'ha'))
    position.forget(line('2026-11-23T23:20:25.1Z', 'ha'))
    position.rewind()
    expect(position.take(line('2026-11-23T23:20:25.1Z', 'half'))).toBe(true)
  })

  it('holds a bounded memory of a second with very many lines', () => {
    const position = createPosition({ limit: 10 })
    const lines = Array.from({ length: 50 }, (_, index) => line(`2026-11-23T23:20:25.0000000${10 + index}Z`, `${index}`))
    for (const one of lines) position.take(one)
    position.rewind()
    expect(lines.filter((one) => position.take(one))).toEqual([])
    expect(position.since()).toBe('2026-11-23T23:20:24Z')
  })
})
