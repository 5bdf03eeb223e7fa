import { expect, test } from 'vitest'
import { AppError } from '#core/error.ts'
import { createGone } from './gone.ts'

const context = { file: '/k', name: 'kind-shop' }
const one = { namespace: 'a', pod: 'p', podUid: 'u', container: 'c', runs: [0], bytes: 1 }
const never = new AbortController().signal
const gone = (answer: (node: string) => number) =>
  createGone({
    nodeFiles: { goneContainers: async (node) => [{ ...one, node, writtenAt: answer(node) }] },
    localNodes: ({ name }) => (name === context.name ? ['first', 'second'] : []),
    pods: async () => [],
  })

test('of all nodes, the last written first; none where the context leads elsewhere', async () => {
  const list = gone((node) => (node === 'first' ? 1.4 : 2))
  expect((await list(context, never)).map(({ node, writtenAt }) => [node, writtenAt])).toEqual([
    ['second', 2],
    ['first', 1],
  ])
  expect(await list({ ...context, name: 'far' }, never)).toEqual([])
})

test('a node that fails is left out; where all fail, it says why', async () => {
  const stopped = () => {
    throw new AppError('engine-stopped', { endpoint: null })
  }
  expect(await gone((node) => (node === 'first' ? stopped() : 2))(context, never)).toHaveLength(1)
  await expect(gone(stopped)(context, never)).rejects.toMatchObject({ code: 'engine-stopped' })
})
