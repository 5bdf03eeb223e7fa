import { expect, test } from 'vitest'
import { slowAfterMs } from './slow-watch.ts'

test('a step is slow after three times the usual, and never before half a minute', () => {
  expect(slowAfterMs(1_000)).toBe(30_000)
  expect(slowAfterMs(20_000)).toBe(60_000)
  expect(slowAfterMs(null)).toBe(180_000)
})
