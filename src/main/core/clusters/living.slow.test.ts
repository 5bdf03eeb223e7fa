import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { createSpecSchema } from '#shared/contract/clusters.ts'
import { createGround, type Ground, until } from './fixtures/ground.ts'
import { killedAt } from './fixtures/killed.ts'
import { test } from './fixtures/test.ts'

// Dozens of small processes each: on a busy machine they take their time.
vi.setConfig({ testTimeout: 120_000 })

const two = { 'dev-control-plane': 'control-plane', 'dev-worker': 'worker' }
const shop = 'docker.io/library/shop:1'
const withShop = (ground: Ground) => ground.set('images', 'kindest/node:v1.34.4\nshop:1\n')

/** Starts it, waits until a tool came to `place`, cancels and lets it end. */
async function cancelledAt(ground: Ground, place: string, begin: () => Promise<{ jobId: string }>) {
  await ground.set(`hold-${place}`)
  const { jobId } = await begin()
  await ground.reached(place)
  const ended = ground.jobs.cancel(jobId)
  return ended
}

test.concurrent('a load that is cancelled is taken from the nodes that had it already', async ({ ground }) => {
  const id = await ground.cluster(two)
  await withShop(ground)
  await ground.set('hold-import-dev-worker')
  const { jobId } = await ground.clusters.loadImage(id, { image: 'shop:1' })
  await until(async () => (await ground.held('dev-control-plane')).length > 0)
  expect(ground.jobs.get(jobId)?.undo).toEqual(['image shop:1'])
  expect(await ground.jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: [], error: null })
  expect([await ground.held('dev-control-plane'), await ground.held('dev-worker')]).toEqual([[], []])
  expect((await ground.remains()).tmp).toEqual([])
})

test.concurrent('a load that cannot be taken back: the nodes that hold it are named', async ({ ground }) => {
  const id = await ground.cluster(two)
  await withShop(ground)
  await ground.set('fail-rm-dev-control-plane', 'ctr: something broke')
  await ground.set('hold-import-dev-worker')
  const { jobId } = await ground.clusters.loadImage(id, { image: 'shop:1' })
  await until(async () => (await ground.held('dev-control-plane')).length > 0)
  expect(await ground.jobs.cancel(jobId)).toMatchObject({
    state: 'cancelled',
    left: [`image ${shop} (dev-control-plane)`],
    error: { code: 'left-behind', facts: { what: `image ${shop} (dev-control-plane)` } },
  })
})

test.concurrent('a load that fails on one node says which hold it', async ({ ground }) => {
  const id = await ground.cluster(two)
  await withShop(ground)
  await ground.set('crash-import-dev-worker')
  const { jobId } = await ground.clusters.loadImage(id, { image: 'shop:1' })
  expect(await ground.jobs.done(jobId)).toMatchObject({ state: 'failed', left: [`image ${shop} (dev-control-plane)`] })
})

test.concurrent('a removal of an image that is cancelled says which nodes have lost it', async ({ ground }) => {
  const id = await ground.cluster(two)
  for (const node of Object.keys(two)) await ground.set(`held/${node}`, `${shop}\n`)
  await ground.set('hold-rm-dev-worker')
  const { jobId } = await ground.clusters.removeImage(id, shop)
  await until(async () => (await ground.held('dev-control-plane')).length === 0)
  expect(await ground.jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: [`image ${shop} (dev-control-plane): gone`] })
  expect(await ground.held('dev-worker')).toEqual([shop])
})

test.concurrent("gathered logs go with a cancel where the folder is Cove's own, else they are named", async ({ ground }) => {
  const id = await ground.cluster(two)
  const own = await cancelledAt(ground, 'export', () => ground.clusters.exportLogs(id, null))
  expect(own).toMatchObject({ state: 'cancelled', left: [], error: null })
  expect(existsSync(String(own.facts['directory']))).toBe(false)
  await rm(join(ground.baseDir, 'engine', 'at-export'))
  const folder = join(ground.baseDir, 'logs')
  await ground.set('../logs/before.txt', 'x')
  const mine = await cancelledAt(ground, 'export', () => ground.clusters.exportLogs(id, folder))
  expect(mine).toMatchObject({ state: 'cancelled', left: [`file ${join(folder, 'kind-version.txt')}`] })
})

