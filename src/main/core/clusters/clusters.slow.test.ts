import { readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import type { Job } from '#shared/contract/jobs.ts'
import { createProfiles } from '#core/profiles/profiles.ts'
import { type Ground, until } from './fixtures/ground.ts'
import { specOf } from './fixtures/spec.ts'
import { test } from './fixtures/test.ts'

// Dozens of small processes each: on a busy machine they take their time.
vi.setConfig({ testTimeout: 120_000 })

const nothing = { containers: [], volumes: [], attached: [], tmp: [] }
const stepsOf = (job: Job) => Object.fromEntries(job.steps.map((step) => [step.id, step.state]))
const names = async (ground: Ground) => (await ground.clusters.refresh()).clusters.map((cluster) => cluster.name)

test.concurrent('a create goes through its steps, ends with a context that is current, and leaves no temporary file', async ({
  ground,
}) => {
  const job = await ground.create({ workers: 2 })
  expect(job).toMatchObject({ state: 'succeeded', error: null, result: { context: 'kind-dev', file: ground.kubeconfigPath } })
  expect(job.steps.map((step) => step.id)).toEqual([
    'check-machine',
    'download-kubectl',
    'download-kind',
    'find-image',
    'pull-image',
    'prepare-nodes',
    'write-configuration',
    'start-control-plane',
    'install-cni',
    'install-storage',
    'join-workers',
    'wait-nodes',
    'wait-dns',
    'add-context',
  ])
  expect(job.steps.filter((step) => step.state === 'skipped').map((step) => step.id)).toEqual([
    'download-kubectl',
    'download-kind',
    'pull-image',
  ])
  expect(job.steps.every((step) => step.state === 'done' || step.state === 'skipped')).toBe(true)
  const { clusters } = await ground.clusters.refresh()
  expect(clusters).toMatchObject([
    {
      id: job.result?.clusterId,
      name: 'dev',
      state: 'running',
      version: 'v1.34.4',
      currentContext: true,
      context: { name: 'kind-dev' },
      jobId: null,
    },
  ])
  expect(clusters[0]?.nodes.map((node) => node.name)).toEqual(['dev-control-plane', 'dev-worker', 'dev-worker2'])
  expect((await ground.remains()).tmp).toEqual([])
})

test.concurrent('while it is made the list says so, and the first answer does not wait for a silent tool', async ({ ground }) => {
  await ground.set('hold-version')
  const { jobId } = await ground.clusters.create(specOf())
  expect(ground.jobs.get(jobId)?.steps[0]).toMatchObject({ id: 'check-machine' })
  expect(ground.jobs.get(jobId)?.state).toBe('running')
  await ground.unset('hold-version')
  await ground.set('hold-install-cni')
  await ground.reached('install-cni')
  expect((await ground.clusters.refresh()).clusters).toMatchObject([{ name: 'dev', state: 'starting', jobId }])
  await ground.unset('hold-install-cni')
  expect((await ground.jobs.done(jobId)).state).toBe('succeeded')
})

test.concurrent('what the cluster tells by itself it is not asked for', async ({ ground }) => {
  await ground.set('watch-tells')
  const { jobId } = await ground.clusters.create(specOf())
  const done = await ground.jobs.done(jobId)
  expect(done.state).toBe('succeeded')
  expect(done.steps.find(({ id }) => id === 'wait-nodes')?.facts).toEqual({ ready: 1, nodes: 1 })
  const asked = (await ground.calls('kubectl')).filter((call) => call.includes('get') && !call.includes('--watch'))
  expect(asked).toEqual([])
})

test.concurrent.for([
  ['wait-nodes', ['nodes']],
  ['wait-dns', ['deployments', '--namespace=kube-system', '--selector=k8s-app=kube-dns']],
  ['wait-dns', ['endpointslices', '--namespace=kube-system', '--selector=k8s-app=kube-dns']],
] as const)('at %s it hears of changes from the cluster', async ([place, what], { ground }) => {
  await ground.set(`hold-${place}`)
  const { jobId } = await ground.clusters.create(specOf())
  await ground.reached(place)
  const watches = async () =>
    (await ground.calls('kubectl')).map((call) => call.slice(call.indexOf('get'))).filter((call) => call.includes('--watch'))
  await expect.poll(watches).toContainEqual(['get', ...what, '--watch', expect.stringMatching('^--output=jsonpath=')])
  await ground.unset(`hold-${place}`)
  expect((await ground.jobs.done(jobId)).state).toBe('succeeded')
  expect((await ground.remains()).tmp).toEqual([])
})

test.concurrent.for([
  'version',
  'pull',
  'find',
  'prepare-nodes',
  'write-configuration',
  'start-control-plane',
  'install-cni',
  'install-storage',
  'join-workers',
  'wait-nodes',
  'wait-dns',
])('cancel at %s leaves nothing, and says so after looking', async (place, { ground }) => {
  const before = 'apiVersion: v1\nkind: Config\ncontexts: [{name: mine, context: {cluster: c, user: u}}]\ncurrent-context: mine\n'
  await writeFile(ground.kubeconfigPath, before)
  await ground.set(`hold-${place}`)
  const image = place === 'pull' ? 'kindest/node:v1.33.4' : null
  const { jobId } = await ground.clusters.create(specOf({ image, workers: 1 }))
  await ground.reached(place)
  const cancelled = ground.jobs.cancel(jobId)
  if (place === 'version') await ground.unset('hold-version')
  const job = await cancelled
  expect(job).toMatchObject({ state: 'cancelled', left: [], error: null })
  expect(await ground.remains()).toEqual(nothing)
  expect(await readFile(ground.kubeconfigPath, 'utf8')).toBe(before)
})

test.concurrent('cancel at the very end takes the context back and makes the one before current again', async ({ ground }) => {
  await writeFile(
    ground.kubeconfigPath,
    'apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: https://far.test}}]\ncontexts: [{name: mine, context: {cluster: c, user: u}}]\ncurrent-context: mine\n',
  )
  let isAsked = false
  const asked: Promise<Job>[] = []
  const stop = ground.changes.on(() => {
    const job = ground.jobs.running('kind:dev')
    if (isAsked || !job?.steps.some((step) => step.id === 'add-context' && step.state === 'running')) return
    isAsked = true
    asked.push(ground.jobs.cancel(job.id))
  })
  await ground.create()
  stop()
  expect(await Promise.all(asked)).toMatchObject([{ state: 'cancelled', left: [] }])
  expect(await ground.remains()).toEqual(nothing)
  expect(await ground.kubeconfig.snapshot()).toMatchObject({ current: { name: 'mine' }, contexts: [{ name: 'mine' }] })
})

test.concurrent('a tool that fails is diagnosed at its step, and nothing stays', async ({ ground }) => {
  await ground.set(
    'fail-start-control-plane',
    'ERROR: failed to create cluster: failed to init node with kubeadm: command "docker exec" failed',
  )
  const job = await ground.create()
  expect(job).toMatchObject({ state: 'failed', error: { code: 'kubeadm-failed', facts: { cluster: 'dev' } }, left: [] })
  expect(job.error?.commandId).not.toBeNull()
  expect(stepsOf(job)).toMatchObject({ 'write-configuration': 'done', 'start-control-plane': 'failed', 'install-cni': 'pending' })
  expect(await ground.remains()).toEqual(nothing)
})

test.concurrent('a tool that is killed in the middle: failed with its signal, nothing stays', async ({ ground }) => {
  await ground.set('crash-install-cni')
  const job = await ground.create()
  expect(job).toMatchObject({ state: 'failed', error: { code: 'command-failed', facts: { signal: 'SIGKILL' } }, left: [] })
  expect(await ground.remains()).toEqual(nothing)
})

test.concurrent('an engine that stops in the middle is the one cause that is named; when it is back, what had to stay goes by itself', async ({
  ground,
}) => {
  ground.clusters.watch()
  await ground.set('hold-install-cni')
  const { jobId } = await ground.clusters.create(specOf())
  await ground.reached('install-cni')
  await ground.set('down')
  await ground.set('crash-install-cni')
  await ground.unset('hold-install-cni')
  // Nobody could look what is left.
  const job = await ground.jobs.done(jobId)
  expect(job).toMatchObject({ state: 'failed', error: { code: 'engine-stopped' }, left: null })
  expect((await ground.remains()).containers).toEqual(['dev-control-plane'])
  await madeAt(ground, job.startedAt)
  await ground.unset('down')
  await until(async () => (await ground.remains()).containers.length === 0)
  const [removal] = ground.jobs.list(1)
  expect(await ground.jobs.done(removal?.id ?? '')).toMatchObject({ kind: 'cluster.delete', state: 'succeeded' })
  expect(await ground.remains()).toEqual(nothing)
})

test.concurrent('without an engine a cancel names what may be left; what was made before or since under that name is not touched', async ({
  ground,
}) => {
  ground.clusters.watch()
  await ground.set('hold-install-cni')
  const { jobId } = await ground.clusters.create(specOf())
  await ground.reached('install-cni')
  await ground.set('down')
  const left = ['dev-control-plane', 'context kind-dev']
  expect(await ground.jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left, error: { code: 'left-behind' } })
  // The scripted engine says of every container that it was made long ago.
  await ground.unset('down')
  await until(async () => (await ground.clusters.refresh()).clusters[0]?.state === 'running')
  expect(ground.jobs.list(10).map(({ kind }) => kind)).toEqual(['cluster.create'])
  expect((await ground.remains()).containers).toEqual(['dev-control-plane'])
})

