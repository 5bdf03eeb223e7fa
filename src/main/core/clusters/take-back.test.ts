import { expect, test } from 'vitest'
import type { Job } from '#shared/contract/jobs.ts'
import type { ProviderCluster } from '../providers/provider.ts'
import { createTakeBack } from './take-back.ts'

const began = Date.UTC(2026, 10, 27, 12)
const job = {
  kind: 'cluster.create',
  subject: 'dev',
  startedAt: began,
  finishedAt: began + 60_000,
  steps: [{ id: 'clean-up', state: 'failed' }],
  left: null,
  undo: [],
} as unknown as Job
const madeAt = (createdAt: number) => [{ provider: 'kind', name: 'dev', nodes: [{ createdAt }] }] as unknown as readonly ProviderCluster[]

test('what was known before the job ended neither removes its half nor lets it be', async () => {
  const takeBack = createTakeBack()
  const removed: string[] = []
  const look = (clusters: readonly ProviderCluster[], answers = true) =>
    takeBack.look(
      () => answers,
      clusters,
      ({ name }) => removed.push(name),
    )
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  const noticed = takeBack.ended(job, 'kind', answered)
  // A list of before: of a cluster of that name that is no more, and of the half while it was made.
  look(madeAt(began - 3_600_000))
  look(madeAt(began + 1000))
  expect(removed).toEqual([])
  answer()
  await noticed
  look([], false)
  look(madeAt(began + 1000))
  look(madeAt(began + 1000))
  expect(removed).toEqual(['dev'])
})

test.each([
  ['before', began - 60_000],
  ['since', began + 120_000],
])('a cluster of that name that was made %s is not a half', async (_, at) => {
  const takeBack = createTakeBack()
  const removed: string[] = []
  await takeBack.ended(job, 'kind', Promise.resolve())
  takeBack.look(
    () => true,
    madeAt(at),
    ({ name }) => removed.push(name),
  )
  expect(removed).toEqual([])
})
