import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { type Ground, until } from './fixtures/ground.ts'
import { specOf } from './fixtures/spec.ts'
import { test } from './fixtures/test.ts'

// Dozens of small processes each: on a busy machine they take their time.
vi.setConfig({ testTimeout: 120_000 })

/** `own`: a folder of the test. */
const documentIn = (own: string, port = 5005) => `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes: [{role: control-plane}, {role: worker}]
---
kind: ClusterExtras
apiVersion: cove/v1alpha1
registry: {name: my-registry, port: ${port}}
mirrors: {docker.io: ["https://mirror.test"]}
images: ["web:1"]
manifests: ["${own}/first.yaml", "https://example.test/second.yaml"]
`
const nodes = ['dev-control-plane', 'dev-worker']
const make = (ground: Ground) => ground.create({ document: documentIn(ground.baseDir), workers: 1 })
/** The engine holds the image to load, and the manifest is there. */
async function ready(ground: Ground, more = '') {
  await writeFile(join(ground.baseDir, 'first.yaml'), '')
  await ground.set('images', `kindest/node:v1.34.4\nweb:1\n${more}`)
}
const registry = (over: object = {}) =>
  JSON.stringify({
    ID: 'a'.repeat(64),
    Names: 'my-registry',
    Labels: '',
    State: 'running',
    Volume: '',
    Publish: '127.0.0.1:5005:5000',
    ...over,
  })
const dockerCalls = async (ground: Ground, ...commands: string[]) =>
  (await ground.calls('docker')).map((call) => call.slice(1)).filter(([command = '']) => commands.includes(command))
const gone = { containers: [], volumes: [], attached: [], tmp: [] }

test.concurrent('registry, mirrors, images and manifests are set up on a cluster that answers, as kind’s guide says', async ({
  ground,
}) => {
  await ready(ground)
  // What is only planned asks nobody for an image or a manifest.
  const plan = await ground.clusters.plan(specOf({ document: documentIn(ground.baseDir), workers: 1 }))
  expect(plan.problems).toEqual([])
  expect([...(await dockerCalls(ground, 'run', 'pull', 'save')), ...(await ground.applied())]).toEqual([])

  const job = await make(ground)
  expect(job).toMatchObject({ state: 'succeeded', error: null })
  expect(job.steps.slice(-4).map((step) => [step.id, step.state])).toEqual([
    ['set-up-registry', 'done'],
    ['load-images', 'done'],
    ['apply-manifests', 'done'],
    ['add-context', 'done'],
  ])
  // https://kind.sigs.k8s.io/docs/user/local-registry/: an own container, on the network of the nodes, known to containerd of each, and told to people by a ConfigMap.
  expect(await dockerCalls(ground, 'pull', 'run')).toEqual([
    ['pull', '--', 'registry:2'],
    [
      'run',
      '--detach',
      '--restart=always',
      '--pull=never',
      '--publish=127.0.0.1:5005:5000',
      `--label=cove.registry=${job.id}`,
      '--name=my-registry',
      '--',
      'registry:2',
    ],
  ])
  expect((await ground.remains()).attached).toContain('my-registry')
  for (const node of nodes) {
    expect(await ground.written(node, '/etc/containerd/certs.d/localhost:5005/hosts.toml')).toBe('[host."http://my-registry:5000"]\n')
    expect(await ground.written(node, '/etc/containerd/certs.d/docker.io/hosts.toml')).toContain('[host."https://mirror.test"]')
    expect(await ground.held(node)).toEqual(['docker.io/library/web:1'])
  }
  const [hosting, ...manifests] = await ground.applied()
  expect(JSON.parse(hosting?.text ?? '')).toMatchObject({
    kind: 'ConfigMap',
    metadata: { name: 'local-registry-hosting', namespace: 'kube-public' },
    data: { 'localRegistryHosting.v1': expect.stringContaining('host: "localhost:5005"\n') as string },
  })
  expect(manifests.map((one) => one.from)).toEqual([join(ground.baseDir, 'first.yaml'), 'https://example.test/second.yaml'])
  for (const one of [hosting, ...manifests]) {
    expect(one?.context).toBe('kind-dev')
    // Not the user's file, which has no such context yet.
    expect(one?.kubeconfig).not.toBe(ground.kubeconfigPath)
  }
})