/** Lets the engine say of the node that it was made then. */
async function madeAt(ground: Ground, at: number) {
  const file = join(ground.baseDir, 'engine', 'containers', 'dev-control-plane')
  const container = JSON.parse(await readFile(file, 'utf8')) as object
  const CreatedAt = `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`
  await writeFile(file, JSON.stringify({ ...container, CreatedAt }))
}

test.concurrent('a name that is taken is refused, and its cluster is not touched', async ({ ground }) => {
  const first = await ground.create()
  const job = await ground.create()
  expect(job).toMatchObject({ state: 'failed', error: { code: 'name-taken', facts: { name: 'dev', suggestion: 'dev-2' } } })
  expect(job.id).not.toBe(first.id)
  expect((await ground.remains()).containers).toEqual(['dev-control-plane'])
  expect((await ground.clusters.refresh()).clusters[0]?.id).toBe(first.result?.clusterId)
})

test.concurrent('bad names and images are refused before there is a job', async ({ ground }) => {
  const spec = specOf()
  await expect(ground.clusters.create({ ...spec, name: '-x' })).rejects.toMatchObject({ code: 'name-leading-dash' })
  await expect(ground.clusters.create({ ...spec, name: 'Dev' })).rejects.toMatchObject({ code: 'name-upper-case' })
  await expect(ground.clusters.create({ ...spec, image: '--help' })).rejects.toMatchObject({ code: 'image-invalid' })
  expect(ground.jobs.list(10)).toEqual([])
})

