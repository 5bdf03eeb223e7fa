import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test as base, expect, vi } from 'vitest'
import type { Job } from '#shared/contract/jobs.ts'
import type { Leftover } from '#shared/contract/leftovers.ts'
import { AppError } from '../error.ts'
import { container, createGround, type Ground, kindLabels, minikubeLabels, network, volume } from './fixtures/ground.ts'

const test = base.extend<{ ground: Ground }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads from the pattern which fixtures a fixture needs
  ground: async ({}, use) => {
    const ground = await createGround()
    try {
      await use(ground)
    } finally {
      await ground.dispose()
    }
  },
})
vi.setConfig({ testTimeout: 60_000 })

const words = (items: readonly Leftover[]) => items.map((item) => `${item.kind} ${item.name}: ${item.why.code}`).sort()
const kubeconfigOf = (entries: readonly { name: string; server: string; certificate?: string }[]) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: entries.map(({ name, server }) => ({ name, cluster: { server } })),
    contexts: entries.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
    users: entries.map(({ name, certificate }) => ({
      name,
      user: certificate === undefined ? { token: 'x' } : { 'client-certificate': certificate },
    })),
    'current-context': entries[0]?.name ?? '',
  })
const closedPort = 1
const noted = 'ab'.repeat(32)
const healthy = JSON.stringify({ Name: 'good', Driver: 'docker', Nodes: [{ Name: '' }] })

/** A living kind cluster and a living minikube, stopped or not, and everything that is theirs. */
const living = {
  containers: [
    container('shop-control-plane', kindLabels('shop', 'control-plane'), { Mounts: 'cd'.repeat(32), Networks: 'kind' }),
    container('shop-worker', kindLabels('shop', 'worker'), { Networks: 'kind' }),
    container('good', minikubeLabels('good', 'control-plane'), { Mounts: 'good', Networks: 'good' }),
    container('web', {}, { Mounts: 'ef'.repeat(32) }),
    // Of another MINIKUBE_HOME, for all that can be told: one that is whole, and one with control planes left.
    container('elsewhere', minikubeLabels('elsewhere')),
    container('many-m02', minikubeLabels('many-m02')),
    container('many-m03', minikubeLabels('many-m03')),
  ],
  volumes: [
    volume('cd'.repeat(32)),
    volume('ef'.repeat(32)),
    volume('12'.repeat(32)),
    volume('good', minikubeLabels('good')),
    volume('data', { mine: 'yes' }),
  ],
  networks: [network('kind'), network('good', { Labels: minikubeLabels('good') }), network('bridge')],
}

test.concurrent('what living clusters use is never found, nor what cannot be told to be theirs', async ({ ground }) => {
  await ground.setEngine(living)
  await ground.file('home/.minikube/profiles/good/config.json', healthy)
  await ground.file('home/.minikube/profiles/good/client.crt')
  await ground.file('home/.minikube/machines/good/id_rsa')
  await ground.file('home/.minikube/machines/good-m02/id_rsa')
  await ground.file('home/.minikube/cache/linux/amd64/v1.34.4/kubelet')
  await ground.file('data/tmp/somebody-else/file')
  await writeFile(
    ground.kubeconfigPath,
    kubeconfigOf([
      { name: 'kind-shop', server: `https://127.0.0.1:${closedPort}` },
      { name: 'good', server: 'https://192.168.49.2:8443', certificate: join(ground.homeDir, '.minikube/profiles/good/client.crt') },
      { name: 'kind-office', server: 'https://kind.example.com:6443' },
      { name: 'prod', server: 'https://127.0.0.1:1' },
    ]),
  )
  const { items, sources } = await ground.leftovers.refresh()
  expect(items).toEqual([])
  expect(sources.map(({ source, state, value, error }) => ({ source, state, value, error }))).toEqual(
    ['containers', 'volumes', 'networks', 'contexts', 'minikube', 'minikube-cache', 'cove'].map((source) => ({
      source,
      state: 'ok',
      value: 0,
      error: null,
    })),
  )
})

