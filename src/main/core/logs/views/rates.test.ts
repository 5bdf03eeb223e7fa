import { expect, test } from 'vitest'
import { createRate } from './rates.ts'

test('lines of the last two seconds, and nothing of those before', () => {
  let now = 1_000_000
  const rate = createRate(() => now)
  for (let n = 0; n < 8; n++) {
    rate.add(25)
    now += 250
  }
  now -= 250
  expect(rate.perSecond()).toBe(100)
  now += 1000
  expect(rate.perSecond()).toBe(50)
  now += 5000
  expect(rate.perSecond()).toBe(0)
  rate.add(1)
  expect(rate.perSecond()).toBe(1)
})