test.concurrent('a stop that is cancelled starts what it had stopped', async ({ ground }) => {
  const id = await ground.cluster(two)
  await ground.set('hold-stop-dev-control-plane')
  const { jobId } = await ground.clusters.stop(id)
  await ground.reached('stop-dev-control-plane')
  const cancelled = ground.jobs.cancel(jobId)
  // The engine does what it was told, also when who told it is gone.
  await ground.set('containers/dev-control-plane', JSON.stringify({ ...(await containerOf(ground, 'dev-control-plane')), State: 'exited' }))
  expect(await cancelled).toMatchObject({ state: 'cancelled', left: [] })
  expect(await ground.states()).toEqual({ 'dev-control-plane': 'running', 'dev-worker': 'running' })
})

test.concurrent('a start that is cancelled stops what it had started', async ({ ground }) => {
  const id = await ground.cluster(two, 'exited')
  const job = await cancelledAt(ground, 'start-dev-worker', () => ground.clusters.start(id))
  expect(job).toMatchObject({ state: 'cancelled', left: [] })
  expect(await ground.states()).toEqual({ 'dev-control-plane': 'exited', 'dev-worker': 'exited' })
})

test.concurrent('a pause that is cancelled lets go on what it had paused, and a restart ends with every node running again', async ({
  ground,
}) => {
  const id = await ground.cluster(two)
  const running = { 'dev-control-plane': 'running', 'dev-worker': 'running' }
  const pause = await cancelledAt(ground, 'pause-dev-control-plane', () => ground.clusters.pause(id))
  expect(pause).toMatchObject({ state: 'cancelled', left: [] })
  expect(await ground.states()).toEqual(running)
  const { jobId } = await ground.clusters.restart(id)
  await ground.set('hold-start-dev-worker')
  await ground.reached('start-dev-worker')
  const cancelled = ground.jobs.cancel(jobId)
  await ground.unset('hold-start-dev-worker')
  expect(await cancelled).toMatchObject({ state: 'cancelled', left: [] })
  expect(await ground.states()).toEqual(running)
})

test.concurrent('a resume that is cancelled pauses again, and a restart that still stops ends with every node running', async ({
  ground,
}) => {
  const id = await ground.cluster(two, 'paused')
  const resume = await cancelledAt(ground, 'unpause-dev-worker', () => ground.clusters.unpause(id))
  expect(resume).toMatchObject({ kind: 'cluster.unpause', state: 'cancelled', left: [] })
  expect(await ground.states()).toEqual({ 'dev-control-plane': 'paused', 'dev-worker': 'paused' })
  await ground.unset('hold-unpause-dev-worker')
  await ground.jobs.done((await ground.clusters.unpause(id)).jobId)
  await ground.set('hold-stop-dev-control-plane')
  const { jobId } = await ground.clusters.restart(id)
  await ground.reached('stop-dev-control-plane')
  const cancelled = ground.jobs.cancel(jobId)
  await ground.set('containers/dev-control-plane', JSON.stringify({ ...(await containerOf(ground, 'dev-control-plane')), State: 'exited' }))
  expect(await cancelled).toMatchObject({ kind: 'cluster.restart', state: 'cancelled', left: [] })
  expect(await ground.states()).toEqual({ 'dev-control-plane': 'running', 'dev-worker': 'running' })
})