test.concurrent('a port that is taken names its holder; no container was made', async ({ ground }) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const job = await ground.create({ ports: [{ hostPort: port, containerPort: 80, protocol: 'TCP', listenAddress: '127.0.0.1' }] })
  await new Promise((resolve) => server.close(resolve))
  expect(job).toMatchObject({ state: 'failed', error: { code: 'port-taken', facts: { port } } })
  expect(await ground.calls('kind', 'create')).toEqual([])
})

test.concurrent('an image that does not exist, and a registry that does not answer', async ({ ground }) => {
  await ground.set('fail-pull', 'Error response from daemon: manifest for kindest/node:v9.9.9 not found: manifest unknown')
  expect(await ground.create({ image: 'kindest/node:v9.9.9' })).toMatchObject({ state: 'failed', error: { code: 'image-not-found' } })
  await ground.set('fail-pull', 'Error response from daemon: Get "https://registry.test/v2/": dial tcp: lookup registry.test: no such host')
  expect(await ground.create({ image: 'kindest/node:v9.9.9' })).toMatchObject({
    error: { code: 'registry-unreachable', facts: { registry: 'registry.test' } },
    findings: [
      { cause: 'registry-unreachable', sure: 'sure', evidence: [{ source: 'command', text: expect.stringContaining('no such host') }] },
    ],
  })
  expect(await ground.remains()).toEqual(nothing)
})

