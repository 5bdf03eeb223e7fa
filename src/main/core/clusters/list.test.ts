import { expect, test } from 'vitest'
import type { KubeContext } from '#shared/contract/kubeconfig.ts'
import { errorShape, AppError } from '../error.ts'
import type { ProviderCluster } from '../providers/provider.ts'
import { joinSources, type Known, type ProviderSource } from './list.ts'

const cluster = (name: string, port: number | null): ProviderCluster => ({
  id: `kind:${name}:0123456789ab`,
  provider: 'kind',
  name,
  state: port === null ? 'stopped' : 'running',
  reason: { code: 'none', facts: {} },
  version: 'v1.34.4',
  nodes: [],
  createdAt: 1,
  driver: 'docker',
  runtime: 'containerd',
  server: port === null ? null : `https://127.0.0.1:${port}`,
})
const kind = (answer: ProviderSource['answer']): ProviderSource => ({
  provider: 'kind',
  source: 'engine',
  answer,
  contextName: (name) => `kind-${name}`,
  ownsContext: ({ cluster: entry, local }, name) => entry === `kind-${name}` && local !== false,
})
const context = (name: string, server: string | null, over: Partial<KubeContext> = {}): KubeContext => ({
  file: '/k',
  name,
  cluster: name,
  user: name,
  namespace: null,
  server,
  local: server?.includes('127.0.0.1') ?? null,
  current: false,
  shadowed: false,
  problem: null,
  ...over,
})
const known = (clusters: ProviderCluster[] | null, contexts: KubeContext[], over: Partial<Known> = {}): Known => ({
  providers: [kind({ state: 'ok', value: clusters, asOf: 1, error: null })],
  kubeconfig: { state: 'ok', value: { files: [], contexts, current: null, dangling: null }, asOf: 1, error: null },
  jobOf: () => undefined,
  profileOf: () => null,
  elsewhere: { found: {}, silent: [] },
  reachOf: () => null,
  ...over,
})
const failed = { state: 'failed' as const, asOf: 1, error: errorShape(new AppError('engine-stopped', { endpoint: null })) }

test('a running cluster gets the context that leads to its port, also a renamed one', () => {
  const { clusters } = joinSources(
    known(
      [cluster('dev', 4001), cluster('shop', 4002)],
      [context('kind-dev', 'https://127.0.0.1:4001'), context('my-shop', 'https://localhost:4002', { local: true, current: true })],
    ),
  )
  expect(clusters.map((one) => [one.name, one.context?.name, one.currentContext])).toEqual([
    ['dev', 'kind-dev', false],
    ['shop', 'my-shop', true],
  ])
})

test('a context of that name which leads elsewhere is not its context', () => {
  const { clusters } = joinSources(known([cluster('dev', 4001)], [context('kind-dev', 'https://127.0.0.1:9999')]))
  expect(clusters).toMatchObject([{ name: 'dev', context: null }])
})

test('a stopped cluster publishes no port: its name tells', () => {
  const { clusters } = joinSources(known([cluster('dev', null)], [context('kind-dev', 'https://127.0.0.1:4001')]))
  expect(clusters).toMatchObject([{ name: 'dev', state: 'stopped', context: { name: 'kind-dev' }, server: 'https://127.0.0.1:4001' }])
})

test('contexts that lead elsewhere are one external cluster for each server', () => {
  const { clusters, sources } = joinSources(
    known(
      [],
      [
        context('prod', 'https://prod.test:6443'),
        context('prod-admin', 'https://prod.test:6443', { current: true }),
        context('staging', 'https://staging.test'),
        context('nowhere', null),
      ],
    ),
  )
  expect(clusters.map((one) => [one.provider, one.name, one.state, one.context?.name])).toEqual([
    ['external', 'nowhere', 'unknown', 'nowhere'],
    ['external', 'prod-admin', 'unknown', 'prod-admin'],
    ['external', 'staging', 'unknown', 'staging'],
  ])
  expect(sources.map((source) => [source.source, source.value])).toEqual([
    ['engine', 0],
    ['kubeconfig', 3],
  ])
})

test("a context left over from a deleted cluster is no cluster, a remote one with kind's prefix is", () => {
  const { clusters } = joinSources(
    known([], [context('kind-gone', 'https://127.0.0.1:4001'), context('kind-far', 'https://far.test', { local: false })]),
  )
  expect(clusters.map((one) => [one.provider, one.name])).toEqual([['external', 'kind-far']])
})

test('a cluster of kind that another engine has, or may have, is not lost: its row says where', () => {
  const contexts = [context('kind-colima', 'https://127.0.0.1:4001'), context('kind-gone', 'https://127.0.0.1:4002')]
  const rows = (elsewhere: Known['elsewhere']) =>
    joinSources(known([], contexts, { elsewhere })).clusters.map(({ name, state, reason }) => [name, state, reason])
  const found: Known['elsewhere']['found'] = { colima: { name: 'colima-vm', way: 'context', variable: 'DOCKER_HOST' } }
  const colima = ['colima', 'unknown', { code: 'other-engine', facts: { engine: 'colima-vm', way: 'context', variable: 'DOCKER_HOST' } }]
  expect(rows({ found, silent: [] })).toEqual([colima])
  // Of no engine that is asked: it is the kubeconfig that knows of it.
  expect(
    joinSources(known([], contexts, { elsewhere: { found, silent: [] } })).sources.map(({ source, value }) => [source, value]),
  ).toEqual([
    ['engine', 0],
    ['kubeconfig', 1],
  ])
  expect(rows({ found, silent: ['podman'] })).toEqual([colima, ['gone', 'unknown', { code: 'engine-silent', facts: { engine: 'podman' } }]])
})