/** Remains of every sort beside what lives. */
async function litter(ground: Ground) {
  await ground.setEngine({
    containers: [
      ...living.containers,
      container('old-worker', kindLabels('old', 'worker'), { Networks: 'kind' }),
      container('old-worker2', kindLabels('old', 'worker'), { Networks: 'kind' }),
      container('gone-m02', minikubeLabels('gone-m02')),
    ],
    volumes: [...living.volumes, volume(noted), volume('gone', minikubeLabels('gone'))],
    networks: [...living.networks, network('gone', { Labels: minikubeLabels('gone') })],
  })
  await ground.file('home/.minikube/profiles/good/config.json', healthy)
  await ground.file('home/.minikube/profiles/broken/config.json', '{"Name":"bro')
  await ground.file('home/.minikube/profiles/certs/client.crt')
  await ground.file('home/.minikube/machines/lost/config.json', '{"DriverName":"docker"}')
  await ground.file('home/.minikube/machines/vm/config.json', '{"DriverName":"kvm2"}')
  await ground.file('home/.minikube/cache/kic/amd64/kicbase.tar', 'x'.repeat(20_000))
  await ground.file('home/.minikube/cache/preloaded-tarball/preloaded-images.tar.lz4', 'x')
  await ground.file('data/tmp/0a0000000q-zzzz/kubeconfig')
  await ground.file('data/tmp/999999999-11111111-2222-3333-4444-555555555555.loglines')
  await ground.file('data/bin/kubectl/v1.30.0/kubectl.part')
  await ground.file('data/bin/kubectl/v1.30.0/kubectl.part.json')
  await writeFile(
    ground.kubeconfigPath,
    kubeconfigOf([
      { name: 'kind-shop', server: `https://127.0.0.1:${closedPort}` },
      { name: 'kind-old', server: `https://127.0.0.1:${closedPort}` },
      { name: 'gone', server: 'https://192.168.49.2:8443', certificate: join(ground.homeDir, '.minikube/profiles/gone/client.crt') },
    ]),
  )
  const job = ground.jobs.start({
    kind: 'cluster.delete',
    subject: 'old',
    facts: { provider: 'kind' },
    key: 'kind:old',
    steps: [],
    run: async () => {
      throw new AppError('engine-stopped', { endpoint: null })
    },
    cleanUp: async () => [`volume ${noted}`],
  })
  await ground.jobs.done(job.id)
}

const everything = [
  'cache kicbase.tar: cache',
  'cache preloaded-images.tar.lz4: cache',
  'certificates certs: profile-gone',
  'container gone-m02: control-plane-gone',
  'container old-worker2: control-plane-gone',
  'container old-worker: control-plane-gone',
  'context gone: profile-gone',
  'job-folder 0a0000000q-zzzz: job-ended',
  'machine lost: profile-gone',
  'machine vm: profile-gone',
  `network gone: network-unused`,
  'partial-download kubectl v1.30.0: download-unfinished',
  'profile broken: profile-damaged',
  'spill 999999999-11111111-2222-3333-4444-555555555555.loglines: owner-gone',
  `volume ${noted}: volume-of-deleted`,
  'volume gone: volume-unused',
].sort()

test.concurrent('remains of every sort are found with their size, age and reason, and removed; what lives stays', async ({ ground }) => {
  await litter(ground)
  const items = await ground.found()
  // kind still has containers of `old`, so its context goes with them, not before.
  expect(words(items)).toEqual(everything)
  const of = (name: string) => items.find((item) => item.name === name)
  expect(of('old-worker')).toMatchObject({
    provider: 'kind',
    cluster: 'old',
    sizeBytes: 1_500_000,
    createdAt: Date.parse('2026-11-24T03:49:47Z'),
  })
  expect(of(noted)).toMatchObject({ provider: 'kind', cluster: 'old', sizeBytes: 416_400_000, preselected: true })
  expect(of('kicbase.tar')).toMatchObject({ preselected: false, cluster: null })
  expect(of('kicbase.tar')?.sizeBytes).toBeGreaterThanOrEqual(20_000)
  expect(of('vm')).toMatchObject({ blocked: 'machine-driver' })

  const job = await ground.remove(items)
  expect(job).toMatchObject({ state: 'succeeded', error: null, result: { removed: String(items.length - 1) } })
  // The context of the cluster whose last containers went is one now; the virtual machine is minikube's to remove.
  expect(words(await ground.found())).toEqual(['context kind-old: cluster-gone', 'machine vm: profile-gone'])
  expect(await ground.remove((await ground.found()).filter((item) => item.kind === 'context'))).toMatchObject({ state: 'succeeded' })

  const engine = await ground.engine()
  expect(engine.containers).toEqual(living.containers)
  expect(engine.volumes).toEqual(living.volumes)
  expect(engine.networks).toEqual(living.networks)
  expect(await readdir(join(ground.homeDir, '.minikube/profiles'))).toEqual(['good'])
  expect((await ground.kubeconfig.snapshot()).contexts.map((context) => context.name)).toEqual(['kind-shop'])
  expect(await readdir(join(ground.dataDir, 'bin/kubectl'))).toEqual([])
})