test.concurrent('an image that is not here is pulled before kind would do it in silence', async ({ ground }) => {
  const job = await ground.create({ image: 'kindest/node:v1.33.4' })
  expect(job.state).toBe('succeeded')
  expect(stepsOf(job)['pull-image']).toBe('done')
})

test.concurrent('on cgroup v1 a version that cannot start is refused', async ({ ground }) => {
  await ground.set('cgroup1')
  expect(await ground.create({ image: 'kindest/node:v1.35.0' })).toMatchObject({
    error: { code: 'kubernetes-needs-cgroup-v2', facts: { version: 'v1.35.0' } },
  })
})

test.concurrent('an engine that is stopped, and a kubeconfig that is damaged, are said before anything is made', async ({ ground }) => {
  await writeFile(ground.kubeconfigPath, 'contexts: [\n')
  expect(await ground.create()).toMatchObject({ state: 'failed', error: { code: 'kubeconfig-invalid' } })
  await rm(ground.kubeconfigPath)
  await ground.set('down')
  await until(async () => (await ground.engines.status({ fresh: true })).state === 'stopped')
  expect(await ground.create()).toMatchObject({ state: 'failed', error: { code: 'engine-stopped' } })
  expect(await ground.calls('kind', 'create')).toEqual([])
})

test.concurrent('a double click is one create; a delete meanwhile is refused', async ({ ground }) => {
  await ground.set('hold-install-cni')
  const spec = specOf()
  const [one, two] = await Promise.all([ground.clusters.create(spec), ground.clusters.create(spec)])
  expect(two.jobId).toBe(one.jobId)
  await ground.reached('install-cni')
  const [cluster] = (await ground.clusters.refresh()).clusters
  await expect(ground.clusters.delete(cluster?.id ?? '')).rejects.toMatchObject({ code: 'busy', facts: { jobId: one.jobId } })
  await ground.unset('hold-install-cni')
  await ground.jobs.done(one.jobId)
  expect(await ground.calls('kind', 'create')).toHaveLength(1)
})

test.concurrent('a delete removes nodes, volumes and context, and looks', async ({ ground }) => {
  await ground.create({ workers: 1 })
  const [cluster] = (await ground.clusters.refresh()).clusters
  const goes = (await ground.clusters.belongings(cluster?.id ?? '')).map(({ kind, name }) => `${kind} ${name}`)
  const { containers, volumes } = await ground.remains()
  expect(containers).toHaveLength(2)
  expect(goes.sort()).toEqual(
    [...containers.map((one) => `container ${one}`), ...volumes.map((one) => `volume ${one}`), 'context kind-dev'].sort(),
  )
  const { jobId } = await ground.clusters.delete(cluster?.id ?? '')
  expect(await ground.jobs.done(jobId)).toMatchObject({ state: 'succeeded', error: null })
  expect(await ground.remains()).toEqual(nothing)
  expect((await ground.kubeconfig.snapshot()).contexts).toEqual([])
  expect(await names(ground)).toEqual([])
})

test.concurrent('a delete without kind on the machine is done by the engine', async ({ ground }) => {
  const job = await ground.create()
  await rm(join(ground.baseDir, 'bin', 'kind'))
  await ground.toolchain.refresh()
  const { jobId } = await ground.clusters.delete(job.result?.clusterId ?? '')
  expect(await ground.jobs.done(jobId)).toMatchObject({ state: 'succeeded' })
  expect(await ground.remains()).toEqual(nothing)
})