test('an engine that stops answering greys its rows and empties nothing', () => {
  const { clusters, sources } = joinSources(
    known([cluster('dev', 4001)], [context('kind-dev', 'https://127.0.0.1:4001')], {
      providers: [kind({ ...failed, value: [cluster('dev', 4001)] })],
    }),
  )
  expect(clusters).toMatchObject([{ name: 'dev', state: 'unknown', reason: { code: 'source-failed' }, context: { name: 'kind-dev' } }])
  expect(sources[0]).toMatchObject({ source: 'engine', state: 'failed', value: 1, asOf: 1, error: { code: 'engine-stopped' } })
})

test('an engine that never answered: what the kubeconfig knows is shown as unknown', () => {
  const { clusters, sources } = joinSources(
    known(null, [context('kind-dev', 'https://127.0.0.1:4001')], { providers: [kind({ ...failed, asOf: null, value: null })] }),
  )
  expect(clusters).toMatchObject([{ provider: 'kind', name: 'dev', state: 'unknown', reason: { code: 'source-failed' } }])
  expect(sources[0]).toMatchObject({ value: null })
})

test('a cluster being made is starting, and names its job', () => {
  const jobOf = (_: string, name: string) => (name === 'dev' ? { id: 'j1', kind: 'cluster.create' } : undefined)
  const { clusters } = joinSources(known([cluster('dev', 4001)], [], { jobOf }))
  expect(clusters).toMatchObject([{ state: 'starting', jobId: 'j1' }])
})

test('two providers may use one name: each has its own context, its own job and its own profile', () => {
  const minikube: ProviderSource = {
    provider: 'minikube',
    source: 'minikube',
    answer: { state: 'ok', value: [{ ...cluster('dev', 5001), id: 'minikube:dev:1', provider: 'minikube' }], asOf: 1, error: null },
    contextName: (name) => name,
    ownsContext: (one, name) => one.cluster === name,
  }
  const { clusters, sources } = joinSources(
    known([], [context('kind-dev', 'https://127.0.0.1:4001'), context('dev', 'https://127.0.0.1:5001')], {
      providers: [kind({ state: 'ok', value: [cluster('dev', 4001)], asOf: 1, error: null }), minikube],
      jobOf: (provider) => (provider === 'minikube' ? { id: 'j2', kind: 'cluster.start' } : undefined),
      profileOf: (id) => (id === 'minikube:dev:1' ? 'lab' : null),
    }),
  )
  expect(clusters).toMatchObject([
    { provider: 'kind', name: 'dev', state: 'running', context: { name: 'kind-dev' }, jobId: null, profileId: null },
    { provider: 'minikube', name: 'dev', state: 'starting', context: { name: 'dev' }, jobId: 'j2', profileId: 'lab' },
  ])
  expect(sources.map((one) => [one.source, one.value])).toEqual([
    ['engine', 1],
    ['minikube', 1],
    ['kubeconfig', 0],
  ])
})

test('a cluster without an address has the context that its provider knows as its own, though its address looks like another machine', () => {
  const minikube: ProviderSource = {
    provider: 'minikube',
    source: 'minikube',
    answer: { state: 'ok', value: [{ ...cluster('dev', null), id: 'minikube:dev:1', provider: 'minikube' }], asOf: 1, error: null },
    contextName: (name) => name,
    ownsContext: ({ certificate }, name) => certificate === `/m/profiles/${name}/client.crt`,
  }
  const own = context('dev', 'https://192.168.49.2:8443', { local: false, certificate: '/m/profiles/dev/client.crt' })
  const { clusters } = joinSources(known([], [own, context('work', 'https://10.0.0.5:8443', { local: false })], { providers: [minikube] }))
  expect(clusters.map((one) => [one.provider, one.name, one.context?.name])).toEqual([
    ['minikube', 'dev', 'dev'],
    ['external', 'work', 'work'],
  ])
})

test('one provider that fails greys its own rows alone', () => {
  const minikube = {
    provider: 'minikube' as const,
    source: 'minikube',
    answer: { ...failed, value: null, asOf: null },
    contextName: (name: string) => name,
    ownsContext: () => false,
  }
  const { clusters } = joinSources(
    known([], [], { providers: [kind({ state: 'ok', value: [cluster('dev', 4001)], asOf: 1, error: null }), minikube] }),
  )
  expect(clusters).toMatchObject([{ name: 'dev', state: 'running' }])
})

test('names that kubeadm gives make a context one of kubeadm', () => {
  const made = context('kubernetes-admin@kubernetes', 'https://10.0.0.5:6443', { cluster: 'kubernetes', user: 'kubernetes-admin' })
  expect(joinSources(known([], [made])).clusters).toMatchObject([{ provider: 'kubeadm', name: 'kubernetes', state: 'unknown' }])
})

test('one that Cove took over keeps its provider under a name of its own; other users do not make one', () => {
  const taken = context('kubernetes-admin@box', 'https://10.0.0.5:6443', { cluster: 'box', user: 'kubernetes-admin@box' })
  const other = context('kubernetes-admin@far', 'https://10.0.0.6:6443', { cluster: 'far', user: 'somebody' })
  expect(joinSources(known([], [taken, other])).clusters).toMatchObject([
    { provider: 'kubeadm', name: 'box' },
    { provider: 'external', name: 'far' },
  ])
})