test.concurrent('one place that does not answer fails alone, and nothing of it is said to be gone', async ({ ground }) => {
  await litter(ground)
  await ground.found()
  await ground.stopEngine()
  const { items, sources } = await ground.leftovers.refresh()
  const states = Object.fromEntries(sources.map(({ source, state }) => [source, state]))
  expect(states).toEqual({
    containers: 'failed',
    volumes: 'failed',
    networks: 'failed',
    contexts: 'failed',
    minikube: 'failed',
    'minikube-cache': 'ok',
    cove: 'ok',
  })
  expect(sources[0]?.error?.code).toBe('engine-stopped')
  expect(new Set(items.map((item) => item.source))).toEqual(new Set(['minikube-cache', 'cove']))
})

test.concurrent('what is taken into use after it was shown stays, whatever was chosen', async ({ ground }) => {
  await litter(ground)
  const items = await ground.found()
  const engine = await ground.engine()
  // `old` has a control plane again, `gone` is started anew, and the volume is mounted.
  await ground.setEngine({
    ...engine,
    containers: [
      ...engine.containers,
      container('old-control-plane', kindLabels('old', 'control-plane'), { Networks: 'kind' }),
      container('gone', minikubeLabels('gone', 'control-plane'), { Mounts: 'gone', Networks: 'gone' }),
      container('db', {}, { Mounts: noted }),
    ],
  })
  await ground.file('home/.minikube/profiles/broken/config.json', healthy)
  const before = await ground.engine()
  const chosen = items.filter((item) => item.source !== 'cove' && item.source !== 'minikube-cache')
  const job = await ground.remove(chosen)
  expect(job).toMatchObject({ state: 'succeeded', error: null })
  expect(await ground.engine()).toEqual(before)
  expect(await readFile(join(ground.homeDir, '.minikube/profiles/broken/config.json'), 'utf8')).toBe(healthy)
  expect((await ground.kubeconfig.snapshot()).contexts.map((context) => context.name)).toContain('gone')
})

test.concurrent('another thing of the same name is not the one that was chosen', async ({ ground }) => {
  await ground.setEngine({ networks: [network('kind')], volumes: [volume('gone', minikubeLabels('gone'))] })
  const items = await ground.found()
  expect(words(items)).toEqual(['network kind: network-unused', 'volume gone: volume-unused'])
  const again = {
    networks: [network('kind', { Id: 'f'.repeat(64) })],
    volumes: [volume('gone', minikubeLabels('gone'), { CreatedAt: '2026-11-25T00:00:00Z' })],
  }
  await ground.setEngine(again)
  expect(await ground.remove(items)).toMatchObject({ state: 'succeeded', result: { removed: '0' } })
  expect(await ground.engine()).toEqual(again)
})

test.concurrent('what cannot be removed is named after looking, and the rest is removed', async ({ ground }) => {
  await ground.setEngine({ networks: [network('kind')], volumes: [volume('gone', minikubeLabels('gone'))], stuck: ['gone'] })
  const job = await ground.remove(await ground.found())
  expect(job).toMatchObject({ state: 'failed', error: { code: 'left-behind', facts: { what: 'volume gone' } }, left: ['volume gone'] })
  expect((await ground.engine()).networks).toEqual([])
})

test.concurrent('a removal that is cancelled ends at once, and says what it left where it is', async ({ ground }) => {
  await ground.setEngine({ networks: [network('kind')], volumes: [volume('gone', minikubeLabels('gone'))] })
  const items = await ground.found()
  await writeFile(join(ground.state, 'hold'), '')
  const { jobId } = ground.leftovers.remove(items.map((item) => item.id))
  expect(() => ground.leftovers.remove(items.map((item) => item.id))).toThrow('busy')
  expect(ground.leftovers.snapshot().jobId).toBe(jobId)
  await vi.waitUntil(() => existsSync(join(ground.state, 'at-remove')), { timeout: 30_000 })
  // What a Cove that is killed now leaves in its journal is enough for the next one to look.
  const journal = JSON.parse(await readFile(join(ground.dataDir, 'jobs', `${jobId}.json`), 'utf8')) as {
    job: Job
    memory: Record<string, string>
  }
  const reconcile = () => ground.leftovers.reconcileHandlers['leftovers.remove']?.(journal.job, journal.memory)
  expect(await reconcile()).toEqual({ state: 'interrupted', left: ['volume gone', 'network kind'] })
  expect(await ground.jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: ['volume gone', 'network kind'] })
  expect(await ground.engine()).toMatchObject({ networks: [{ Name: 'kind' }], volumes: [{ Name: 'gone' }] })
  await ground.setEngine({})
  expect(await reconcile()).toEqual({ state: 'succeeded', left: [] })
})

