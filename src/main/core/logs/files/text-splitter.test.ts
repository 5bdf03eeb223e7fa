import { expect, test } from 'vitest'
import { flag, maxPieceBytes } from '../store/layout.ts'
import type { RecordedLine } from './fixtures/recording-sink.ts'
import { linesOf } from './fixtures/recording-sink.ts'
import { createTextSplitter, formatOf } from './text-splitter.ts'

function split(...chunks: string[]): Omit<RecordedLine, 'backlog'>[] {
  const lines: Omit<RecordedLine, 'backlog'>[] = []
  const splitter = createTextSplitter((batch) => lines.push(...linesOf(batch)), Date.UTC(2026, 10, 25))
  for (const chunk of chunks) splitter.push(Buffer.from(chunk))
  splitter.end()
  return lines
}
const stamp = '2026-11-23T23:20:25.260439695Z'

test('what kubectl put before the lines becomes their time; lines are not changed otherwise', () => {
  const lines: Omit<RecordedLine, 'backlog'>[] = []
  const splitter = createTextSplitter((batch) => lines.push(...linesOf(batch)), 0)
  splitter.push(Buffer.from(`${stamp} 2026-11-23T23:20:25.26Z INFO x\n${stamp} \n`))
  splitter.settle()
  splitter.push(Buffer.from(`${stamp}  y\nno stamp\n`))
  splitter.end()
  expect(lines).toEqual([
    { text: '2026-11-23T23:20:25.26Z INFO x', time: stamp, flags: 0 },
    { text: '', time: stamp, flags: 0 },
    { text: ' y', time: stamp, flags: 0 },
    { text: 'no stamp', time: null, flags: 0 },
  ])
})

test("a program's own time stays in the line", () => {
  const own = [`${stamp} INFO x`, '2026-11-23T23:20:25.26Z INFO y', '\tat z']
  expect(split(own.join('\n'))).toEqual([
    { text: own[0], time: stamp, flags: 0 },
    { text: own[1], time: '2026-11-23T23:20:25.260000000Z', flags: 0 },
    { text: own[2], time: null, flags: 0 },
  ])
})

test('CRI and Docker are told apart, their parts joined', () => {
  expect(split(`${stamp} stdout P a\n${stamp} stderr F x\n${stamp} stdout F b\n`)).toEqual([
    { text: 'x', time: stamp, flags: flag.stderr },
    { text: 'ab', time: stamp, flags: flag.stdout },
  ])
  const docker = (log: string, stream: string) => `${JSON.stringify({ log, stream, time: stamp })}\n`
  expect(
    split(docker('a\u001b[1m "', 'stdout') + docker('x\n', 'stderr') + docker('界\n', 'stdout') + docker('\n', 'stdout')).map(
      ({ text, flags }) => [Buffer.from(text, 'latin1').toString(), flags],
    ),
  ).toEqual([
    ['x', flag.stderr],
    ['a\u001b[1m "界', flag.stdout],
    ['', flag.stdout],
  ])
})

test('a line of Docker that was written by half keeps its text', () => {
  const whole = `${JSON.stringify({ log: 'a\n', stream: 'stdout', time: stamp })}\n`
  expect(split(whole, '{"log":"b').map((line) => line.text)).toEqual(['a', '{"log":"b'])
})

test('line ends inside of what Docker wrote at once are line ends', () => {
  const entry = (log: string) => `${JSON.stringify({ log, stream: 'stdout', time: stamp })}\n`
  expect(split(entry('a\nb\n') + entry('\n\n') + entry('c\r\n')).map((line) => line.text)).toEqual(['a', 'b', '', '', 'c'])
})

test('a line of Docker longer than is held while it is open is one all the same', () => {
  const text = '日'.repeat(6000)
  const entry = (log: string, stream = 'stdout') => `${JSON.stringify({ log, stream, time: stamp })}\n`
  const parts = Array.from({ length: 4000 }, () => entry(text))
  const lines = split(...parts, entry('end\n'), entry('next\n'))
  expect(lines.filter((line) => (line.flags & flag.piece) === 0).map((line) => line.text.length)).toEqual([maxPieceBytes - 1, 4])
  expect(lines.reduce((sum, line) => sum + line.text.length, 0)).toBe(4000 * text.length * 3 + 7)
  const between = split(...parts, entry('between\n', 'stderr'), entry('end\n'))
  expect(between.filter((line) => (line.flags & flag.piece) === 0)).toHaveLength(3)
})

test.each([
  ['plain', ''],
  ['stamped', `${stamp} `],
])('a line of 100 MB is one, in pieces; %s', (_, prefix) => {
  const chunk = 'x'.repeat(1_000_000)
  let [rows, bytes, widest] = [0, 0, 0]
  const splitter = createTextSplitter((batch) => {
    widest = Math.max(widest, batch.bytes.length)
    for (const { text, flags } of linesOf(batch)) {
      if ((flags & flag.piece) === 0) rows += 1
      bytes += text.length
    }
  }, 0)
  splitter.push(Buffer.from(`${prefix}first\n${prefix}`))
  for (let n = 0; n < 100; n += 1) splitter.push(Buffer.from(chunk))
  splitter.push(Buffer.from(`\n${prefix}last`))
  splitter.end()
  expect({ rows, bytes }).toEqual({ rows: 3, bytes: 100_000_000 + 9 })
  expect(widest).toBeLessThanOrEqual(136 * 1024 * 1024)
})

test('many lines of Docker', () => {
  const lines = Array.from(
    { length: 20_000 },
    (_, n) => `${JSON.stringify({ log: `n=${n} ${'é'.repeat(20)}\n`, stream: 'stdout', time: stamp })}\n`,
  )
  expect(split(lines.join('')).map((line) => Number(/n=(\d+)/.exec(line.text)?.[1]))).toEqual(Array.from({ length: 20_000 }, (_, n) => n))
})

test('one line that is not whole decides nothing until the end', () => {
  const lines: string[] = []
  const splitter = createTextSplitter((batch) => lines.push(...linesOf(batch).map((line) => line.text)), 0)
  splitter.push(Buffer.from('2026-11-23T23:20:25.260439695Z std'))
  splitter.settle()
  expect(lines).toEqual([])
  splitter.push(Buffer.from('out F hello\n'))
  splitter.settle()
  expect(lines).toEqual(['hello'])
})

test.each([
  ['', 'plain'],
  ['\n\n', 'plain'],
  ['\u0000\u0001\u0002', 'plain'],
  [`${stamp} stdout F x\r\n\r\n${stamp} stderr P\r\n`, 'cri'],
  [`${stamp} stdout X x\n`, 'stamped'],
  ['2026-11-23T23:20:25.260439695+08:00 x\n', 'stamped'],
  ['2026-11-23T23:20:25.260439Z x\n', 'plain'],
  ['{"log":"x"}\n', 'plain'],
])('%j is %s', (sample, format) => expect(formatOf(Buffer.from(sample))).toBe(format))
