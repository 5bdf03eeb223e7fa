import { ORPCError } from '@orpc/client'
import { afterEach, describe, expect, test } from 'vitest'
import { AppError } from '../../src/main/core/error.ts'
import { appError, ConnectionLost } from '../../src/renderer/api/errors.ts'
import { iterateOver } from '../../src/renderer/api/iterate.ts'
import type { Api } from '../../src/renderer/api/client.ts'
import { contract } from '../../src/shared/contract/index.ts'
import { hostIntent, job, logRow, snapshotOfClusters, snapshotOfKubeconfig } from './samples.ts'
import { type Stub, stubServices } from './stub-services.ts'
import { type Page, transports } from './transports.ts'

const ref = { file: '/home/安娜/.kube/config', name: 'kind-shop' }

/** A good input for each procedure, and one that its schema refuses (`undefined`: it takes none). */
const build = { version: 'v1.34.4', os: 'linux', arch: 'amd64' }
const logView = { viewId: 'v1' }
const logOpen = { context: ref, parts: [{ kind: 'pod', namespace: 'a', pod: 'p' }] }
const inputs: Record<string, { good: unknown; bad: unknown; field?: string }> = {
  'clusters.list': { good: undefined, bad: undefined },
  'clusters.refresh': { good: undefined, bad: undefined },
  'clusters.watch': { good: undefined, bad: undefined },
  'clusters.plan': { good: {}, bad: { workers: -1 }, field: 'workers' },
  'clusters.create': {
    good: { name: 'shop' },
    bad: { name: 'shop', ports: [{ hostPort: 80, containerPort: 'x' }] },
    field: 'ports.0.containerPort',
  },
  'clusters.delete': { good: { id: 'x' }, bad: {}, field: 'id' },
  'clusters.start': { good: { id: 'x' }, bad: {}, field: 'id' },
  'clusters.stop': { good: { id: 'x' }, bad: {}, field: 'id' },
  'clusters.restart': { good: { id: 'x' }, bad: {}, field: 'id' },
  'clusters.pause': { good: { id: 'x' }, bad: {}, field: 'id' },
  'clusters.unpause': { good: { id: 'x' }, bad: {}, field: 'id' },
  'clusters.addNode': { good: { id: 'x', role: 'worker' }, bad: { id: 'x', role: 'king' }, field: 'role' },
  'clusters.removeNode': { good: { id: 'x', node: 'n' }, bad: { id: 'x' }, field: 'node' },
  'clusters.rebuild': { good: { id: 'x' }, bad: { id: 'x', image: 1 }, field: 'image' },
  'clusters.document': { good: { id: 'x' }, bad: {}, field: 'id' },
  'clusters.adopt': { good: { id: 'x', profileId: null, document: 'kind: Cluster' }, bad: { id: 'x', profileId: null }, field: 'document' },
  'clusters.addOns': { good: { id: 'x' }, bad: {}, field: 'id' },
  'clusters.setAddOn': { good: { id: 'x', addOn: 'ingress', on: true }, bad: { id: 'x', addOn: 'ingress' }, field: 'on' },
  'clusters.services': { good: { id: 'x' }, bad: {}, field: 'id' },
  'clusters.belongings': { good: { id: 'x' }, bad: {}, field: 'id' },
  'clusters.images': { good: { id: 'x' }, bad: {}, field: 'id' },
  'clusters.engineImages': { good: undefined, bad: undefined },
  'clusters.drivers': { good: undefined, bad: undefined },
  'clusters.removeImage': { good: { id: 'x', image: 'nginx' }, bad: { id: 'x' }, field: 'image' },
  'clusters.loadImage': { good: { id: 'x', image: 'nginx' }, bad: { id: 'x' }, field: 'image' },
  'clusters.exportLogs': { good: { id: 'x' }, bad: { id: 1 }, field: 'id' },
  'jobs.list': { good: {}, bad: { limit: 0 }, field: 'limit' },
  'jobs.get': { good: { id: 'j1' }, bad: null, field: '' },
  'jobs.watch': { good: { id: 'j1' }, bad: { id: ['j1'] }, field: 'id' },
  'jobs.cancel': { good: { id: 'j1' }, bad: 'j1', field: '' },
  'jobs.report': { good: { id: 'j1' }, bad: {}, field: 'id' },
  'jobs.commands': { good: {}, bad: { limit: 3001 }, field: 'limit' },
  'jobs.commandOutput': { good: { id: 'c1' }, bad: { id: 'c1', offset: -1 }, field: 'offset' },
  'toolchain.list': { good: undefined, bad: undefined },
  'toolchain.refresh': { good: undefined, bad: undefined },
  'toolchain.download': { good: { tool: 'kubectl' }, bad: { tool: 'rm' }, field: 'tool' },
  'toolchain.choose': { good: { tool: 'kind', path: null }, bad: { tool: 'kind' }, field: 'path' },
  'toolchain.askNewest': { good: undefined, bad: undefined },
  'toolchain.about': { good: { tool: 'kubectl' }, bad: { tool: 'rm' }, field: 'tool' },
  'toolchain.fits': { good: undefined, bad: undefined },
  'toolchain.verify': { good: { tool: 'kubectl', path: '/usr/bin/kubectl' }, bad: { tool: 'kubectl' }, field: 'path' },
  'toolchain.rollBack': { good: { tool: 'kubectl' }, bad: { tool: 'kubectl', forward: 'yes' }, field: 'forward' },
  'toolchain.remove': { good: { tool: 'kubectl', path: '/data/bin/kubectl/v1.34.0/kubectl' }, bad: { tool: 'kubectl' }, field: 'path' },
  'toolchain.link': { good: { tool: 'kubectl' }, bad: {}, field: 'tool' },
  'toolchain.unlink': { good: { tool: 'kubectl' }, bad: {}, field: 'tool' },
  'toolchain.planShellLine': {
    good: { tool: 'kubectl', shell: 'bash', what: 'path' },
    bad: { tool: 'kubectl', shell: 'csh', what: 'path' },
    field: 'shell',
  },
  'kubeconfig.list': { good: undefined, bad: undefined },
  'kubeconfig.reach': { good: ref, bad: { file: '/k' }, field: 'name' },
  'kubeconfig.use': { good: ref, bad: { name: 'x' }, field: 'file' },
  'kubeconfig.setNamespace': { good: { ...ref, namespace: 'a' }, bad: ref, field: 'namespace' },
  'kubeconfig.remove': { good: ref, bad: [], field: '' },
  'kubeconfig.backups': { good: undefined, bad: undefined },
  'kubeconfig.restore': { good: { id: 'b1' }, bad: {}, field: 'id' },
  'workloads.namespaces': { good: ref, bad: {}, field: 'file' },
  'workloads.nodes': { good: ref, bad: {}, field: 'file' },
  'workloads.pods': { good: ref, bad: { ...ref, namespace: 1 }, field: 'namespace' },
  'workloads.watchPods': { good: ref, bad: { ...ref, namespace: 1 }, field: 'namespace' },
  'leftovers.list': { good: undefined, bad: undefined },
  'leftovers.refresh': { good: undefined, bad: undefined },
  'leftovers.remove': { good: { ids: ['x'] }, bad: { ids: [] }, field: 'ids' },
  'nodes.details': { good: { id: 'x', node: 'n' }, bad: { id: 'x' }, field: 'node' },
  'nodes.usage': { good: { id: 'x' }, bad: {}, field: 'id' },
  'shell.open': { good: { id: 'x', node: 'n', rows: 24, cols: 80 }, bad: { id: 'x', node: 'n', rows: 24, cols: 1e6 }, field: 'cols' },
  'shell.write': { good: { shellId: 's', data: 'ls' }, bad: { shellId: 's' }, field: 'data' },
  'shell.resize': { good: { shellId: 's', rows: 24, cols: 80 }, bad: { shellId: 's', rows: '24; rm', cols: 80 }, field: 'rows' },
  'shell.taken': { good: { shellId: 's', length: 5 }, bad: { shellId: 's', length: -1 }, field: 'length' },
  'shell.close': { good: { shellId: 's' }, bad: {}, field: 'shellId' },
  'logs.prepare': { good: ref, bad: {}, field: 'file' },
  'logs.open': { good: logOpen, bad: { ...logOpen, parts: [] }, field: 'parts' },
  'logs.watch': { good: logView, bad: {}, field: 'viewId' },
  'logs.rows': { good: { ...logView, from: 0, count: 2 }, bad: { ...logView, from: 0, count: 5000 }, field: 'count' },
  'logs.filter': { good: { ...logView, filter: {} }, bad: { ...logView, filter: { context: 1000 } }, field: 'filter.context' },
  'logs.find': { good: { ...logView, pattern: { text: 'a' } }, bad: { ...logView, pattern: { text: '' } }, field: 'pattern.text' },
  'logs.seek': { good: { ...logView, at: 0, direction: 'next' }, bad: { ...logView, at: 0, direction: 'up' }, field: 'direction' },
  'logs.histogram': { good: { ...logView, buckets: 100 }, bad: { ...logView, buckets: 0 }, field: 'buckets' },
  'logs.line': { good: { ...logView, id: 1 }, bad: logView, field: 'id' },
  'logs.export': {
    good: { ...logView, what: 'all', format: 'text', prefix: true },
    bad: { ...logView, what: 'none', format: 'text', prefix: true },
    field: 'what',
  },
  'logs.loadHistory': { good: logView, bad: {}, field: 'viewId' },
  'logs.bookmark': { good: { ...logView, id: 1, note: 'here' }, bad: { ...logView, id: 1 }, field: 'note' },
  'logs.bookmarks': { good: logView, bad: {}, field: 'viewId' },
  'logs.pin': { good: { ...logView, pinned: true }, bad: logView, field: 'pinned' },
  'logs.views': { good: undefined, bad: undefined },
  'logs.gone': { good: ref, bad: {}, field: 'file' },
  'logs.close': { good: logView, bad: {}, field: 'viewId' },
  'logs.feed': {
    good: { ...logView, part: 0, data: 'YWJj', last: true },
    bad: { ...logView, part: 0, data: 1, last: true },
    field: 'data',
  },
  'profiles.list': { good: undefined, bad: undefined },
  'profiles.get': { good: { id: 'lab' }, bad: {}, field: 'id' },
  'profiles.save': { good: { id: null, name: 'lab', document: 'a: 1' }, bad: { id: null, name: ' ', document: '' }, field: 'name' },
  'profiles.rename': { good: { id: 'lab', name: 'other' }, bad: { id: 'lab' }, field: 'name' },
  'profiles.remove': { good: { id: 'lab' }, bad: {}, field: 'id' },
  'profiles.import': { good: { name: 'lab', document: 'a: 1' }, bad: { name: 'lab' }, field: 'document' },
  'targets.list': { good: undefined, bad: undefined },
  'targets.look': { good: { target: 'ssh:ann@box' }, bad: { target: 'ssh:-oProxyCommand=id' }, field: 'target' },
  'targets.addSsh': { good: { destination: 'ann@box' }, bad: { destination: 1 }, field: 'destination' },
  'targets.removeSsh': { good: { target: 'ssh:box' }, bad: { target: 'container:-v' }, field: 'target' },
  'kubeadmConfig.facts': { good: { target: 'local' }, bad: { target: 'box' }, field: 'target' },
  'kubeadmConfig.defaults': {
    good: { target: 'local', purpose: 'init', version: null, whole: false },
    bad: { target: 'local', purpose: 'go', version: null, whole: false },
    field: 'purpose',
  },
  'kubeadmConfig.validate': { good: { target: 'local', text: 'a: 1' }, bad: { target: 'local' }, field: 'text' },
  'kubeadmConfig.migrate': { good: { target: 'local', text: 'a: 1' }, bad: { target: 'ssh:-x', text: '' }, field: 'target' },
  'kubeadmConfig.files': { good: undefined, bad: undefined },
  'kubeadmConfig.file': { good: { id: 'lab' }, bad: {}, field: 'id' },
  'kubeadmConfig.save': { good: { id: null, name: 'lab', document: 'a: 1' }, bad: { id: null, name: ' ', document: '' }, field: 'name' },
  'kubeadmConfig.remove': { good: { id: 'lab' }, bad: {}, field: 'id' },
  'runtimes.look': { good: { target: 'local' }, bad: { target: 'box' }, field: 'target' },
  'runtimes.propose': {
    good: { target: 'local', change: { kind: 'driver', runtime: 'containerd', driver: 'systemd' } },
    bad: { target: 'local', change: { kind: 'driver', runtime: 'containerd', driver: 'none' } },
    field: 'change.driver',
  },
  'runtimes.migrate': {
    good: {
      nodes: ['container:n1'],
      driver: 'systemd',
      kube: { through: 'target', target: 'container:n1' },
      drain: { deleteEmptyDirData: false, force: false, timeoutSeconds: 60 },
    },
    bad: {
      nodes: [],
      driver: 'systemd',
      kube: { through: 'target', target: 'container:n1' },
      drain: { deleteEmptyDirData: false, force: false, timeoutSeconds: 60 },
    },
    field: 'nodes',
  },
  'runtimes.migrations': { good: { target: 'local' }, bad: { target: 'ssh:-x' }, field: 'target' },
  'runtimes.resume': { good: { id: 'm1' }, bad: {}, field: 'id' },
  'runtimes.rollBack': { good: { id: 'm1' }, bad: {}, field: 'id' },
  'network.look': { good: { id: 'c1' }, bad: {}, field: 'id' },
  'network.fetch': { good: { url: 'https://example.com/a.yaml' }, bad: { url: 'http://example.com/a.yaml' }, field: 'url' },
  'network.review': { good: { id: 'c1', text: 'a: 1' }, bad: { id: 'c1', text: '' }, field: 'text' },
  'network.template': {
    good: { id: 'c1', chart: { chart: 'oci://a/b', release: 'a', namespace: 'kube-system', values: '' } },
    bad: { id: 'c1', chart: { chart: '--post-renderer=sh', release: 'a', namespace: 'kube-system', values: '' } },
    field: 'chart.chart',
  },
  'network.apply': {
    good: { id: 'c1', install: { kind: 'manifest', name: 'a.yaml', text: 'a: 1' } },
    bad: { id: 'c1', install: { kind: 'manifest', name: 'a.yaml', text: '' } },
    field: 'install.text',
  },
  'network.remove': { good: { id: 'c1', installId: 'i1' }, bad: { id: 'c1' }, field: 'installId' },
  'network.testPlan': { good: { id: 'c1', image: 'a:1' }, bad: { id: 'c1', image: '-a' }, field: 'image' },
  'network.test': {
    good: { id: 'c1', image: 'a:1', outside: 'example.com:443', hostPort: false },
    bad: { id: 'c1', image: 'a:1', outside: '--help', hostPort: false },
    field: 'outside',
  },
  'network.lastTest': { good: { id: 'c1' }, bad: {}, field: 'id' },
  'kubeadm.state': { good: { target: 'local' }, bad: { target: 'box' }, field: 'target' },
  'kubeadm.preflight': { good: { target: 'local' }, bad: { target: 'local', document: 1 }, field: 'document' },
  'kubeadm.pullImages': { good: { target: 'local' }, bad: { target: 'ssh:-x' }, field: 'target' },
  'kubeadm.init': {
    good: { target: 'local', document: 'a: 1', ignore: ['Port-6443'] },
    bad: { target: 'local', document: 'a: 1', ignore: ['-x'] },
    field: 'ignore.0',
  },
  'kubeadm.takeContext': { good: { target: 'local' }, bad: {}, field: 'target' },
  'kubeadm.applyNetwork': { good: { target: 'local', manifest: 'a: 1' }, bad: { target: 'local', manifest: '' }, field: 'manifest' },
  'kubeadm.readJoin': { good: { command: 'kubeadm join' }, bad: {}, field: 'command' },
  'kubeadm.join': {
    good: {
      target: 'container:b',
      via: { kind: 'target', target: 'container:a' },
      controlPlane: false,
      criSocket: 'unix:///var/run/crio/crio.sock',
    },
    bad: { target: 'container:b', via: { kind: 'target', target: 'container:-v' }, controlPlane: false },
    field: 'via.target',
  },
  'kubeadm.tokens': { good: { target: 'local' }, bad: { target: 'box' }, field: 'target' },
  'kubeadm.createToken': {
    good: { target: 'local', hours: 1, description: '' },
    bad: { target: 'local', hours: -1, description: '' },
    field: 'hours',
  },
  'kubeadm.renewToken': {
    good: { target: 'local', id: 'abcdef', hours: 1 },
    bad: { target: 'local', id: '-force', hours: 1 },
    field: 'id',
  },
  'kubeadm.deleteToken': { good: { target: 'local', id: 'abcdef' }, bad: { target: 'local', id: 'x' }, field: 'id' },
  'kubeadm.certificates': { good: { target: 'local' }, bad: { target: 'box' }, field: 'target' },
  'kubeadm.renewCertificates': { good: { target: 'local' }, bad: { target: 'box' }, field: 'target' },
  'kubeadm.upgrade': {
    good: { targets: ['local'], version: 'v1.34.4', programs: { from: 'there' }, apply: false },
    bad: { targets: ['local'], version: 'latest', programs: { from: 'there' }, apply: false },
    field: 'version',
  },
  'kubeadm.leftovers': { good: { target: 'local' }, bad: { target: 'box' }, field: 'target' },
  'kubeadm.reset': {
    good: { target: 'local', leftovers: [], context: false },
    bad: { target: 'local', leftovers: [1], context: false },
    field: 'leftovers.0',
  },
  'hostChanges.plan': { good: { planId: 'p1' }, bad: {}, field: 'planId' },
  'hostChanges.apply': { good: { planId: 'p1' }, bad: {}, field: 'planId' },
  'hostChanges.records': { good: { target: 'local' }, bad: { target: 'box' }, field: 'target' },
  'hostChanges.undo': { good: { recordId: 'r1' }, bad: {}, field: 'recordId' },
  'setup.plan': { good: { intent: 'node' }, bad: { intent: 'all' }, field: 'intent' },
  'setup.propose': { good: { intent: 'node', step: 'checks' }, bad: { intent: 'node', step: 'all' }, field: 'step' },
  'hostChecks.run': {
    good: { target: 'local', intent: hostIntent },
    bad: { target: 'local', intent: { ...hostIntent, criSocket: 'containerd.sock' } },
    field: 'intent.criSocket',
  },
  'hostChecks.plan': {
    good: { target: 'local', intent: hostIntent, ids: [] },
    bad: { target: 'local', intent: { ...hostIntent, kubernetes: 'latest' }, ids: [] },
    field: 'intent.kubernetes',
  },
  'hostChecks.compare': { good: { targets: ['local', 'ssh:box'] }, bad: { targets: ['local'] }, field: 'targets' },
  'downloads.releases': { good: undefined, bad: undefined },
  'downloads.askNewest': { good: { minor: '1.34' }, bad: { minor: '1.34/..' }, field: 'minor' },
  'downloads.files': { good: build, bad: { ...build, version: 'latest' }, field: 'version' },
  'downloads.ask': { good: build, bad: { ...build, os: 'plan9' }, field: 'os' },
  'downloads.start': {
    good: { ...build, component: 'kubelet', folder: null },
    bad: { ...build, component: 'rm', folder: null },
    field: 'component',
  },
  'downloads.list': { good: undefined, bad: undefined },
  'downloads.verify': { good: { id: 'd1' }, bad: {}, field: 'id' },
  'downloads.remove': { good: { id: 'd1' }, bad: {}, field: 'id' },
  'downloads.images': { good: { version: 'v1.34.4' }, bad: { version: '--help' }, field: 'version' },
  'downloads.askImages': { good: { version: 'v1.34.4' }, bad: {}, field: 'version' },
  'downloads.pullImages': { good: { version: 'v1.34.4', names: ['pause'] }, bad: { version: 'v1.34.4', names: [] }, field: 'names' },
  'downloads.saveImages': {
    good: { version: 'v1.34.4', names: ['pause'], file: null },
    bad: { version: 'v1.34.4', names: ['pause'] },
    field: 'file',
  },
  'settings.get': { good: undefined, bad: undefined },
  'settings.set': { good: { theme: 'dark' }, bad: { theme: 'pink' }, field: 'theme' },
  'host.info': { good: undefined, bad: undefined },
  'host.changes': { good: undefined, bad: undefined },
  'host.openUrl': { good: { url: 'https://kubernetes.io' }, bad: {}, field: 'url' },
}
const names = Object.entries(contract).flatMap(([domain, procedures]) => Object.keys(procedures).map((name) => `${domain}.${name}`))
const streams = [
  'clusters.watch',
  'jobs.watch',
  'workloads.watchPods',
  'nodes.usage',
  'shell.open',
  'logs.prepare',
  'logs.watch',
  'logs.export',
  'host.changes',
]
const refusable = names.filter((name) => inputs[name]?.bad !== undefined)

