import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Cluster } from '#shared/contract/clusters.ts'
import { createChanges } from '../changes.ts'
import { AppError } from '../error.ts'
import { createExec } from '../exec/exec.ts'
import type { Exec } from '../exec/types.ts'
import { createJobs } from '../jobs/jobs.ts'
import type { Jobs } from '../jobs/types.ts'
import { createNetworkPlugins, type NetworkPlugins } from './network-plugins.ts'

const program = fileURLToPath(new URL('fixtures/kubectl.cjs', import.meta.url))
const image = 'a.test/agnhost:1'
const manifest = `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: d, namespace: n }
spec: { template: { spec: { containers: [{ image: a.test/d:1 }] } } }
`
const daemonPath = '/apis/apps/v1/namespaces/n/daemonsets/d'
const node = (name: string, ready = true) => ({
  metadata: { name },
  spec: { podCIDR: '10.244.0.0/24' },
  status: {
    addresses: [{ type: 'InternalIP', address: name === 'x' ? '172.18.0.2' : '172.18.0.3' }],
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', message: 'cni plugin not initialized' }],
    images: [{ names: [image] }],
  },
})
const daemon = (ready: number) => ({
  metadata: { name: 'd', namespace: 'n', generation: 1 },
  spec: { template: { spec: { containers: [{ image: 'a.test/d:1' }], volumes: [{ hostPath: { path: '/etc/cni/net.d' } }] } } },
  status: { desiredNumberScheduled: 2, numberReady: ready, observedGeneration: 1 },
})
const raw = {
  '/api/v1/nodes': { items: [node('x'), node('y')] },
  '/apis/apps/v1/daemonsets': { items: [] },
  '/api/v1/namespaces/kube-system/configmaps/kubeadm-config': {
    data: { ClusterConfiguration: 'networking: { podSubnet: 10.244.0.0/16, serviceSubnet: 10.96.0.0/12 }' },
  },
  '/api/v1/namespaces/kube-system/pods?labelSelector=tier%3Dcontrol-plane': { items: [] },
  '/api/v1/namespaces/default/services/kubernetes': { spec: { clusterIP: '10.96.0.1', ports: [{ port: 443 }] } },
  '/api/v1/namespaces/n/pods': {
    items: [
      {
        metadata: { name: 'd-1' },
        spec: { containers: [] },
        status: { containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff', message: 'no such host' } } }] },
      },
    ],
  },
  [daemonPath]: daemon(2),
}

let root: string
let exec: Exec
let jobs: Jobs
let network: NetworkPlugins
let count = 0

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cove network 网络 '))
  const env = {
    ...process.env,
    PATH: `${join(root, 'bin')}${delimiter}${dirname(process.execPath)}${delimiter}/usr/bin${delimiter}/bin`,
    SHELL: '/bin/false',
  }
  const changes = createChanges()
  exec = createExec({ dataDir: join(root, 'data'), env, homeDir: root, changes })
  jobs = createJobs({ dataDir: join(root, 'data'), exec, changes })
  network = createNetworkPlugins({
    exec,
    jobs,
    toolchain: { resolve: async () => ({ name: 'kubectl' as const, path: program, version: null, origin: 'path' as const }) },
    kubeconfig: null,
    find: async (id) => ({ id, name: 'lab', server: 'https://127.0.0.1:1', context: { file: id, name: 'lab' } }) as Cluster,
    targets: { list: async () => [], get: () => Promise.reject(new AppError('not-found', { what: 'target', name: '' })) },
    settings: { get: () => ({ proxy: '' }) as never },
    dataDir: join(root, 'data'),
    env: {},
    limitMs: 2_500,
  })
})
afterAll(async () => {
  await jobs.dispose()
  await exec.dispose()
  await rm(root, { recursive: true, force: true })
})

