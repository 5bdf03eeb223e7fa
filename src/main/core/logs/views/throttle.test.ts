import { expect, test } from 'vitest'
import { createThrottle } from './throttle.ts'

const live = new AbortController().signal

test('the first answer comes at once, a burst is one change, the last is always told', async () => {
  const throttle = createThrottle()
  let seen = (await throttle.next(0, 20, live)) ?? 0
  for (let n = 0; n < 100; n++) throttle.changed()
  const after = (await throttle.next(seen, 20, live)) ?? 0
  expect(after).toBe(seen + 100)
  seen = after
  const later = throttle.next(seen, 20, live)
  setTimeout(() => throttle.changed(), 40)
  expect(await later).toBe(seen + 1)
})

test('ends with its reader, and for all when the thing is gone', async () => {
  const throttle = createThrottle()
  const one = new AbortController()
  const seen = (await throttle.next(0, 20, live)) ?? 0
  const waits = throttle.next(seen, 20, one.signal)
  one.abort()
  expect(await waits).toBeNull()
  const other = throttle.next(seen, 20, live)
  throttle.dispose()
  expect(await other).toBeNull()
})