type AnyCall = (input: unknown, options?: { signal: AbortSignal }) => Promise<unknown>
const callOf = (api: Api, name: string): AnyCall => {
  const [domain = '', procedure = ''] = name.split('.')
  return (api as unknown as Record<string, Record<string, AnyCall>>)[domain]?.[procedure] as AnyCall
}

/** The value of a call; of a stream, its first event. */
async function first(call: AnyCall, input: unknown): Promise<unknown> {
  const stop = new AbortController()
  const answer = await call(input, { signal: stop.signal })
  if (typeof answer !== 'object' || answer === null || !(Symbol.asyncIterator in answer)) return answer
  const { value } = await (answer as AsyncIterableIterator<unknown>).next()
  stop.abort()
  return value
}

const until = async (holds: () => boolean) => {
  for (let i = 0; i < 200 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(holds()).toBe(true)
}

test('the table knows every procedure of the contract', () => {
  expect(Object.keys(inputs).sort()).toEqual([...names].sort())
})

describe.each(Object.entries(transports))('over %s', (_, open) => {
  let stub: Stub
  let page: Page
  const start = async () => {
    stub = stubServices()
    page = await open(stub.services)
    return page.api
  }
  afterEach(() => page.close())

  test.each(names)('%s answers', async (name) => {
    const api = await start()
    const value = await first(callOf(api, name), inputs[name]?.good)
    expect(value).toBeDefined()
    expect(stub.reported).toEqual([])
  })

  test('answers arrive as they were given, inputs with their defaults', async () => {
    const api = await start()
    expect(await api.clusters.list()).toEqual(snapshotOfClusters)
    expect(await api.kubeconfig.remove(ref)).toEqual(snapshotOfKubeconfig)
    expect(await api.host.info()).toEqual(stub.services.info)
    expect(await api.jobs.cancel({ id: 'j1' })).toEqual({ state: 'cancelled' })
    expect((await api.toolchain.list()).binDir).toBe('/data/bin')
    await api.clusters.create({ name: 'shop' })
    expect(stub.calls.at(-1)).toEqual({
      name: 'clusters.create',
      args: [{ name: 'shop', provider: 'kind', document: null, profileId: null, image: null, controlPlanes: 1, workers: 0, ports: [] }],
    })
  })

  test.each(names.filter((name) => !['host.info', 'host.changes'].includes(name)))(
    '%s fails with the code and facts that core gave',
    async (name) => {
      const api = await start()
      stub.fail(new AppError('busy', { name: 'shop', jobId: 'j9' }, { commandId: 'c7' }))
      const error: unknown = await first(callOf(api, name), inputs[name]?.good).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(ORPCError)
      expect(appError(error)).toEqual({ code: 'busy', facts: { name: 'shop', jobId: 'j9' }, commandId: 'c7' })
      expect(error).toMatchObject({ code: 'APP', status: 422, defined: true })
      expect(stub.reported).toEqual([])
    },
  )

  test.each(['clusters.list', 'logs.watch'])(
    'a bug behind %s says nothing of itself to the page and everything to the log',
    async (name) => {
      const api = await start()
      const bug = new TypeError('secret detail')
      stub.fail(bug)
      const error: unknown = await first(callOf(api, name), inputs[name]?.good).catch((thrown: unknown) => thrown)
      expect(appError(error)).toEqual({ code: 'internal', facts: {}, commandId: null })
      expect(JSON.stringify(error) + String(error)).not.toContain('secret')
      expect(stub.reported).toEqual([{ error: bug, procedure: name }])
    },
  )

  test('what is not there is not found', async () => {
    const api = await start()
    const error: unknown = await api.jobs.get({ id: 'nope' }).catch((thrown: unknown) => thrown)
    expect(appError(error)).toEqual({ code: 'not-found', facts: { what: 'job', name: 'nope' }, commandId: null })
  })

  test.each(refusable)('%s refuses what its schema does not know, before core sees it', async (name) => {
    const api = await start()
    const error: unknown = await first(callOf(api, name), inputs[name]?.bad).catch((thrown: unknown) => thrown)
    expect(appError(error)).toEqual({ code: 'bad-input', facts: { field: inputs[name]?.field ?? '' }, commandId: null })
    expect(stub.calls).toEqual([])
  })

  test('a procedure that the contract does not have is refused', async () => {
    const api = await start()
    await expect(
      callOf({ clusters: {} } as never, 'clusters.nuke') ??
        (api as never as Record<string, Record<string, AnyCall>>)['clusters']?.['nuke']?.({}),
    ).rejects.toThrow()
    expect(stub.calls).toEqual([])
  })

  test.each(streams.filter((name) => !['clusters.watch', 'host.changes'].includes(name)))(
    'the source of %s ends on abort, on break and when the page goes',
    async (name) => {
      const api = await start()
      const call = callOf(api, name)
      const isOpen = () => (stub.open.get(name) ?? 0) > 0
      const read = async (signal: AbortSignal) => (await call(inputs[name]?.good, { signal })) as AsyncIterableIterator<unknown>

      // Read until the source is silent: then nothing but its signal ends it.
      const readAll = async (stream: AsyncIterableIterator<unknown>) => {
        for (let event = 0; event < 4; event++) await stream.next()
        await new Promise((resolve) => setTimeout(resolve, 30))
        expect(isOpen()).toBe(true)
      }

      const stop = new AbortController()
      await readAll(await read(stop.signal))
      stop.abort()
      await until(() => !isOpen())

      const left = await read(new AbortController().signal)
      await readAll(left)
      await left.return?.()
      await until(() => !isOpen())

      await readAll(await read(new AbortController().signal))
      page.cut()
      await until(() => !isOpen())
      expect(stub.reported).toEqual([])
    },
  )

  test('clusters.watch sends a snapshot, then one per burst of changes', async () => {
    const api = await start()
    const stop = new AbortController()
    const seen: unknown[] = []
    const watching = iterateOver(
      page.connection,
      (signal) => api.clusters.watch(undefined, { signal }),
      (event) => seen.push(event),
      stop.signal,
    )
    await until(() => seen.length === 1)
    for (let i = 0; i < 100; i++) stub.changes.emit('clusters')
    stub.changes.emit('jobs')
    await until(() => seen.length === 2)
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(seen).toEqual([snapshotOfClusters, snapshotOfClusters])
    stop.abort()
    await watching
  })

  test('host.changes sends each topic once per burst', async () => {
    const api = await start()
    const stop = new AbortController()
    const seen: unknown[] = []
    const watching = iterateOver(
      page.connection,
      (signal) => api.host.changes(undefined, { signal }),
      (topics) => seen.push(topics),
      stop.signal,
    )
    await until(() => seen.length === 1)
    for (let i = 0; i < 50; i++) for (const topic of ['clusters', 'commands'] as const) stub.changes.emit(topic)
    await until(() => seen.length === 2)
    expect(seen).toEqual([[], ['clusters', 'commands']])
    stop.abort()
    await watching
  })

  test('what is no call is told to the log, and the channel goes on', async () => {
    const api = await start()
    for (const data of ['nonsense', '{}', '{"i":"1"}', 'null', '{"i":"2","p":{"u":"/clusters/delete","b":"x"}}']) page.garble(data)
    expect((await api.jobs.get({ id: 'j1' })).id).toBe('j1')
    expect(stub.reported.length).toBeGreaterThan(0)
    expect(stub.calls.map((call) => call.name)).toEqual(['jobs.get'])
  })

  test('64 calls at once each get their own answer', async () => {
    const api = await start()
    const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => api.jobs.commandOutput({ id: `c${i}`, offset: i })))
    expect(answers.map((answer) => answer.text)).toEqual(Array.from({ length: 64 }, (_, i) => `c${i}@${i}`))
  })

  test('5,000 pods cross in one answer, whole', async () => {
    const api = await start()
    const pods = await api.workloads.pods(ref)
    expect(pods).toHaveLength(5000)
    expect(pods[4999]?.name).toBe('web-4999')
  })

  test('text keeps every character on its way', async () => {
    const api = await start()
    const { rows } = await api.logs.rows({ ...logView, from: 0, count: 1 })
    expect(rows).toEqual([{ ...logRow, text: 'é€😀 \u001b[31mred' }])
  })

  test('a call under way when the channel breaks fails as connection-lost, and the next one after it came back works', async () => {
    const api = await start()
    const states: string[] = []
    page.connection.subscribe(() => states.push(page.connection.getSnapshot()))
    stub.hold(new Promise(() => {}))
    const call = api.jobs.commandOutput({ id: 'c1' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    page.cut()
    const error: unknown = await call.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ConnectionLost)
    expect(appError(error)).toBeNull()
    await page.connection.whenOpen()
    expect((await api.jobs.get({ id: 'j1' })).id).toBe(job.id)
    expect(states).toEqual(['lost', 'open'])
  })

  test('a call while there is no connection fails at once instead of being done later', async () => {
    const api = await start()
    page.cut()
    await until(() => page.connection.getSnapshot() === 'lost')
    await expect(api.clusters.delete({ id: 'x' })).rejects.toBeInstanceOf(ConnectionLost)
    await page.connection.whenOpen()
    expect(stub.calls).toEqual([])
  })

  test('a stream goes on after a lost connection', async () => {
    const api = await start()
    const stop = new AbortController()
    let events = 0
    const reading = iterateOver(
      page.connection,
      (signal) => api.jobs.watch({ id: 'j1' }, { signal }),
      () => (events += 1),
      stop.signal,
    )
    await until(() => events > 2)
    page.cut()
    const before = events
    await until(() => events > before + 2)
    expect(stub.calls.filter((call) => call.name === 'jobs.watch')).toHaveLength(2)
    stop.abort()
    await reading
    await until(() => stub.open.get('jobs.watch') === 0)
  })
})