test.concurrent('what is begun the moment another job has ended knows the cluster as that left it: its cancel brings back this', async ({
  ground,
}) => {
  const id = await ground.cluster(two)
  await ground.jobs.done((await ground.clusters.pause(id)).jobId)
  const resume = await cancelledAt(ground, 'unpause-dev-worker', () => ground.clusters.unpause(id))
  expect(resume).toMatchObject({ kind: 'cluster.unpause', state: 'cancelled', left: [] })
  expect(await ground.states()).toEqual({ 'dev-control-plane': 'paused', 'dev-worker': 'paused' })
})

test.concurrent.for([
  ['pull', 'while it fetches what the new cluster needs leaves the old one as it was'],
  ['delete', 'while the old cluster goes takes effect when that is gone'],
  ['start-control-plane', 'while the new cluster is made takes that back'],
] as const)('a rebuild that is cancelled at %s: %s', async ([place], { ground }) => {
  const { clusterId = '' } = (await ground.create()).result ?? {}
  await ground.unset(`at-${place}`)
  await ground.set(`hold-${place}`)
  const { jobId } = await ground.clusters.rebuild(clusterId, { image: 'kindest/node:v1.33.4', document: null })
  await ground.reached(place)
  const cancelled = ground.jobs.cancel(jobId)
  if (place === 'delete') await ground.unset('hold-delete')
  expect(await cancelled).toMatchObject({ kind: 'cluster.rebuild', state: 'cancelled', left: [], error: null })
  const { containers, ...rest } = await ground.remains()
  expect(rest.tmp).toEqual([])
  expect(containers).toEqual(place === 'pull' ? ['dev-control-plane'] : [])
  expect((await ground.clusters.refresh()).clusters.map(({ id }) => id)).toEqual(place === 'pull' ? [clusterId] : [])
  // Nothing of the new one was begun before it was wanted no more.
  expect(await ground.calls('kind', 'create')).toHaveLength(place === 'start-control-plane' ? 2 : 1)
  expect((await ground.kubeconfig.snapshot()).contexts.map(({ name }) => name)).toEqual(place === 'pull' ? ['kind-dev'] : [])
})

test.concurrent('a rebuild that failed when the old cluster was gone keeps its document: the next start of Cove makes the cluster from it', async ({
  ground,
}) => {
  const document = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n# mine\nnodes:\n- role: control-plane\n'
  const { clusterId = '' } = (await ground.create({ document })).result ?? {}
  await ground.set('fail-start-control-plane', 'ERROR: something broke')
  const { jobId } = await ground.clusters.rebuild(clusterId, { image: null, document: null })
  expect(await ground.jobs.done(jobId)).toMatchObject({ kind: 'cluster.rebuild', state: 'failed' })
  expect((await ground.remains()).containers).toEqual([])
  await ground.unset('fail-start-control-plane')

  const anew = await createGround(ground.baseDir)
  try {
    const spec = anew.clusters.asked(jobId)
    expect(spec).toMatchObject({ name: 'dev', provider: 'kind', document, profileId: null })
    const made = await anew.clusters.create(spec ?? createSpecSchema.parse({ name: 'none' }))
    expect(await anew.jobs.done(made.jobId)).toMatchObject({ subject: 'dev', state: 'succeeded' })
    const { id = '' } = (await anew.clusters.refresh()).clusters[0] ?? {}
    expect(await anew.clusters.document(id)).toMatchObject({ text: document, seen: 'made-from' })
    // Other jobs make none.
    const deleted = await anew.clusters.delete(id)
    await anew.jobs.done(deleted.jobId)
    expect([anew.clusters.asked(deleted.jobId), anew.clusters.asked('none')]).toEqual([null, null])
  } finally {
    await anew.dispose()
  }
})