/** A cluster whose id is the file of its world. */
async function world(made: object = {}): Promise<string> {
  const file = join(root, `world ${(count += 1)}.json`)
  await writeFile(file, JSON.stringify({ raw, ...made }))
  return file
}
const change = (id: string, made: object) => writeFile(id, JSON.stringify({ raw, ...made }))
const calls = async (id: string) =>
  (await readFile(`${id}.calls`, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[])
const namespaces = async (id: string) => (JSON.parse(await readFile(`${id}.made`, 'utf8')) as { namespaces: string[] }).namespaces
const done = async (started: Promise<{ readonly jobId: string }>) => jobs.done((await started).jobId)
const apply = (id: string, text = manifest) => done(network.apply(id, { kind: 'manifest', name: 'a.yaml', text }))
const wish = { image, outside: null, hostPort: false }

test('a look: what cannot be asked is a gap, not nothing', async () => {
  const id = await world({ raw: { ...raw, '/apis/apps/v1/daemonsets': { items: 'broken' } } })
  const look = await network.look(id, AbortSignal.timeout(20_000))
  expect(look.gaps).toMatchObject([{ what: 'DaemonSets', error: { code: 'command-output-unreadable' } }])
  expect(look).toMatchObject({ plugins: [], findings: [], clusterCidrs: ['10.244.0.0/16'], installs: [] })
  expect(look.nodes.map(({ files, target, error }) => ({ files, target, error }))).toEqual([
    { files: null, target: null, error: null },
    { files: null, target: null, error: null },
  ])
  await expect(network.look(await world({ raw: {} }), AbortSignal.timeout(20_000))).rejects.toBeInstanceOf(AppError)
})

test('nodes without a plugin say so', async () => {
  const id = await world({ raw: { ...raw, '/api/v1/nodes': { items: [node('x', false), node('y')] } } })
  expect((await network.look(id, AbortSignal.timeout(20_000))).findings).toEqual([
    { id: 'no-plugin', level: 'problem', facts: { nodes: 'x', count: 1 } },
  ])
})

const pluginSet = (name: string, namespace: string, plugin: string) => ({
  metadata: { name, namespace, generation: 1 },
  spec: { template: { spec: { containers: [{ image: plugin }], volumes: [{ hostPath: { path: '/etc/cni/net.d' } }] } } },
  status: { desiredNumberScheduled: 2, numberReady: 2, observedGeneration: 1 },
})
const pool = (name: string, cidr: string, disabled = false) => ({ metadata: { name }, spec: { cidr, disabled } })
const calico = {
  '/apis/apps/v1/daemonsets': { items: [pluginSet('calico-node', 'kube-system', 'docker.io/calico/node:v3.30.3')] },
}
const pools = (...items: object[]) => ({ ...calico, '/apis/crd.projectcalico.org/v1/ippools': { items } })
const flannel = (network: string) => ({
  '/apis/apps/v1/daemonsets': { items: [pluginSet('kube-flannel-ds', 'kube-flannel', 'ghcr.io/flannel-io/flannel:v0.27.3')] },
  '/api/v1/namespaces/kube-flannel/configmaps/kube-flannel-cfg': { data: { 'net-conf.json': JSON.stringify({ Network: network }) } },
})
const cilium = (range: string) => ({
  '/apis/apps/v1/daemonsets': { items: [pluginSet('cilium', 'kube-system', 'quay.io/cilium/cilium:v1.18.2')] },
  '/api/v1/namespaces/kube-system/configmaps/cilium-config': { data: { ipam: 'cluster-pool', 'cluster-pool-ipv4-cidr': range } },
})

test.each([
  ['calico', pools(pool('default', '192.168.0.0/16')), 'IPPool default', '192.168.0.0/16'],
  ['calico', pools(pool('mine', '10.244.0.0/16'), pool('off', '192.168.0.0/16', true)), 'IPPool mine', null],
  ['flannel', flannel('10.99.0.0/16'), 'kube-flannel-cfg', '10.99.0.0/16'],
  ['flannel', flannel('10.244.0.0/16'), 'kube-flannel-cfg', null],
  ['cilium', cilium('10.0.0.0/8'), 'cilium-config', '10.0.0.0/8'],
  ['cilium', cilium('10.244.0.0/16'), 'cilium-config', null],
])('the ranges of %s are read from what it has in the cluster: %j', async (plugin, objects, from, outside) => {
  const id = await world({ raw: { ...raw, ...objects } })
  const look = await network.look(id, AbortSignal.timeout(20_000))
  expect(look.gaps).toEqual([])
  expect(look.pluginCidrs).toEqual([{ plugin, cidr: outside ?? '10.244.0.0/16', from }])
  const found = look.findings.filter((one) => one.id === 'plugin-range-outside')
  expect(found.map(({ level, facts }) => [level, Object.values(facts).includes(outside)])).toEqual(
    outside === null ? [] : [['problem', true]],
  )
})

test('applied by the server, again while a definition settles, kept, deleted, and looked for', async () => {
  const id = await world({
    applies: [
      {
        stderr:
          'error: resource mapping not found for name: "default": no matches for kind "Installation"\nensure CRDs are installed first',
      },
    ],
  })
  expect(await apply(id)).toMatchObject({ state: 'succeeded' })
  const applied = (await calls(id)).filter(([verb]) => verb === 'apply')
  expect(applied).toHaveLength(2)
  expect(applied[0]).toEqual(['apply', `--kubeconfig=${id}`, '--context=lab', '--server-side', '--field-manager=cove', '-f', '-'])
  const [install] = (await network.look(id, AbortSignal.timeout(20_000))).installs
  expect(install).toMatchObject({ kind: 'manifest', name: 'a.yaml', objects: 1 })

  await change(id, { gets: { stdout: 'daemonset.apps/d\n' } })
  expect(await done(network.remove(id, install?.id ?? ''))).toMatchObject({
    state: 'failed',
    error: { code: 'left-behind', facts: { what: 'daemonset.apps/d' } },
  })
  // Objects whose definition went first are gone with it.
  const gone = 'error: resource mapping not found for name: "default": no matches for kind "Installation"\nensure CRDs are installed first'
  await change(id, { deletes: { stderr: gone }, gets: { stderr: gone } })
  expect(await done(network.remove(id, install?.id ?? ''))).toMatchObject({ state: 'succeeded' })
  expect((await network.look(id, AbortSignal.timeout(20_000))).installs).toEqual([])
})

test('what was there before an install stays when it is removed, and what another install has too', async () => {
  const two = `${manifest}---\napiVersion: v1\nkind: Namespace\nmetadata: { name: n }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: mine, namespace: n }\n`
  const id = await world({ there: 'Namespace   <none>   n\n' })
  await apply(id, two)
  // The second one finds what the first has made.
  await change(id, { there: 'Namespace   <none>   n\nDaemonSet   n   d\n' })
  await apply(id)
  const [newer, older] = (await network.look(id, AbortSignal.timeout(20_000))).installs
  expect(older).toMatchObject({ objects: 3, stays: 2 })
  expect(newer).toMatchObject({ objects: 1, stays: 1 })
  expect(await done(network.remove(id, older?.id ?? ''))).toMatchObject({ state: 'succeeded' })
  const deleted = async () => readFile(`${id}.deleted`, 'utf8')
  expect(JSON.parse(await deleted())).toMatchObject({ items: [{ kind: 'ConfigMap', metadata: { name: 'mine' } }] })
  expect(await done(network.remove(id, newer?.id ?? ''))).toMatchObject({ state: 'succeeded' })
  expect((await deleted()).endsWith(manifest)).toBe(true)
})

test('a delete that failed for another reason is no delete', async () => {
  const id = await world()
  await apply(id)
  const [install] = (await network.look(id, AbortSignal.timeout(20_000))).installs
  await change(id, { deletes: { stderr: 'Error from server (Forbidden): daemonsets.apps "d" is forbidden: no' } })
  expect(await done(network.remove(id, install?.id ?? ''))).toMatchObject({ state: 'failed', error: { code: 'api-forbidden' } })
  expect((await network.look(id, AbortSignal.timeout(20_000))).installs).toHaveLength(1)
})

test('a DaemonSet that does not get ready: how far it is, and what its pods wait for; it stays among what was applied', async () => {
  const id = await world({ raw: { ...raw, [daemonPath]: daemon(1) } })
  expect(await apply(id)).toMatchObject({
    state: 'failed',
    error: { code: 'network-not-ready', facts: { workload: 'd', ready: 1, desired: 2, reason: 'ImagePullBackOff: no such host' } },
  })
  expect((await network.look(id, AbortSignal.timeout(20_000))).installs).toHaveLength(1)
  const refused = await world({ applies: [{ stderr: 'Error from server (Forbidden): namespaces "n" is forbidden' }] })
  expect(await apply(refused)).toMatchObject({ state: 'failed', error: { code: 'api-forbidden' } })
  await expect(network.apply(id, { kind: 'manifest', name: 'a', text: 'a: 1' })).rejects.toMatchObject({ code: 'manifest-invalid' })
})

test('a cancel ends the wait; what was applied stays, and can be removed', async () => {
  const id = await world({ raw: { ...raw, [daemonPath]: daemon(1) } })
  const { jobId } = await network.apply(id, { kind: 'manifest', name: 'a.yaml', text: manifest })
  for await (const event of jobs.watch(jobId)) if (event.type === 'job' && event.job.steps[1]?.state === 'running') break
  expect(await jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', error: null })
  expect((await calls(id)).some(([verb]) => verb === 'delete')).toBe(false)
  expect((await network.look(id, AbortSignal.timeout(20_000))).installs).toHaveLength(1)
})

test('nodes that do not get ready are waited for, not for ever', async () => {
  const id = await world({ raw: { ...raw, '/api/v1/nodes': { items: [node('x', false)] } } })
  expect(await apply(id)).toMatchObject({ state: 'failed', error: { code: 'nodes-not-ready', facts: { cluster: 'lab' } } })
})

test('a test finds what is broken, tries it three times, and leaves nothing', async () => {
  const id = await world({ exec: { '10.244.0.4:8080': 'TIMEOUT\ncommand terminated with exit code 1' } })
  const job = await done(network.test(id, wish))
  expect(job).toMatchObject({ state: 'succeeded', result: { failed: '1', unknown: '0' } })
  const test = await network.lastTest(id)
  expect(test?.checks.filter(({ state }) => state !== 'ok')).toEqual([
    { check: 'pod-other-node', from: 'x', to: '10.244.0.4:8080', toNode: 'y', state: 'failed', said: 'TIMEOUT' },
  ])
  const tried = (await calls(id)).filter((argv) => argv.at(-1) === '10.244.0.4:8080')
  expect(tried).toHaveLength(3)
  expect(tried[0]).toEqual([
    'exec',
    `--kubeconfig=${id}`,
    '--context=lab',
    expect.stringMatching(/^--namespace=cove-network-test-/),
    'a-0',
    '--',
    '/agnhost',
    'connect',
    '--timeout=2s',
    '10.244.0.4:8080',
  ])
  expect(await namespaces(id)).toEqual([])
  expect(await network.testPlan(id, image, AbortSignal.timeout(20_000))).toEqual({
    nodes: [
      { name: 'x', used: true, holds: true },
      { name: 'y', used: true, holds: true },
    ],
  })
})

test.each([
  ['open', {}, ['ok', 'ok']],
  ['closed, though its name is found', { 'example.test:443': 'REFUSED\ncommand terminated with exit code 1' }, ['ok', 'failed']],
  ['of a name that nobody knows', { 'example.test:443': 'DNS: no such host\ncommand terminated with exit code 1' }, ['failed', 'failed']],
])('a way to the outside that is %s', async (_, answers, [name, way]) => {
  const id = await world({ exec: answers })
  expect(await done(network.test(id, { ...wish, outside: 'example.test:443' }))).toMatchObject({ state: 'succeeded' })
  const checks = (await network.lastTest(id))?.checks ?? []
  const of = (check: string) => checks.filter((one) => one.check === check).map(({ from, to, state }) => [from, to, state])
  expect(of('dns-outside')).toEqual(['x', 'y'].map((from) => [from, 'example.test:443', name]))
  expect(of('outside')).toEqual(['x', 'y'].map((from) => [from, 'example.test:443', way]))
  expect(checks.filter((one) => one.check !== 'outside' && one.check !== 'dns-outside').every(({ state }) => state === 'ok')).toBe(true)
})

test('an image that cannot be pulled ends it at once, and its namespace goes', async () => {
  const id = await world({ waiting: { reason: 'ErrImagePull', message: 'no route to registry' } })
  expect(await done(network.test(id, wish))).toMatchObject({
    state: 'failed',
    left: [],
    error: { code: 'image-pull-failed', facts: { image, reason: 'no route to registry' } },
  })
  expect(await namespaces(id)).toEqual([])
})

test('a cancel removes the namespace; one that will not go is named', async () => {
  const id = await world({ waiting: { reason: 'ContainerCreating' } })
  const { jobId } = await network.test(id, wish)
  for await (const event of jobs.watch(jobId)) if (event.type === 'job' && event.job.steps[1]?.state === 'running') break
  expect(await jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: [] })
  expect(await namespaces(id)).toEqual([])

  const stuck = await world({ stuck: true })
  expect(await done(network.test(stuck, wish))).toMatchObject({ state: 'failed', error: { code: 'left-behind' } })
  const [left] = await namespaces(stuck)
  const reconcile = network.reconcileHandlers['network.test']
  const memory = { namespace: left ?? '', file: stuck, context: 'lab' }
  const job = { id: 'j' } as Parameters<NonNullable<typeof reconcile>>[0]
  expect(await reconcile?.(job, memory)).toEqual({ state: 'interrupted', left: [`namespace ${left}`] })
  await change(stuck, {})
  expect(await reconcile?.(job, memory)).toEqual({ state: 'interrupted', left: [] })
  // What a journal says is never handed to a delete unless it is one of the test's own.
  expect(await reconcile?.(job, { ...memory, namespace: 'kube-system' })).toEqual({ state: 'interrupted', left: [] })
  expect((await calls(stuck)).some((argv) => argv.includes('kube-system'))).toBe(false)
})

test('after a cancel no check is waited for any more', async () => {
  const id = await world({ exec: { '10.244.0.4:8080': 'TIMEOUT\ncommand terminated with exit code 1' } })
  const { jobId } = await network.test(id, wish)
  for await (const event of jobs.watch(jobId)) if (event.type === 'job' && event.job.steps[2]?.state === 'running') break
  expect(await jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: [] })
  const states = (await network.lastTest(id))?.checks.map(({ state }) => state)
  expect(states).toContain('unknown')
  expect(states).not.toContain('pending')
})

