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

/** What is taken of an entry whose fields come in this order, cut off `missing` characters before its end. */
function cutTexts(entry: Readonly<Record<string, unknown>>, missing: number) {
  const lines: ReturnType<typeof linesOf> = []
  const batch = createJournalBatch((one) => lines.push(...linesOf(one)))
  const text = JSON.stringify(entry)
  const answer = batch.addCut(text.slice(0, text.length - missing))
  batch.flush()
  return { ...answer, texts: lines.map((line) => Buffer.from(line.text, 'latin1').toString()), times: lines.map((line) => line.time) }
}
const cursor = 's=1;i=2;b=3;m=4;t=6613067ae0301;x=5'
const at = { second: 1795710386, nanos: 45697000 }

test('the beginning of an entry that is too long: its text, and its time by the cursor', () => {
  const time = '2026-11-26T16:26:26.045697000Z'
  expect(cutTexts({ __CURSOR: cursor, MESSAGE: '日志 "__CURSOR":"x" end' }, 6)).toEqual({
    cursor,
    at,
    texts: ['日志 "__CURSOR":"x"'],
    times: [time],
  })
  expect(cutTexts({ __CURSOR: cursor, MESSAGE: [...Buffer.from('ab'), 255, 0, 66, 66] }, 5)).toMatchObject({ texts: ['ab\uFFFD\u0000'] })
  expect(cutTexts({ __CURSOR: cursor, MESSAGE: 'two\nlines and more' }, 7).texts).toEqual(['two', 'lines and'])
})

test('the cursor stands behind what is cut, or the message before it', () => {
  expect(cutTexts({ MESSAGE: 'whole', __CURSOR: cursor }, 20)).toEqual({ cursor: null, at: null, texts: ['whole'], times: [null] })
  expect(cutTexts({ MESSAGE: [65, 66], __CURSOR: cursor }, 20).texts).toEqual(['AB'])
  expect(cutTexts({ MESSAGE: ['first', 'second'], __CURSOR: cursor }, 30).texts).toEqual(['first'])
  expect(cutTexts({ MESSAGE: [[65, 66], 'second'], __CURSOR: cursor }, 30).texts).toEqual(['AB'])
  expect(cutTexts({ __CURSOR: cursor, MESSAGE: 'x' }, 12)).toMatchObject({ cursor, texts: [''] })
})

test('wherever it is cut, no half of a character or of an escape is left', () => {
  const message = 'a\\ "b"\u001b[1m\u202e日\n'.repeat(3)
  const whole = JSON.stringify({ MESSAGE: message })
  for (let missing = 2; missing < whole.length - '{"MESSAGE":"'.length; missing += 1) {
    const { texts } = cutTexts({ MESSAGE: message }, missing)
    expect(message.startsWith(texts.join('\n'))).toBe(true)
    expect(message.length - texts.join('\n').length).toBeLessThan(missing + 6)
  }
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
