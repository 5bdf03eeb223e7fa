import { expect, test } from 'vitest'
import { flag, maxPieceBytes } from '../store/layout.ts'
import { createCriSplitter } from './cri-splitter.ts'
import type { RecordedLine } from './fixtures/recording-sink.ts'
import { linesOf } from './fixtures/recording-sink.ts'

type Line = Omit<RecordedLine, 'backlog'>

function split(input: string | Buffer, chunk = Infinity): Line[] {
  const lines: Line[] = []
  const splitter = createCriSplitter((batch) => lines.push(...linesOf(batch)))
  const bytes = Buffer.from(input as string, 'latin1')
  for (let at = 0; at < bytes.length; at += chunk) splitter.push(Buffer.from(bytes.subarray(at, at + chunk)))
  splitter.end()
  return lines
}
const at = (nanos: number) => `2026-11-23T23:20:25.${String(nanos).padStart(9, '0')}Z`
const texts = (lines: readonly Line[]) => lines.map((line) => line.text)

test('time, stream and text; Go leaves out trailing zeros and the node may have a zone', () => {
  const lines = split(
    `${at(260439695)} stdout F hello\n2026-11-23T23:20:25.26Z stderr F  two  blanks \n2026-11-24T07:20:26+08:00 stdout F \n2026-11-23T23:20:27Z stdout F\n`,
  )
  expect(lines).toEqual([
    { text: 'hello', time: at(260439695), flags: flag.stdout },
    { text: ' two  blanks ', time: at(260000000), flags: flag.stderr },
    { text: '', time: '2026-11-23T23:20:26.000000000Z', flags: flag.stdout },
    { text: '', time: '2026-11-23T23:20:27.000000000Z', flags: flag.stdout },
  ])
})

test('parts of stdout and stderr that alternate are joined each with its own, with the time of the first', () => {
  const lines = split(
    `${at(1)} stdout P out-1 \n${at(2)} stderr P err-1 \n${at(3)} stdout P out-2 \n${at(4)} stderr F err-2\n${at(5)} stdout F out-3\n${at(6)} stdout F next\n`,
  )
  expect(lines).toEqual([
    { text: 'err-1 err-2', time: at(2), flags: flag.stderr },
    { text: 'out-1 out-2 out-3', time: at(1), flags: flag.stdout },
    { text: 'next', time: at(6), flags: flag.stdout },
  ])
})

test('an empty last part ends the line, and what has no last part comes at the end', () => {
  expect(texts(split(`${at(1)} stdout P half\n${at(2)} stdout F \n${at(3)} stderr P open\n${at(4)} stdout F whole`))).toEqual([
    'half',
    'whole',
    'open',
  ])
})

test('wherever the bytes are cut, the lines are the same', () => {
  const part = (n: number) => `${at(n)} std${n % 3 ? 'out' : 'err'} ${n % 4 === 1 ? 'P' : 'F'} ${'日志 '.repeat(n % 7)}n=${n}`
  const input = Buffer.from(`${Array.from({ length: 60 }, (_, n) => part(n + 1)).join('\n')}\n`).toString('latin1')
  const whole = split(input)
  expect(whole.length).toBeGreaterThan(40)
  for (const chunk of [1, 2, 3, 7, 50, 64, 1000]) expect(split(input, chunk)).toEqual(whole)
})

test('a line longer than a piece comes in pieces that follow each other, cut between characters', () => {
  const long = '界'.repeat(50_000)
  const bytes = Buffer.from(long)
  const lines = split(
    `${at(1)} stdout P ${bytes.subarray(0, 100_000).toString('latin1')}\n${at(2)} stderr F between\n${at(3)} stdout F ${bytes.subarray(100_000).toString('latin1')}\n`,
  )
  expect(lines.map((line) => line.flags)).toEqual([flag.stderr, flag.stdout, flag.stdout | flag.piece, flag.stdout | flag.piece])
  const pieces = lines.slice(1).map((line) => Buffer.from(line.text, 'latin1'))
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
  for (const piece of pieces) {
    expect(piece.length).toBeLessThanOrEqual(maxPieceBytes)
    expect(piece.toString()).not.toContain('\uFFFD')
  }
})

test('a line longer than is held while it is open is one all the same; behind a line of the other stream the rest is another', () => {
  const part = 'x'.repeat(16_000)
  const parts = Array.from({ length: 3000 }, (_, n) => `${at(n)} stdout P ${part}\n`).join('')
  const rows = (lines: readonly Line[]) => lines.filter((line) => (line.flags & flag.piece) === 0)
  const whole = split(`${parts}${at(5000)} stdout F end\n${at(5001)} stdout F next\n`, 256 * 1024)
  expect(rows(whole).map((line) => line.text.slice(0, 5))).toEqual(['xxxxx', 'next'])
  expect(texts(whole).join('')).toBe(`${part.repeat(3000)}endnext`)
  for (const line of whole) expect(line.text.length).toBeLessThanOrEqual(maxPieceBytes)
  const between = split(`${parts}${at(5000)} stderr F between\n${at(5001)} stdout F end\n`, 256 * 1024)
  expect(rows(between).map((line) => line.text.slice(-3))).toEqual(['xxx', 'een', 'xxx'])
  expect(texts(between).join('').replace('between', '')).toBe(`${part.repeat(3000)}end`)
  // The file ends right where it was handed over.
  const cut = Array.from({ length: Math.ceil((32 * 1024 * 1024) / part.length) }, (_, n) => `${at(n)} stdout P ${part}\n`)
  expect(texts(split(cut.join(''), 256 * 1024)).at(-1)).not.toBe('')
})

test('bytes that are no text stay; a CR at the end goes', () => {
  expect(texts(split(`${at(1)} stdout F \xff\x00\x1b[31m\r\r\n`))).toEqual(['\xff\x00\x1b[31m\r'])
})

test.each(['no time', `${at(1)}`, `${at(1)} stdout`, `${at(1)} stdin F x`, `${at(1)} stdout X x`, '2026-13-45T99:00:00Z stdout F x', ''])(
  'what is no such line keeps its text: %j',
  (line) => {
    expect(split(`${line}\n${at(9)} stdout F after\n`)).toEqual([
      { text: line, time: null, flags: 0 },
      { text: 'after', time: at(9), flags: flag.stdout },
    ])
  },
)

test('more lines than a batch holds', () => {
  const input = Array.from({ length: 10_000 }, (_, n) => `${at(n)} stdout F ${n}\n`).join('')
  expect(texts(split(input)).join()).toBe(Array.from({ length: 10_000 }, (_, n) => n).join())
})
