import { expect, test } from 'vitest'
import { formatSecond, formatTime, parseTime } from './timestamp.ts'

test('nine digits, whatever the second before was', () => {
  expect(formatTime({ second: 1_795_562_425, nanos: 260_439_695 })).toBe('2026-11-24T23:20:25.260439695Z')
  expect(formatTime({ second: 1_795_562_425, nanos: 0 })).toBe('2026-11-24T23:20:25.000000000Z')
  expect(formatTime({ second: 0, nanos: 7 })).toBe('1970-01-01T00:00:00.000000007Z')
  expect(formatSecond(1_795_476_025)).toBe('2026-11-23T23:20:25Z')
})

test.each([
  ['2026-11-24T23:20:25.260439695Z', { second: 1_795_562_425, nanos: 260_439_695 }],
  ['2026-11-24T23:20:25Z', { second: 1_795_562_425, nanos: 0 }],
  ['2026-11-25T07:20:25.5+08:00', { second: 1_795_562_425, nanos: 500_000_000 }],
  ['2026-11-24 23:20:25.1234567891z', { second: 1_795_562_425, nanos: 123_456_789 }],
  ['yesterday', null],
  ['2026-11-24T23:20:25', null],
  ['2026-99-99T23:20:25Z', null],
  ['2026-11-24T23:20:25Z message', null],
  ['1969-01-01T00:00:00Z', null],
])('%s', (text, at) => {
  expect(parseTime(text)).toEqual(at)
})