test.concurrent('deleted behind its back, a cluster is gone with the next event; its context is no cluster', async ({ ground }) => {
  ground.clusters.watch()
  await ground.create()
  await until(async () => (await ground.clusters.snapshot()).clusters.length === 1)
  for (const folder of ['containers', 'volumes', 'attached']) await rm(join(ground.baseDir, 'engine', folder), { recursive: true })
  await until(async () => (await ground.clusters.snapshot()).clusters.length === 0)
  expect((await ground.clusters.snapshot()).sources).toMatchObject([
    { state: 'ok', error: null },
    { state: 'ok', error: null },
  ])
})

test.concurrent('the nodes are gone already: a delete still removes the context', async ({ ground }) => {
  const job = await ground.create()
  await ground.clusters.refresh()
  for (const folder of ['containers', 'volumes', 'attached']) await rm(join(ground.baseDir, 'engine', folder), { recursive: true })
  const { jobId } = await ground.clusters.delete(job.result?.clusterId ?? '')
  expect(await ground.jobs.done(jobId)).toMatchObject({ state: 'succeeded' })
  expect((await ground.kubeconfig.snapshot()).contexts).toEqual([])
})

test.concurrent('made again outside under the same name it is another cluster: what knew the old one cannot act on it', async ({
  ground,
}) => {
  const old = await ground.create()
  const file = join(ground.baseDir, 'engine', 'containers', 'dev-control-plane')
  const container = JSON.parse(await readFile(file, 'utf8')) as { ID: string }
  await writeFile(file, JSON.stringify({ ...container, ID: 'f'.repeat(64) }))
  await ground.clusters.refresh()
  await expect(ground.clusters.delete(old.result?.clusterId ?? '')).rejects.toMatchObject({ code: 'not-found' })
  expect((await ground.remains()).containers).toEqual(['dev-control-plane'])
})

test.concurrent('an engine that stops greys the rows, and they come back by themselves', async ({ ground }) => {
  ground.clusters.watch()
  await ground.create()
  await ground.clusters.refresh()
  await ground.set('down')
  await until(async () => (await ground.clusters.snapshot()).clusters[0]?.state === 'unknown')
  expect(await ground.clusters.snapshot()).toMatchObject({
    clusters: [{ name: 'dev', reason: { code: 'source-failed' } }],
    sources: [{ source: 'engine', state: 'failed', value: 1, error: { code: 'engine-stopped' } }, { state: 'ok' }],
  })
  await ground.unset('down')
  await until(async () => (await ground.clusters.snapshot()).clusters[0]?.state === 'running', 15_000)
})

test.concurrent('nothing changed, nothing told', async ({ ground }) => {
  await ground.create()
  await ground.clusters.refresh()
  let told = 0
  const stop = ground.changes.on((topic) => {
    if (topic === 'clusters') told++
  })
  await ground.clusters.refresh()
  await ground.clusters.refresh()
  stop()
  expect(told).toBe(0)
})

test.concurrent('a plan proposes a free name, says what it will do, and changes nothing', async ({ ground }) => {
  const wish = { ...specOf(), name: null }
  const plan = await ground.clusters.plan(wish)
  expect(plan).toMatchObject({ spec: { name: 'dev' }, image: 'kindest/node:v1.34.4', problems: [] })
  expect(plan.steps.map((step) => step.id)).toEqual(['use-image', 'create', 'wait', 'context'])
  expect(plan.commands).toHaveLength(1)
  expect(plan.commands[0]?.slice(1, 5)).toEqual(['create', 'cluster', '--name=dev', '--image=kindest/node:v1.34.4'])
  expect(plan.images.map((image) => image.local)).toEqual([true, false, false, false, false])
  expect(await ground.remains()).toEqual(nothing)
  await ground.create()
  expect((await ground.clusters.plan(wish)).spec.name).toBe('dev-2')
  expect((await ground.clusters.plan({ ...wish, name: 'dev' })).problems).toMatchObject([{ code: 'name-taken' }])
})

