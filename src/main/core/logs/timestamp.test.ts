import { describe, expect, it } from 'vitest'
import { formatSecond, splitTimestamp } from './timestamp.ts'

describe('splitTimestamp', () => {
  it.each([
    ['2026-11-23T23:20:25.260439695Z message', '2026-11-23T23:20:25.260439695Z', 1795476025, 260439695, 'message'],
    ['2026-11-23T23:20:25.26Z two  spaces', '2026-11-23T23:20:25.26Z', 1795476025, 260000000, 'two  spaces'],
    ['2026-11-23T23:20:25Z whole', '2026-11-23T23:20:25Z', 1795476025, 0, 'whole'],
    ['2026-11-24T07:20:25.000000001+08:00 east', '2026-11-24T07:20:25.000000001+08:00', 1795476025, 1, 'east'],
    ['2026-11-23T23:20:25.1Z ', '2026-11-23T23:20:25.1Z', 1795476025, 100000000, ''],
    ['2026-11-23T23:20:25.1Z  indented', '2026-11-23T23:20:25.1Z', 1795476025, 100000000, ' indented'],
  ])('%s', (line, time, second, nanos, text) => {
    expect(splitTimestamp(line)).toEqual({ time, at: { second, nanos }, text })
  })

  it.each(['', 'no time', '2026-11-23T23:20', '2026-11-23T23:20:25.260439695Zglued', '2026-99-99T23:20:25Z x'])('no time: %j', (line) => {
    expect(splitTimestamp(line)).toEqual({ time: null, at: null, text: line })
  })

  it('writes whole seconds', () => {
    expect(formatSecond(1795476025)).toBe('2026-11-23T23:20:25Z')
  })
})
