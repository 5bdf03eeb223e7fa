import { expect, test } from 'vitest'
import { inBatches } from './in-batches.ts'

test('answers in order, of no more than 20 requests at once', async () => {
  let [running, most] = [0, 0]
  const answers = await inBatches(
    Array.from({ length: 95 }, (_, at) => at),
    async (at) => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, 0))
      running -= 1
      return at * 2
    },
  )
  expect(answers).toEqual(Array.from({ length: 95 }, (_, at) => at * 2))
  expect(most).toBe(20)
})