test.concurrent('without a network nobody waits for nodes: the last step of kind is over when the registry is set up', async ({
  ground,
}) => {
  await ready(ground)
  await ground.set('hold-cp-dev-worker')
  const document = documentIn(ground.baseDir).replace('---', 'networking: {disableDefaultCNI: true}\n---')
  const { jobId } = await ground.clusters.create(specOf({ document, workers: 1 }))
  await ground.reached('cp-dev-worker')
  const running = ground.jobs.get(jobId)?.steps.flatMap(({ id, state }) => (state === 'running' ? [id] : []))
  expect(running).toEqual(['set-up-registry'])
  await ground.unset('hold-cp-dev-worker')
  expect(await ground.jobs.done(jobId)).toMatchObject({ state: 'succeeded' })
})

test.concurrent('a registry that is there is taken, started where it stands, and joined to the network once', async ({ ground }) => {
  await ready(ground)
  await ground.set('containers/my-registry', registry({ State: 'exited' }))
  expect((await make(ground)).state).toBe('succeeded')
  const said = await dockerCalls(ground, 'run', 'start', 'pull', 'network')
  expect(said.filter(([command, verb]) => command !== 'network' || verb === 'connect')).toEqual([
    ['start', '--', 'my-registry'],
    ['network', 'connect', '--', 'kind', 'my-registry'],
  ])
  expect((await ground.states())['my-registry']).toBe('running')
})

test.concurrent('a container of that name that listens elsewhere is left alone, and the create ends before anything is made', async ({
  ground,
}) => {
  await ready(ground)
  const other = registry({ Publish: '127.0.0.1:5999:5000' })
  await ground.set('containers/my-registry', other)
  expect(await make(ground)).toMatchObject({
    state: 'failed',
    error: { code: 'registry-name-taken', facts: { name: 'my-registry', port: 5005 } },
    left: [],
  })
  expect(await ground.calls('kind', 'create')).toEqual([])
  expect(await ground.remains()).toEqual({ ...gone, containers: ['my-registry'] })
  expect(await dockerCalls(ground, 'run', 'start', 'rm')).toEqual([])
})

test.concurrent('a registry that cannot be started is no registry the next time', async ({ ground }) => {
  await ready(ground, 'registry:2\n')
  await ground.set('hold-run')
  await ground.set('fail-run', 'docker: Error response from daemon: something of the network')
  const { jobId } = await ground.clusters.create(specOf({ document: documentIn(ground.baseDir), workers: 1 }))
  await ground.reached('run')
  // What the engine had made of it.
  await ground.set('containers/my-registry', registry({ State: 'created', Labels: `cove.registry=${jobId}`, Volume: 'v' }))
  await ground.set('volumes/v')
  await ground.unset('hold-run')
  expect(await ground.jobs.done(jobId)).toMatchObject({ state: 'failed', error: { code: 'registry-failed' }, left: [] })
  expect(await dockerCalls(ground, 'rm')).toContainEqual(['rm', '--force', '--volumes', '--', 'a'.repeat(64)])
  expect(await ground.remains()).toEqual(gone)
  await ground.unset('fail-run')
  expect((await make(ground)).state).toBe('succeeded')
})

test.concurrent('a registry that another create is first with is taken, and stays', async ({ ground }) => {
  await ready(ground, 'registry:2\n')
  await ground.set('hold-run')
  const { jobId } = await ground.clusters.create(specOf({ document: documentIn(ground.baseDir), workers: 1 }))
  await ground.reached('run')
  await ground.set('containers/my-registry', registry({ Labels: 'cove.registry=another' }))
  await ground.unset('hold-run')
  expect(await ground.jobs.done(jobId)).toMatchObject({ state: 'succeeded', error: null })
  expect((await ground.states())['my-registry']).toBe('running')
  expect((await dockerCalls(ground, 'rm')).flat()).not.toContain('a'.repeat(64))
})

