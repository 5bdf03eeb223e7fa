import { expect, test } from 'vitest'
import { linesOf } from './fixtures/recording-sink.ts'
import { createJournalBatch } from './journal-batch.ts'

function texts(...messages: unknown[]): string[] {
  const lines: string[] = []
  const batch = createJournalBatch((one) => lines.push(...linesOf(one).map((line) => Buffer.from(line.text, 'latin1').toString())))
  for (const [i, MESSAGE] of messages.entries())
    expect(batch.add(JSON.stringify({ __CURSOR: `c${i}`, __REALTIME_TIMESTAMP: '1795640763537105', MESSAGE }))).toBe(`c${i}`)
  batch.flush()
  return lines
}

test('text, bytes that are no text, a field that is there twice, nothing', () => {
  expect(texts('日志 a', [...Buffer.from('b\u0001')], ['c', [...Buffer.from('d')]], null, undefined)).toEqual([
    '日志 a',
    'b\u0001',
    'c',
    'd',
    '',
    '',
  ])
})

test('a message of several lines', () => {
  expect(texts('goroutine 1:\n\tmain.go:1\n\nend\n', 'next')).toEqual(['goroutine 1:', '\tmain.go:1', '', 'end', 'next'])
})

test('many and long ones', () => {
  const long = 'x'.repeat(300_000)
  expect(texts(...Array.from({ length: 5000 }, (_, n) => `message ${n} ${'y'.repeat(100)}`), long, 'last').join('').length).toBe(
    5000 * 109 + 4 * 5000 - 1110 + long.length + 4,
  )
})

test.each(['', '{"half":', '[]', '{}', '{"__CURSOR":"c"}', 'null'])('no entry: %j', (line) => {
  const batch = createJournalBatch(() => expect.unreachable())
  expect(batch.add(line)).toBeNull()
  batch.flush()
})
