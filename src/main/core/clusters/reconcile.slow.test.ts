import { expect, vi } from 'vitest'
import { killedAt, nothing } from './fixtures/killed.ts'
import { test } from './fixtures/test.ts'

// Dozens of small processes each: on a busy machine they take their time.
vi.setConfig({ testTimeout: 120_000 })

test.concurrent.for(['pull', 'prepare-nodes', 'start-control-plane', 'install-storage'])(
  'killed at %s, the next start takes back what was made',
  async (place, { ground }) => {
    if (place === 'pull') await ground.set('images')
    const { job, snapshot, contexts } = await killedAt(ground, place, 'create')
    expect(job).toMatchObject({ kind: 'cluster.create', state: 'interrupted', left: [], error: null })
    expect(snapshot.clusters).toEqual([])
    expect(contexts).toEqual([])
    expect(await ground.remains()).toEqual(nothing)
    // The tool was ended, not only forgotten.
    await ground.unset(`hold-${place}`)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await ground.remains()).toEqual(nothing)
  },
)

test.concurrent('killed when kind had finished, the next start finishes', async ({ ground }) => {
  const { job, snapshot, contexts } = await killedAt(ground, 'wait-nodes', 'create')
  expect(job).toMatchObject({ state: 'succeeded', result: { context: 'kind-dev' } })
  expect(snapshot.clusters).toMatchObject([{ id: job.result?.clusterId, name: 'dev', state: 'running', currentContext: true, jobId: null }])
  expect(contexts).toEqual(['kind-dev'])
  expect((await ground.remains()).tmp).toEqual([])
})

test.concurrent('killed when kind had finished and deleted by hand since, it is interrupted and nothing is left', async ({ ground }) => {
  const { job, contexts } = await killedAt(ground, 'wait-nodes', 'create', async () => {
    await ground.kind.remove('dev', ground.dataDir, 0, { jobId: 'x', signal: new AbortController().signal })
  })
  expect(job).toMatchObject({ state: 'interrupted', left: [] })
  expect(contexts).toEqual([])
  expect(await ground.remains()).toEqual(nothing)
})

test.concurrent('killed while deleting, the next start deletes', async ({ ground }) => {
  expect(await ground.create({ workers: 1 })).toMatchObject({ state: 'succeeded' })
  const { job, snapshot, contexts } = await killedAt(ground, 'delete', 'delete', () => ground.unset('hold-delete'))
  expect(job).toMatchObject({ kind: 'cluster.delete', state: 'succeeded', left: [] })
  expect(snapshot.clusters).toEqual([])
  expect(contexts).toEqual([])
  expect(await ground.remains()).toEqual(nothing)
})

test.concurrent('killed while deleting, made again by hand since: the new one is not touched', async ({ ground }) => {
  await ground.create()
  const { job, snapshot } = await killedAt(ground, 'delete', 'delete', async () => {
    await ground.unset('hold-delete')
    await ground.kind.remove('dev', ground.dataDir, 0, { jobId: 'x', signal: new AbortController().signal })
    await ground.set('containers/dev-control-plane', JSON.stringify({ ...container, ID: 'e'.repeat(64) }))
  })
  expect(job).toMatchObject({ state: 'interrupted', error: { code: 'not-found' } })
  expect(snapshot.clusters).toMatchObject([{ id: `kind:dev:${'e'.repeat(12)}` }])
})

test.concurrent('killed in a rebuild while the old one goes: it is deleted to the end, nothing else is begun', async ({ ground }) => {
  await ground.create()
  const { job, snapshot, contexts } = await killedAt(ground, 'delete', 'rebuild', () => ground.unset('hold-delete'))
  expect(job).toMatchObject({ kind: 'cluster.rebuild', state: 'interrupted', left: [] })
  expect(snapshot.clusters).toEqual([])
  expect(contexts).toEqual([])
  expect(await ground.remains()).toEqual(nothing)
})

test.concurrent('killed in a rebuild while the new one is made: the half is taken back', async ({ ground }) => {
  await ground.create()
  await ground.unset('at-start-control-plane')
  const { job } = await killedAt(ground, 'start-control-plane', 'rebuild')
  expect(job).toMatchObject({ kind: 'cluster.rebuild', state: 'interrupted', left: [] })
  expect(await ground.remains()).toEqual(nothing)
})

const container = {
  Names: 'dev-control-plane',
  Image: 'kindest/node:v1.34.4',
  Labels: 'io.x-k8s.kind.cluster=dev,io.x-k8s.kind.role=control-plane',
  State: 'running',
  Status: 'Up 1 second',
  CreatedAt: '2026-11-24 03:49:47 +0000 UTC',
  Ports: '',
  Volume: 'v',
}