test.concurrent('a registry that the engine still makes when the create is cancelled goes again', async ({ ground }) => {
  await ready(ground, 'registry:2\n')
  await ground.set('late-run')
  const { jobId } = await ground.clusters.create(specOf({ document: documentIn(ground.baseDir), workers: 1 }))
  await until(async () => (await dockerCalls(ground, 'run')).length === 2)
  expect(await ground.jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: [] })
  expect(await dockerCalls(ground, 'rm')).toContainEqual(['rm', '--force', '--volumes', '--', expect.stringMatching(/^[0-9a-f]{64}$/)])
  expect(await ground.remains()).toEqual(gone)
})

test.concurrent('a registry that comes after docker was cut off by its limit goes again as well', async ({ ground }) => {
  await ready(ground, 'registry:2\n')
  await ground.set('hold-run')
  const run = ground.exec.run
  const sooner = vi
    .spyOn(ground.exec, 'run')
    .mockImplementation((spec) => run(spec.args[0] === 'run' ? { ...spec, timeoutMs: 2_000 } : spec))
  const { jobId } = await ground.clusters.create(specOf({ document: documentIn(ground.baseDir), workers: 1 }))
  const looks = async () => (await dockerCalls(ground, 'ps')).filter((call) => call.includes(`--filter=label=cove.registry=${jobId}`))
  // What is there before the answer to the first look is found by that.
  await until(async () => (await looks()).length > 1)
  await ground.set('containers/my-registry', registry({ Labels: `cove.registry=${jobId}` }))
  expect(await ground.jobs.done(jobId)).toMatchObject({ state: 'failed', error: { code: 'command-timeout' }, left: [] })
  expect(await ground.remains()).toEqual(gone)
  sooner.mockRestore()
})

test.concurrent('a registry of a cancelled create stays where another create has found it and joined it to the nodes', async ({
  ground,
}) => {
  await ready(ground, 'registry:2\n')
  await ground.set('hold-run')
  const { jobId } = await ground.clusters.create(specOf({ document: documentIn(ground.baseDir), workers: 1 }))
  await ground.reached('run')
  await ground.set('containers/my-registry', registry({ Labels: `cove.registry=${jobId}` }))
  await ground.set('attached/my-registry', '172.18.0.9')
  expect(await ground.jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: [] })
  expect(await ground.remains()).toEqual({ ...gone, containers: ['my-registry'], attached: ['my-registry'] })
})

test.concurrent('a manifest that is refused ends the create with its name and reason; the registry stays, the cluster goes', async ({
  ground,
}) => {
  await ready(ground)
  await ground.set('fail-apply-second.yaml', 'error: unable to read URL "https://example.test/second.yaml", server reported 404 Not Found')
  expect(await make(ground)).toMatchObject({
    state: 'failed',
    error: {
      code: 'manifest-failed',
      facts: { manifest: 'https://example.test/second.yaml', reason: expect.stringContaining('404 Not Found') as string },
    },
    left: [],
  })
  expect((await ground.applied()).map((one) => one.from)).toEqual(['-', join(ground.baseDir, 'first.yaml')])
  expect(await ground.remains()).toEqual({ ...gone, containers: ['my-registry'], attached: ['my-registry'] })
  expect((await ground.clusters.refresh()).clusters).toEqual([])
})