test.concurrent('a plan without an engine or tools still says what would be done, and what stands in the way', async ({ ground }) => {
  await rm(join(ground.baseDir, 'bin', 'kind'))
  await rm(join(ground.baseDir, 'bin', 'kubectl'))
  await ground.set('down')
  const plan = await ground.clusters.plan({ ...specOf(), name: null })
  expect(plan.steps.map((step) => step.id)).toEqual(['download-kubectl', 'download-tool', 'pull-image', 'create', 'wait', 'context'])
  expect(plan.problems).toMatchObject([{ code: 'engine-stopped' }])
})

test.concurrent('an image is loaded, one that is not there is named; logs are gathered in a folder', async ({ ground }) => {
  const { clusterId = '' } = (await ground.create()).result ?? {}
  const load = async () => ground.jobs.done((await ground.clusters.loadImage(clusterId, { image: 'shop:1' })).jobId)
  await ground.set('images', 'kindest/node:v1.34.4\nshop:1\n')
  expect(await load()).toMatchObject({ state: 'succeeded' })
  await ground.set('images', 'kindest/node:v1.34.4\n')
  expect(await load()).toMatchObject({ state: 'failed', error: { code: 'image-not-found', facts: { image: 'shop:1' } } })
  const job = await ground.jobs.done((await ground.clusters.exportLogs(clusterId, null)).jobId)
  expect(await readFile(join(job.result?.directory ?? '', 'kind-version.txt'), 'utf8')).toBe('0.33.0')
})

test.concurrent('a rebuild removes nothing before all that the new cluster needs is here', async ({ ground }) => {
  const { clusterId = '' } = (await ground.create()).result ?? {}
  await ground.set('fail-pull', 'Error response from daemon: manifest for kindest/node:v9.9.9 not found: manifest unknown')
  const { jobId } = await ground.clusters.rebuild(clusterId, { image: 'kindest/node:v9.9.9', document: null })
  expect(await ground.jobs.done(jobId)).toMatchObject({ state: 'failed', left: [], error: { code: 'image-not-found' } })
  expect((await ground.clusters.refresh()).clusters).toMatchObject([{ id: clusterId, state: 'running' }])
  expect(await ground.calls('kind', 'delete')).toEqual([])
})

test.concurrent('rebuilt: another cluster of the same spec, and an image that cannot be loaded again does not take it away', async ({
  ground,
}) => {
  const { clusterId = '' } = (await ground.create({ workers: 1 })).result ?? {}
  await ground.set('images', 'kindest/node:v1.34.4\nshop:1\n')
  await ground.jobs.done((await ground.clusters.loadImage(clusterId, { image: 'shop:1' })).jobId)
  await ground.set('images', 'kindest/node:v1.34.4\n')
  const job = await ground.jobs.done((await ground.clusters.rebuild(clusterId, { image: null, document: null })).jobId)
  expect(job).toMatchObject({ state: 'succeeded' })
  expect(job.steps.find((step) => step.id === 'load-images')).toMatchObject({ state: 'done', facts: { missing: 'shop:1' } })
  const { clusters } = await ground.clusters.refresh()
  expect(clusters).toMatchObject([{ name: 'dev', state: 'running' }])
  expect(clusters[0]?.id).not.toBe(clusterId)
  expect(clusters[0]?.nodes).toHaveLength(2)
})

test.concurrent('a Cove that is ended the moment its create is done has noted how that was made', async ({ ground }) => {
  const document = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n# mine\nnodes:\n- role: control-plane\n'
  const { jobId } = await ground.clusters.create(specOf({ name: 'dev', document }))
  const { result } = await ground.jobs.done(jobId)
  await ground.clusters.dispose()
  const noted = JSON.parse(await readFile(join(ground.dataDir, 'clusters.json'), 'utf8')) as unknown
  expect(JSON.stringify(noted)).toContain(result?.['clusterId'])
  expect(JSON.stringify(noted)).toContain('# mine')
})

