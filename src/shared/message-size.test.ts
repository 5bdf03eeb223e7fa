import { expect, test } from 'vitest'
import { fitsMessage, messageBytes, mostTextBytes } from './message-size.ts'

const room = mostTextBytes - 2

test.each([
  ['a', 1],
  ['\n', 2],
  ['é', 2],
  ['清', 3],
  ['😀', 4],
  ['\u001b', 6],
  ['\ud800', 6],
])('as many of %j fit as there is room for, each with its bytes in JSON', (one, bytes) => {
  const most = one.repeat(Math.floor(room / bytes))
  expect(fitsMessage(most)).toBe(true)
  expect(fitsMessage(most + one)).toBe(false)
})

test('what else is in a message has room beside a text', () => expect(messageBytes - mostTextBytes).toBeGreaterThan(300_000))
