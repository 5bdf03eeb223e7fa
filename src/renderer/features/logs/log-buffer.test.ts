import { expect, test } from 'vitest'
import type { LogEvent } from '#shared/contract/logs.ts'
import { createLogBuffer } from './log-buffer.ts'
import type { LogRow } from './log-rows.ts'

const lines = (from: number, to: number, second = 0): LogEvent => ({
  type: 'lines',
  lines: Array.from({ length: to - from }, (_, index) => ({
    seq: from + index,
    time: `2026-09-14T14:08:${String(second).padStart(2, '0')}.${String(from + index).padStart(9, '0')}Z`,
    text: `line ${from + index}`,
    cut: false,
  })),
})
const failing = (inMs: number): LogEvent => ({ type: 'reconnecting', error: null, inMs })
const words = (rows: readonly LogRow[]) => rows.map((row) => (row.kind === 'line' ? row.plain : `(${row.note.type})`))

test('lines and what happens between them, in order, each with a name of its own', () => {
  const buffer = createLogBuffer(1)
  buffer.take(lines(0, 2))
  buffer.take({ type: 'restarted', exitCode: 1, reason: 'Error', restarts: 3 })
  buffer.take(lines(2, 3))
  const { rows, phase, lines: count } = buffer.snapshot()
  expect(words(rows)).toEqual(['line 0', 'line 1', '(restarted)', 'line 2'])
  expect(new Set(rows.map((row) => row.seq)).size).toBe(4)
  expect(phase).toBe('live')
  expect(count).toBe(3)
})

test('a moment stays as it was', () => {
  const buffer = createLogBuffer(1)
  buffer.take(lines(0, 2))
  const moment = buffer.snapshot()
  buffer.take(lines(2, 4))
  expect(moment.rows).toHaveLength(2)
})

test('the oldest lines go, and it is counted how many', () => {
  const buffer = createLogBuffer(1, { lines: 100, chars: 1e6 })
  buffer.take(lines(0, 102))
  expect(buffer.snapshot().older).toBe(0)
  buffer.take(lines(102, 150))
  const { rows, older, lines: count } = buffer.snapshot()
  expect(count).toBe(100)
  expect(older).toBe(50)
  expect(rows[0]).toMatchObject({ plain: 'line 50' })
})

test('few long lines are bounded too', () => {
  const buffer = createLogBuffer(1, { lines: 1000, chars: 100 })
  buffer.take(lines(0, 40))
  const { rows, older, lines: count } = buffer.snapshot()
  expect(rows.reduce((sum, row) => sum + (row.kind === 'line' ? row.text.length : 0), 0)).toBeLessThanOrEqual(100)
  expect(older + count).toBe(40)
})

test('a source that fails again and again is one row, until a line comes', () => {
  const buffer = createLogBuffer(1)
  buffer.take(failing(250))
  buffer.take(failing(500))
  expect(buffer.snapshot().rows).toMatchObject([{ note: { inMs: 500 } }])
  expect(buffer.snapshot().phase).toBe('reconnecting')
  buffer.take(lines(0, 1))
  buffer.take(failing(250))
  expect(words(buffer.snapshot().rows)).toEqual(['(reconnecting)', 'line 0', '(reconnecting)'])
})

test('a jump in the count of core is said, once', () => {
  const buffer = createLogBuffer(1)
  buffer.take(lines(0, 1))
  buffer.take(lines(5, 6))
  expect(buffer.snapshot().rows[1]).toMatchObject({ note: { type: 'dropped', count: 4 } })
  buffer.take({ type: 'dropped', count: 2 })
  buffer.take(lines(8, 9))
  expect(words(buffer.snapshot().rows)).toEqual(['line 0', '(dropped)', 'line 5', '(dropped)', 'line 8'])
})

test('after a lost connection no line is there twice, and the gap in the new count is none', () => {
  const buffer = createLogBuffer(1)
  buffer.take(lines(0, 3, 5))
  expect(buffer.since()).toBe('2026-09-14T14:08:04Z')
  buffer.resumed()
  expect(buffer.snapshot().phase).toBe('connecting')
  buffer.take(lines(1, 5, 5))
  expect(words(buffer.snapshot().rows)).toEqual(['line 0', 'line 1', 'line 2', '(resumed)', 'line 3', 'line 4'])
})

test('an end and a failure are its state', () => {
  const buffer = createLogBuffer(1)
  buffer.opened()
  expect(buffer.snapshot().phase).toBe('open')
  buffer.take({ type: 'waiting', reason: 'CrashLoopBackOff' })
  expect(buffer.snapshot().phase).toBe('waiting')
  buffer.take({ type: 'ended', reason: 'completed', exitCode: 0 })
  expect(buffer.snapshot()).toMatchObject({ phase: 'ended', note: { note: { reason: 'completed' } } })
})
