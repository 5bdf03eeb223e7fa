import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flag } from '../store/layout.ts'
import type { LineBatch } from '../store/layout.ts'
import { type Instant, parseTime } from '../timestamp.ts'
import { createLineSplitter } from './line-splitter.ts'

type Line = { text: string; second: number; nanos: number; flags: number }

const linesOf = ({ bytes, count, starts, ends, seconds, nanos, flags }: LineBatch): Line[] =>
  Array.from({ length: count }, (_, i) => ({
    text: Buffer.from(bytes.subarray(starts[i], ends[i])).toString('latin1'),
    second: seconds[i] ?? 0,
    nanos: nanos[i] ?? 0,
    flags: flags[i] ?? 0,
  }))

function split(bytes: Uint8Array, sizes: readonly number[], options: { stamped?: boolean; maxPiece?: number } = {}): Line[] {
  const splitter = createLineSplitter(options)
  const lines: Line[] = []
  let at = 0
  for (let n = 0; at < bytes.length; n += 1) {
    const size = sizes[n % sizes.length] ?? bytes.length
    lines.push(...linesOf(splitter.push(bytes.subarray(at, at + size))))
    at += size
  }
  return [...lines, ...linesOf(splitter.end())]
}

function stampOf(line: string): { at: Instant | null; text: string } {
  const stamp = /^\d{4}-\d\d-\d\dT[^ ]*/.exec(line)?.[0] ?? ''
  const at = parseTime(stamp)
  return at === null || at.second === 0 ? { at: null, text: line } : { at, text: line.slice(stamp.length + 1) }
}

/** The same, line by line and with strings. */
function naive(bytes: Uint8Array, maxPiece: number): Line[] {
  const all = Buffer.from(bytes).toString('latin1').split('\n')
  if (all.at(-1) === '') all.pop()
  return all.flatMap((raw) => {
    const bare = raw.replace(/\r$/, '')
    const { at, text } = stampOf(bare)
    const time = { second: at?.second ?? 0, nanos: at?.nanos ?? 0 }
    const pieces: string[] = []
    let rest = text
    while (rest.length > maxPiece) {
      let end = maxPiece
      for (let back = 0; back < 3 && end > 1 && (rest.charCodeAt(end) & 0xc0) === 0x80; back += 1) end -= 1
      pieces.push(rest.slice(0, end))
      rest = rest.slice(end)
    }
    return [...pieces, rest].map((piece, index) => ({ text: piece, ...time, flags: index > 0 ? flag.piece : 0 }))
  })
}

const stamp = fc.oneof(
  fc.constantFrom(
    '',
    '2026-11-23T23:20:25Z ',
    '2026-11-23T23:20:25.1Z ',
    '2026-02-28T23:59:59.000000001+08:00 ',
    '2026-12-31T16:00:00.5-05:30 ',
    '2026-11-23T23:20:25',
    '2026-13-23T23:20:25Z ',
    '2026-11-23T23:20:25.1234567890Z ',
    '1969-12-31T00:00:00Z ',
    '2026-11-23T23:20:25Zx',
  ),
  fc.nat(999_999_999).map((nanos) => `2026-11-23T23:20:25.${String(nanos).padStart(9, '0')}Z `),
)
const line = fc
  .tuple(
    stamp,
    fc.string({ unit: fc.constantFrom('a', 'é', '请', '🙂', '\r', ' ', '\t', '\u0000', '2'), maxLength: 60 }),
    fc.constantFrom('\n', '\r\n'),
  )
  .map((parts) => parts.join(''))

describe('lines', () => {
  it('are those of a naive splitter, however the bytes come', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
        fc.boolean(),
        (lines, sizes, whole) => {
          const text = lines.join('')
          const bytes = Buffer.from(whole ? text : text.slice(0, -1))
          const expected = naive(bytes, 16)
          expect(split(bytes, sizes, { maxPiece: 16 })).toEqual(expected)
          expect(split(bytes, [1], { maxPiece: 16 })).toEqual(expected)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('have no time where none is wanted', () => {
    expect(split(Buffer.from('2026-11-23T23:20:25Z a\n'), [7], { stamped: false })).toEqual([
      { text: '2026-11-23T23:20:25Z a', second: 0, nanos: 0, flags: 0 },
    ])
  })

  it('of many MiB come in pieces, with a memory that does not grow', () => {
    const splitter = createLineSplitter()
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    let pieces = 0
    let largest = 0
    const take = (batch: LineBatch) => {
      pieces += batch.count
      largest = Math.max(largest, batch.bytes.length)
    }
    take(splitter.push(Buffer.from('2026-11-23T23:20:25Z ')))
    for (let n = 0; n < 50; n += 1) take(splitter.push(chunk))
    take(splitter.push(Buffer.from('\nnext\n')))
    expect(pieces).toBe(50 * 16 + 1)
    expect(largest).toBeLessThan(4 * 1024 * 1024)
  })
})