test('no ready node, no test', async () => {
  const id = await world({ raw: { ...raw, '/api/v1/nodes': { items: [node('x', false)] } } })
  expect(await done(network.test(id, wish))).toMatchObject({ state: 'failed', error: { code: 'network-test-no-node' } })
})

test('an address: where it led and what came, nothing larger than a manifest, nothing but text', async () => {
  const server: Server = createServer((request, response) => {
    if (request.url === '/latest') response.writeHead(302, { location: '/v1' }).end()
    else if (request.url === '/v1') response.end(manifest)
    else if (request.url === '/page') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
    else if (request.url === '/lines') response.end('\n'.repeat(4_500_000))
    else if (request.url === '/bytes') response.end(Buffer.from([0xff, 0xfe, 0x00]))
    else {
      response.on('error', () => undefined)
      response.end(Buffer.alloc(9_000_000, 'a'))
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const get = (path: string) => network.fetch(`${base}${path}`, AbortSignal.timeout(20_000))
  try {
    expect(await get('/latest')).toMatchObject({
      text: manifest,
      url: `${base}/v1`,
      redirected: true,
      bytes: Buffer.byteLength(manifest),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(await get('/v1')).toMatchObject({ redirected: false })
    await expect(get('/page')).rejects.toMatchObject({ code: 'download-not-a-program' })
    await expect(get('/bytes')).rejects.toMatchObject({ code: 'manifest-invalid' })
    await expect(get('/lines')).rejects.toMatchObject({ code: 'manifest-too-large' })
    await expect(get('/large')).rejects.toMatchObject({ code: 'manifest-too-large' })
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('a chart: rendered for a review, installed with its values, uninstalled', async () => {
  // Says what it is asked, in the place where a helm would be found.
  const helm = join(root, 'bin', 'helm')
  await mkdir(dirname(helm), { recursive: true })
  const script = `#!/bin/sh\nprintf '%s\\n' "$*" >> '${root}/helm-calls'\ncat >> '${root}/helm-values'\ncase "$*" in *template*) cat '${root}/rendered' ;; esac\n`
  await writeFile(helm, script, { mode: 0o755 })
  await writeFile(join(root, 'rendered'), manifest.replace(', namespace: n', ''))
  try {
    const id = await world()
    const chart = { chart: 'oci://a.test/c', release: 'c', namespace: 'n', values: 'range: 10.244.0.0/16\n' }
    expect((await network.template(id, chart, AbortSignal.timeout(20_000))).text).toContain('kind: DaemonSet')
    expect(await done(network.apply(id, { kind: 'chart', chart }))).toMatchObject({ state: 'succeeded' })
    const [install] = (await network.look(id, AbortSignal.timeout(20_000))).installs
    expect(install).toMatchObject({ kind: 'chart', name: 'c (oci://a.test/c)', objects: 1 })
    expect(await done(network.remove(id, install?.id ?? ''))).toMatchObject({ state: 'succeeded' })
    const led = `--kubeconfig=${id} --kube-context=lab`
    expect((await readFile(join(root, 'helm-calls'), 'utf8')).trim().split('\n')).toEqual([
      `${led} template --include-crds --namespace=n --values=- -- c oci://a.test/c`,
      `${led} template --include-crds --namespace=n --values=- -- c oci://a.test/c`,
      `${led} upgrade --install --create-namespace --namespace=n --values=- -- c oci://a.test/c`,
      `${led} uninstall --ignore-not-found --wait --namespace=n -- c`,
      `${led} list --all --short --namespace=n --filter=^c$`,
    ])
    expect(await readFile(join(root, 'helm-values'), 'utf8')).toBe(chart.values.repeat(3))
    expect((await calls(id)).some(([verb]) => verb === 'apply' || verb === 'delete')).toBe(false)
    await writeFile(join(root, 'rendered'), '\n'.repeat(4_500_000))
    await expect(network.template(id, chart, AbortSignal.timeout(20_000))).rejects.toMatchObject({ code: 'manifest-too-large' })
  } finally {
    await rm(helm)
  }
})

test('a chart without helm is told', async () => {
  const chart = { chart: './c', release: 'c', namespace: 'n', values: '' }
  await expect(network.template(await world(), chart, AbortSignal.timeout(20_000))).rejects.toMatchObject({
    code: 'tool-absent',
    facts: { tool: 'helm' },
  })
})