test.concurrent('what held an address for a start is a leftover once that start has ended, and goes at once', async ({ ground }) => {
  let end = () => {}
  const start = ground.jobs.start({
    kind: 'cluster.start',
    subject: 'shop',
    key: 'kind:shop',
    steps: [],
    run: () => new Promise<null>((resolve) => (end = () => resolve(null))),
  })
  const of = (job: string) => ({ 'cove.job': job, 'cove.cluster': 'shop' })
  await ground.setEngine({
    containers: [...living.containers, container('cove-address-1', of(start.id)), container('cove-address-2', of('0a0000000q-zzzz'))],
    networks: living.networks,
  })
  await ground.file('home/.minikube/profiles/good/config.json', healthy)
  const items = await ground.found()
  expect(words(items)).toEqual(['container cove-address-2: job-ended'])
  expect(items[0]).toMatchObject({ provider: 'kind', cluster: 'shop' })
  expect(await ground.remove(items)).toMatchObject({ state: 'succeeded' })
  expect((await ground.calls()).filter(([command]) => command === 'stop')).toEqual([])
  end()
  await ground.jobs.done(start.id)
  expect(words(await ground.found())).toEqual(['container cove-address-1: job-ended'])
})

test.concurrent('nothing of a cluster that a job works on, or that may still be made by somebody', async ({ ground }) => {
  const now = new Date().toISOString()
  await ground.setEngine({
    containers: [
      container('old-worker', kindLabels('old', 'worker')),
      container('new-worker', kindLabels('new', 'worker'), { CreatedAt: now.replace('T', ' ').replace(/\.\d+Z/, ' +0000 UTC') }),
    ],
    volumes: [volume('old', minikubeLabels('old')), volume('new', minikubeLabels('new'), { CreatedAt: now })],
    networks: [network('kind', { Created: now }), network('old', { Labels: minikubeLabels('old') })],
  })
  await writeFile(ground.kubeconfigPath, kubeconfigOf([{ name: 'kind-other', server: 'https://127.0.0.1:1' }]))
  let end = () => {}
  const job = ground.jobs.start({
    kind: 'cluster.create',
    subject: 'old',
    key: 'kind:old',
    steps: [],
    run: ({ signal }) =>
      new Promise<null>((resolve) => {
        end = () => resolve(null)
        signal.addEventListener('abort', end)
      }),
  })
  const folder = await ground.file(`data/tmp/${job.id}/kubeconfig`)
  expect(words(await ground.found())).toEqual(['context kind-other: cluster-gone'])
  end()
  await ground.jobs.done(job.id)
  expect(words(await ground.found())).toEqual([
    'container old-worker: control-plane-gone',
    'context kind-other: cluster-gone',
    `job-folder ${job.id}: job-ended`,
    'network old: network-unused',
    'volume old: volume-unused',
  ])
  expect((await stat(folder)).isFile()).toBe(true)
})

test.concurrent('a context is a leftover only where no engine of this machine has the cluster and nobody listens', async ({ ground }) => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await writeFile(
    ground.kubeconfigPath,
    kubeconfigOf([
      { name: 'kind-listens', server: `https://127.0.0.1:${port}` },
      { name: 'kind-colima', server: 'https://127.0.0.1:1' },
      { name: 'kind-podman', server: 'https://127.0.0.1:1' },
      { name: 'kind-gone', server: 'https://127.0.0.1:1' },
    ]),
  )
  const socket = await ground.file('engine/other.sock')
  await ground.setEngine({ contexts: [{ Name: 'other', DockerEndpoint: `unix://${socket}` }] })
  await ground.setOther({ containers: [container('colima-control-plane', kindLabels('colima', 'control-plane'))] })
  await ground.tool('podman', 'echo podman')
  expect(words(await ground.found())).toEqual(['context kind-gone: cluster-gone'])
  server.close()
  await ground.tool('podman', 'echo cannot connect to Podman >&2; exit 125')
  const failed = (await ground.leftovers.refresh()).sources.find(({ source }) => source === 'contexts')
  expect(failed).toMatchObject({ state: 'failed', value: null, error: { code: 'command-failed' } })
  await ground.tool('podman', 'true')
  await ground.setEngine({ contexts: [{ Name: 'far', DockerEndpoint: 'ssh://far.test' }] })
  const remote = (await ground.leftovers.refresh()).sources.find(({ source }) => source === 'contexts')
  expect(remote).toMatchObject({ state: 'failed', error: { code: 'engine-not-asked', facts: { endpoint: 'ssh://far.test' } } })
})