test.concurrent('what the document wants and this machine lacks is said by the plan, and ends the create before anything is made', async ({
  ground,
}) => {
  // A port of its own: other tests take the usual one at the same time.
  const held = createServer().listen(0, '127.0.0.1')
  await once(held, 'listening')
  const { port } = held.address() as AddressInfo
  const document = documentIn(ground.baseDir, port)
  try {
    const { problems, findings } = await ground.clusters.plan(specOf({ document: document, workers: 1 }))
    expect(problems.map(({ code, facts }) => [code, facts])).toEqual([
      ['port-taken', { port, holder: expect.stringContaining(`pid ${process.pid}`) as string, free: expect.any(Number) as number }],
      ['load-image-missing', { image: 'web:1' }],
      ['manifest-missing', { path: join(ground.baseDir, 'first.yaml') }],
    ])
    expect(findings.filter(({ level }) => level === 'problem').map(({ cause, action }) => [cause, action])).toEqual([
      ['load-image-missing', 'change-specification'],
      ['manifest-missing', 'change-specification'],
    ])
    const job = await ground.create({ document, workers: 1 })
    expect(job).toMatchObject({ state: 'failed', error: { code: 'port-taken' }, left: [] })
    expect(job.steps.find(({ state }) => state === 'failed')?.id).toBe('check-machine')
    expect(await ground.remains()).toEqual(gone)
    expect(await ground.calls('kind', 'create')).toEqual([])

    // A registry of its own holds that port already, and rightly.
    await ready(ground)
    await ground.set('containers/my-registry', registry({ Publish: `127.0.0.1:${port}:5000` }))
    expect((await ground.clusters.plan(specOf({ document: document, workers: 1 }))).problems).toEqual([])
  } finally {
    held.close()
  }
})

test.concurrent('a node and the registry cannot both have a port of one address', async ({ ground }) => {
  const problemsOf = async (listenAddress: string) => {
    const document = `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes: [{role: control-plane, extraPortMappings: [{containerPort: 80, hostPort: 5006, listenAddress: ${listenAddress}}]}]
---
kind: ClusterExtras
apiVersion: cove/v1alpha1
registry: {port: 5006}
`
    const { problems } = await ground.clusters.plan(specOf({ document }))
    return problems.map(({ code, facts }) => [code, facts])
  }
  const clash = ['port-taken', { port: 5006, holder: 'kind-registry', free: null }]
  expect(await problemsOf('0.0.0.0')).toEqual([clash])
  expect(await problemsOf('127.0.0.1')).toEqual([clash])
  expect(await problemsOf('127.0.0.2')).toEqual([])
})

test.concurrent('an image of the registry that cannot be pulled ends the create before the cluster is made', async ({ ground }) => {
  await ready(ground)
  await ground.set('fail-pull', 'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io')
  const job = await make(ground)
  expect(job).toMatchObject({ state: 'failed', left: [] })
  expect(job.steps.find(({ state }) => state === 'failed')?.id).toBe('pull-image')
  expect(await ground.remains()).toEqual(gone)
  expect(await ground.calls('kind', 'create')).toEqual([])
})

test.concurrent('an image that goes from the engine while the cluster comes up ends the create, and nothing of it is left', async ({
  ground,
}) => {
  await ready(ground)
  await ground.set('hold-install-storage')
  const { jobId } = await ground.clusters.create(specOf({ document: documentIn(ground.baseDir), workers: 1 }))
  await ground.reached('install-storage')
  await ground.set('images', 'kindest/node:v1.34.4\nregistry:2\n')
  await ground.unset('hold-install-storage')
  expect(await ground.jobs.done(jobId)).toMatchObject({
    state: 'failed',
    error: { code: 'image-not-found', facts: { image: 'web:1' } },
    left: [],
  })
  expect(await ground.remains()).toEqual({ ...gone, containers: ['my-registry'], attached: ['my-registry'] })
})

test.concurrent.for(['cp-dev-worker', 'import-dev-worker', 'apply-stdin', 'apply-first.yaml'])(
  'a cancel at %s takes the cluster away and leaves the registry',
  async (place, { ground }) => {
    await ready(ground)
    await ground.set(`hold-${place}`)
    const { jobId } = await ground.clusters.create(specOf({ document: documentIn(ground.baseDir), workers: 1 }))
    await ground.reached(place)
    await ground.jobs.cancel(jobId)
    expect(await ground.jobs.done(jobId)).toMatchObject({ state: 'cancelled', left: [] })
    expect(await ground.remains()).toEqual({ ...gone, containers: ['my-registry'], attached: ['my-registry'] })
  },
)
