import { expect, test } from 'vitest'
import { formatTime, parseTime } from './format-time.ts'

test('nine digits, whatever the second before was', () => {
  expect(formatTime(1_795_562_425, 260_439_695)).toBe('2026-11-24T23:20:25.260439695Z')
  expect(formatTime(1_795_562_425, 0)).toBe('2026-11-24T23:20:25.000000000Z')
  expect(formatTime(0, 7)).toBe('1970-01-01T00:00:00.000000007Z')
})

test('back again, with an offset and fewer digits too', () => {
  expect(parseTime('2026-11-24T23:20:25.260439695Z')).toEqual({ second: 1_795_562_425, nanos: 260_439_695 })
  expect(parseTime('2026-11-25T07:20:25.5+08:00')).toEqual({ second: 1_795_562_425, nanos: 500_000_000 })
  expect(parseTime('yesterday')).toBeNull()
  expect(parseTime('1969-01-01T00:00:00Z')).toBeNull()
})