test.concurrent('a rebuild whose delete fails says what is left, makes nothing of the new cluster and keeps the document, so that it can be tried again', async ({
  ground,
}) => {
  const document =
    'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n# mine\nnodes:\n- role: control-plane\n- role: worker\n  labels: {tier: lab}\n'
  const { clusterId = '' } = (await ground.create({ document })).result ?? {}
  await until(async () => (await ground.clusters.document(clusterId)).seen === 'made-from')
  await ground.set('fail-remove-dev-control-plane')
  const wish = { image: null, document: document.replace('lab', 'shop') }
  const job = await ground.jobs.done((await ground.clusters.rebuild(clusterId, wish)).jobId)
  expect(job).toMatchObject({
    kind: 'cluster.rebuild',
    state: 'failed',
    error: { code: 'left-behind', facts: { what: 'container dev-control-plane' } },
    left: ['container dev-control-plane'],
  })
  expect(job.steps.find((step) => step.id === 'verify-gone')).toMatchObject({ state: 'failed' })
  expect(job.steps.find((step) => step.id === 'prepare-nodes')).toMatchObject({ state: 'pending' })
  // The worker went, and no other came.
  expect(await ground.states()).toEqual({ 'dev-control-plane': 'running' })
  expect(await ground.calls('kind', 'create')).toHaveLength(1)
  expect((await ground.remains()).tmp).toEqual([])
  // It is the old cluster's still: what it was made with, not what was to come.
  expect((await ground.clusters.refresh()).clusters).toMatchObject([{ id: clusterId, nodes: [{ name: 'dev-control-plane' }] }])
  expect(await ground.clusters.document(clusterId)).toMatchObject({ text: document, seen: 'made-from' })

  await ground.unset('fail-remove-dev-control-plane')
  const again = await ground.jobs.done((await ground.clusters.rebuild(clusterId, { image: null, document: null })).jobId)
  expect(again).toMatchObject({ state: 'succeeded' })
  expect(Object.keys(await ground.states())).toEqual(['dev-control-plane', 'dev-worker'])
})

test.concurrent('a start whose port is held names the holder, and a port that is free', async ({ ground }) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const id = await ground.cluster(two, 'exited')
  await ground.set(
    'fail-start-dev-control-plane',
    `Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint dev-control-plane (a1f0): failed to bind host port for 127.0.0.1:${port}:172.18.0.2:6443/tcp: address already in use`,
  )
  const { jobId } = await ground.clusters.start(id)
  const job = await ground.jobs.done(jobId)
  await new Promise((resolve) => server.close(resolve))
  const facts = {
    port,
    holder: process.platform === 'linux' ? expect.stringContaining(`(pid ${process.pid})`) : null,
    free: expect.any(Number),
  }
  expect(job).toMatchObject({ state: 'failed', error: { code: 'port-taken', facts }, findings: [{ cause: 'port-taken', facts }] })
  // What came up stays, for people to look into.
  expect(job.left).toEqual([])
})

test.concurrent('a start without the engine says so', async ({ ground }) => {
  const id = await ground.cluster(two, 'exited')
  await ground.set('down')
  const { jobId } = await ground.clusters.start(id)
  expect(await ground.jobs.done(jobId)).toMatchObject({
    state: 'failed',
    error: { code: 'engine-stopped' },
    findings: [{ cause: 'engine-stopped', sure: 'sure' }],
  })
})

test.concurrent('killed in a stop, the next start says which nodes still run', async ({ ground }) => {
  await ground.cluster(two)
  const { job } = await killedAt(ground, 'stop-dev-control-plane', 'stop')
  expect(job).toMatchObject({ kind: 'cluster.stop', state: 'interrupted', left: ['container dev-control-plane: running'] })
})

test.concurrent('killed in a stop that the engine brought to its end, it has succeeded', async ({ ground }) => {
  await ground.cluster(two)
  const { job } = await killedAt(ground, 'stop-dev-control-plane', 'stop', async () => {
    await ground.set(
      'containers/dev-control-plane',
      JSON.stringify({ ...(await containerOf(ground, 'dev-control-plane')), State: 'exited' }),
    )
  })
  expect(job).toMatchObject({ kind: 'cluster.stop', state: 'succeeded', left: [] })
})