test.concurrent('a profile in whichever folder of minikube that is known of keeps what is its own', async () => {
  const ground = await createGround('/nowhere/else')
  try {
    const labels = minikubeLabels('good')
    await ground.setEngine({
      volumes: [volume('good', labels), volume('gone', minikubeLabels('gone'))],
      networks: [network('good', { Labels: labels })],
    })
    await ground.file('home/.minikube/profiles/good/config.json', healthy)
    expect(words(await ground.found())).toEqual(['volume gone: volume-unused'])
  } finally {
    await ground.dispose()
  }
})

test.concurrent('entries that no context names go; one that a context names by then stays', async ({ ground }) => {
  const server = 'https://127.0.0.1:1'
  const config = (contexts: object[]) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'kind-one', cluster: { server } },
        { name: 'kind-two', cluster: { server } },
        { name: 'kind-far', cluster: { server: 'https://far.test' } },
        { name: 'mine', cluster: { server } },
      ],
      users: [
        { name: 'kind-one', user: { token: 'x' } },
        { name: 'kind-two', user: { token: 'x' } },
        { name: 'mine', user: { token: 'x' } },
      ],
      contexts,
    })
  await writeFile(ground.kubeconfigPath, config([]))
  const items = await ground.found()
  expect(items.map((item) => `${item.kind} ${item.id.split('\n')[1]} ${item.name}`)).toEqual([
    'entry clusters kind-one',
    'entry users kind-one',
    'entry clusters kind-two',
    'entry users kind-two',
  ])
  await writeFile(ground.kubeconfigPath, config([{ name: 'again', context: { cluster: 'kind-two', user: 'kind-two' } }]))
  expect(await ground.remove(items)).toMatchObject({ state: 'succeeded', result: { removed: '2' } })
  const left = JSON.parse(await readFile(ground.kubeconfigPath, 'utf8')) as Record<'clusters' | 'users', { name: string }[]>
  expect([left.clusters.map(({ name }) => name), left.users.map(({ name }) => name)]).toEqual([
    ['kind-two', 'kind-far', 'mine'],
    ['kind-two', 'mine'],
  ])
})

test.concurrent('a profile on a disk that is not there is not gone, and a link is not followed', async ({ ground }) => {
  const outside = await ground.file('outside/precious')
  await ground.file('home/.minikube/profiles/good/config.json', healthy)
  await symlink(join(ground.base, 'outside'), join(ground.homeDir, '.minikube/profiles/linked'))
  await ground.file('home/.minikube/profiles/half/client.crt')
  await symlink(join(ground.base, 'outside'), join(ground.homeDir, '.minikube/profiles/half/events.json'))
  await writeFile(
    ground.kubeconfigPath,
    kubeconfigOf([{ name: 'away', server: 'https://192.168.49.2:8443', certificate: '/mnt/away/.minikube/profiles/away/client.crt' }]),
  )
  await mkdir(join(ground.homeDir, '.minikube/machines'), { recursive: true })
  expect(words(await ground.found())).toEqual([])
  expect(await readFile(outside, 'utf8')).toBe('x')
})

test.concurrent('logs that were gathered only in part, in Cove’s own folder and nowhere else', async ({ ground }) => {
  const inside = join(ground.dataDir, 'exports', 'shop-20261124')
  const elsewhere = join(ground.homeDir, 'shop logs')
  for (const directory of [inside, elsewhere]) {
    await ground.file(`${directory.slice(ground.base.length + 1)}/kubelet.log`)
    const { id } = ground.jobs.start({
      kind: 'cluster.export-logs',
      subject: 'shop',
      facts: { directory },
      key: `kind:${directory}`,
      steps: [],
      run: async () => {
        throw new AppError('disk-full', { path: null })
      },
    })
    await ground.jobs.done(id)
  }
  const items = await ground.found()
  expect(items).toMatchObject([{ kind: 'export', path: inside, cluster: 'shop', preselected: false }])
  expect(await ground.remove(items)).toMatchObject({ state: 'succeeded', result: { removed: '1' } })
  expect(await readdir(elsewhere)).toEqual(['kubelet.log'])
})

test.concurrent('the first answer does not wait, and those who look are told when more is known', async ({ ground }) => {
  await ground.setEngine({ networks: [network('kind')] })
  expect(ground.leftovers.snapshot().sources.map(({ state }) => state)).toEqual(Array.from({ length: 7 }, () => 'loading'))
  await new Promise<void>((resolve) => {
    const stop = ground.changes.on((topic) => {
      if (topic !== 'leftovers' || ground.leftovers.snapshot().items.length === 0) return
      stop()
      resolve()
    })
  })
  expect(words(ground.leftovers.snapshot().items)).toEqual(['network kind: network-unused'])
})