test.concurrent('rebuilt from its profile as that is now: what the profile says, its version with it, and the cluster keeps that document', async ({
  ground,
}) => {
  const document = (label: string, image: string) =>
    `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n# ${label}\nnodes:\n- role: control-plane\n  image: ${image}\n  labels: {made: ${label}}\n`
  const before = document('before', 'kindest/node:v1.34.4')
  const after = `${document('after', 'kindest/node:v1.33.4')}- role: worker\n  image: kindest/node:v1.33.4\n`
  await ground.set('images', 'kindest/node:v1.34.4\nkindest/node:v1.33.4\n')
  const profiles = createProfiles({ dataDir: ground.dataDir, changes: ground.changes })
  const { id: profileId } = await profiles.save({ id: null, name: 'lab', document: before })
  const made = (await ground.create({ document: before, profileId })).result ?? {}
  await until(async () => (await ground.clusters.document(made['clusterId'] ?? '')).seen === 'made-from')
  const known = await ground.clusters.document(made['clusterId'] ?? '')
  await profiles.save({ id: profileId, name: 'lab', document: after })
  const now = await profiles.get(profileId)
  expect(now.modifiedAt).toBeGreaterThan(known.since ?? Number.POSITIVE_INFINITY)

  // A change of the profile is not one of the cluster.
  const again = await ground.jobs.done((await ground.clusters.rebuild(made['clusterId'] ?? '', { image: null, document: null })).jobId)
  const same = again.result?.['clusterId'] ?? ''
  await until(async () => (await ground.clusters.document(same)).seen === 'made-from')
  expect((await ground.clusters.document(same)).text).toBe(before)

  const wish = { image: null, document: now.document }
  await expect(ground.clusters.rebuild(same, { ...wish, document: 'kind: Pod' })).rejects.toMatchObject({ code: 'document-invalid' })
  const rebuilt = await ground.jobs.done((await ground.clusters.rebuild(same, wish)).jobId)
  expect(rebuilt).toMatchObject({ kind: 'cluster.rebuild', state: 'succeeded', facts: { image: 'kindest/node:v1.33.4' } })
  const last = rebuilt.result?.['clusterId'] ?? ''
  await until(async () => (await ground.clusters.document(last)).seen === 'made-from')
  expect((await ground.clusters.document(last)).text).toBe(after)
  expect((await ground.clusters.refresh()).clusters).toMatchObject([
    { id: last, profileId, nodes: [{ role: 'control-plane' }, { role: 'worker' }] },
  ])
})

test.concurrent('a document adopted without a word of a profile leaves the cluster with the one it has', async ({ ground }) => {
  const { clusterId = '' } = (await ground.create({ profileId: 'lab' })).result ?? {}
  const profileOf = async () => (await ground.clusters.refresh()).clusters[0]?.profileId
  await until(async () => (await profileOf()) === 'lab')
  const document = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{role: control-plane, labels: {made: again}}]\n'
  const told: string[] = []
  const stop = ground.changes.on((topic) => told.push(topic))
  await ground.clusters.adopt(clusterId, undefined, document)
  stop()
  // Pages that show what a rebuild makes hear of it.
  expect(told).toContain('clusters')
  expect([await profileOf(), (await ground.clusters.document(clusterId)).text]).toEqual(['lab', document])
  await ground.clusters.adopt(clusterId, null, document)
  expect(await profileOf()).toBeNull()
})

test.concurrent('who joins a create that runs has not changed what the cluster was made from', async ({ ground }) => {
  const document = (label: string) =>
    `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{role: control-plane, labels: {made: ${label}}}]\n`
  await ground.set('hold-install-cni')
  const first = await ground.clusters.create(specOf({ document: document('first') }))
  await ground.reached('install-cni')
  expect(await ground.clusters.create(specOf({ document: document('second') }))).toEqual(first)
  await ground.unset('hold-install-cni')
  const { clusterId = '' } = (await ground.jobs.done(first.jobId)).result ?? {}
  await until(async () => (await ground.clusters.document(clusterId)).text.includes('first'))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect((await ground.clusters.document(clusterId)).text).toContain('first')
})
