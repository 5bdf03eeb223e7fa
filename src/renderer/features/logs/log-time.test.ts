import { expect, test } from 'vitest'
import { axisTime, isDated, logTime, since } from './log-time.ts'

test('UTC to the millisecond, with a date where it is not of today', () => {
  expect(logTime('2026-09-14T22:08:21.207123456+08:00', 'utc', false)).toBe('14:08:21.207')
  expect(logTime('2026-09-14T14:08:21.207123456Z', 'utc', true)).toBe('09-14 14:08:21.207')
  expect(logTime('no time', 'utc', false)).toBe('no time')
  const now = Date.parse('2026-09-14T23:00:00Z')
  expect(isDated('2026-09-14T01:00:00Z', 'utc', now)).toBe(false)
  expect(isDated('2026-09-13T23:00:00Z', 'utc', now)).toBe(true)
})

test('local time is that of this machine', () => {
  // Made of the parts that it has here, wherever here is.
  expect(logTime(new Date(2026, 8, 14, 9, 8, 21, 207).toISOString(), 'local', true)).toBe('09-14 09:08:21.207')
  const now = new Date(2026, 8, 14, 23, 59).getTime()
  expect(isDated(new Date(2026, 8, 14, 0, 0, 1).toISOString(), 'local', now)).toBe(false)
  expect(isDated(new Date(2026, 8, 13, 23, 59, 59).toISOString(), 'local', now)).toBe(true)
  // And not that of Greenwich, where this is not there.
  const at = new Date(2026, 8, 14, 9, 8)
  expect(logTime(at.toISOString(), 'utc', false) === logTime(at.toISOString(), 'local', false)).toBe(at.getTimezoneOffset() === 0)
})

test('since the start, and off', () => {
  const start = Date.parse('2026-09-14T14:08:21.000Z')
  expect(logTime('2026-09-14T14:08:21.345Z', 'start', true, start)).toBe('+0.345')
  expect(logTime('2026-09-14T14:08:21.345Z', 'start', true, null)).toBe('')
  expect(logTime('2026-09-14T14:08:21.345Z', 'off', false)).toBe('')
  expect([125_100, 3_723_000, -1500].map(since)).toEqual(['+2:05.100', '+1:02:03.000', '−1.500'])
})

test('an axis is as exact as its steps', () => {
  const at = Date.parse('2026-09-14T14:08:21.207Z')
  expect([100, 1000, 60_000].map((step) => axisTime(at, 'utc', step))).toEqual(['14:08:21.207', '14:08:21', '14:08'])
})
