import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { askAgain } from './ask-again.ts'

/** A question whose answers come when they are let go, each with what was true when it was asked. */
function slowQuestion() {
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } })
  const asked: { readonly answer: () => void; readonly fail: () => void }[] = []
  let truth = 'before'
  const observer = new QueryObserver(queryClient, {
    queryKey: ['hosts', 'list'],
    queryFn: () => {
      const said = truth
      return new Promise<string>((resolve, reject) => {
        asked.push({ answer: () => resolve(said), fail: () => reject(new Error('gone')) })
      })
    },
  })
  const stop = observer.subscribe(() => {})
  return { queryClient, observer, asked, stop, change: (next: string) => (truth = next) }
}

test.each([
  ['answered', 'answer'],
  ['failed', 'fail'],
] as const)('what changes before the first answer is asked for once more when that one is there: %s', async (_, how) => {
  const { queryClient, observer, asked, stop, change } = slowQuestion()
  await expect.poll(() => asked).toHaveLength(1)
  change('after')
  askAgain(queryClient, ['hosts'])
  asked[0]?.[how]()
  await expect.poll(() => asked).toHaveLength(2)
  asked[1]?.answer()
  await expect.poll(() => observer.getCurrentResult()).toMatchObject({ data: 'after', isFetching: false })
  expect(asked).toHaveLength(2)
  stop()
})

test('what has an answer is asked again at once, and once; other keys are left alone', async () => {
  const { queryClient, observer, asked, stop, change } = slowQuestion()
  await expect.poll(() => asked).toHaveLength(1)
  asked[0]?.answer()
  await expect.poll(() => observer.getCurrentResult().data).toBe('before')
  askAgain(queryClient, ['clusters'])
  expect(asked).toHaveLength(1)
  change('after')
  askAgain(queryClient)
  await expect.poll(() => asked).toHaveLength(2)
  asked[1]?.answer()
  await expect.poll(() => observer.getCurrentResult()).toMatchObject({ data: 'after', isFetching: false })
  expect(asked).toHaveLength(2)
  stop()
})