test.concurrent('killed in a start that held an address, the next start lets it go and says which nodes do not run', async ({ ground }) => {
  const three = {
    'dev-external-load-balancer': 'external-load-balancer',
    'dev-control-plane': 'control-plane',
    'dev-control-plane2': 'control-plane',
  }
  await ground.cluster(three, 'exited')
  // The balancer's former place is not known, and with it the engine would give a node the lowest address.
  await rm(join(ground.baseDir, 'engine', 'containers', 'dev-external-load-balancer'))
  const { job } = await killedAt(ground, 'start-dev-control-plane', 'start', async () => {
    expect(Object.keys(await ground.states()).filter((name) => name.startsWith('cove-address-'))).toHaveLength(1)
  })
  expect(job).toMatchObject({
    kind: 'cluster.start',
    state: 'interrupted',
    left: ['container dev-control-plane: exited', 'container dev-control-plane2: exited'],
  })
  expect(Object.keys(await ground.states())).toEqual(['dev-control-plane', 'dev-control-plane2'])
})

test.concurrent('killed in a load, the next start says which nodes hold it; what was written for it is gone', async ({ ground }) => {
  await ground.cluster(two)
  await withShop(ground)
  const { job } = await killedAt(ground, 'import-dev-worker', 'load-image', () =>
    until(async () => (await ground.held('dev-control-plane')).length > 0),
  )
  expect(job).toMatchObject({ kind: 'cluster.load-image', state: 'interrupted', left: [`image ${shop} (dev-control-plane)`] })
  expect((await ground.remains()).tmp).toEqual([])
})

test.concurrent('killed in a removal of an image and in an export, the next start says what is gone and what was gathered', async ({
  ground,
}) => {
  await ground.cluster(two)
  for (const node of Object.keys(two)) await ground.set(`held/${node}`, `${shop}\n`)
  const removal = await killedAt(ground, 'rm-dev-worker', 'remove-image', () =>
    until(async () => (await ground.held('dev-control-plane')).length === 0),
  )
  expect(removal.job).toMatchObject({ kind: 'cluster.remove-image', left: [`image ${shop} (dev-control-plane): gone`] })
  const { job } = await killedAt(ground, 'export', 'export-logs')
  expect(job).toMatchObject({ kind: 'cluster.export-logs', state: 'interrupted' })
  expect(job.left).toEqual([`file ${join(String(job.facts['directory']), 'kind-version.txt')}`])
})

test.concurrent('a cluster that another docker context has is a row that says so, and nothing is done with it here', async ({ ground }) => {
  await ground.cluster(two)
  const entry = (name: string) => ({ name, cluster: { server: 'https://127.0.0.1:43119' } })
  await ground.set(
    '../home/.kube/config',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [entry('kind-far')],
      contexts: [{ name: 'kind-far', context: { cluster: 'kind-far', user: 'kind-far' } }],
      users: [{ name: 'kind-far', user: { token: 'x' } }],
    }),
  )
  await ground.set('contexts', 'colima\n')
  const far = async () => (await ground.clusters.refresh()).clusters.find((one) => one.name === 'far')
  // It does not answer yet.
  await until(async () => (await far())?.reason.code === 'engine-silent')
  await ground.set('elsewhere/colima', 'far\nfar\n')
  await until(async () => (await far())?.reason.code === 'other-engine')
  expect(await far()).toMatchObject({ provider: 'kind', state: 'unknown', reason: { facts: { engine: 'colima', way: 'context' } } })
  await expect(ground.clusters.delete((await far())?.id ?? '')).rejects.toMatchObject({
    code: 'cluster-elsewhere',
    facts: { name: 'far', engine: 'colima' },
  })
  await ground.set('elsewhere/colima', 'other\n')
  await until(async () => (await far()) === undefined)
})

const containerOf = async (ground: Ground, name: string) =>
  JSON.parse(await readFile(join(ground.baseDir, 'engine', 'containers', name), 'utf8')) as object
