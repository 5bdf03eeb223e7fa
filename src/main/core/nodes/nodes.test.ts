import { afterEach, beforeEach, expect, test } from 'vitest'
import type { UsageEvent } from '#shared/contract/nodes.ts'
import { parseContainer } from './container-facts.ts'
import { parseStats } from './engine-usage.ts'
import { createNodeGround, fixture, node, type NodeGround, until } from './fixtures/node-ground.ts'
import { createNodes, type Nodes } from './nodes.ts'
import { parseQuantity } from './quantity.ts'

const id = 'kind:shop:1'
let ground: NodeGround
let nodes: Nodes
beforeEach(() => {
  ground = createNodeGround()
  nodes = createNodes({ ...ground.deps, pauseMs: 20 })
})
afterEach(async () => {
  nodes.dispose()
  await ground.close()
})

test.each([
  ['2', 2],
  ['250m', 0.25],
  ['156340212n', 0.156340212],
  ['24684096Ki', 25_276_514_304],
  ['1e3', 1000],
  ['1.5Gi', 1_610_612_736],
  ['2kg', null],
  ['', null],
])('quantity %j is %j', (text, value) => expect(parseQuantity(text)).toBe(value))

test('what docker says of containers: a clear sequence before the line, one that does not run', () => {
  const line = (facts: object) => JSON.stringify(facts)
  const stats = `\u001b[2J\u001b[H${line({ ID: 'a1', CPUPerc: '112.50%', MemUsage: '572.4MiB / 23.54GiB' })}\n${line({ ID: 'b2', CPUPerc: '--', MemUsage: '-- / --' })}\n${line({ ID: 'c3', CPUPerc: '0.00%', MemUsage: '0B / 0B' })}\nnoise`
  expect(parseStats(stats)).toEqual([
    { id: 'a1', cpu: 1.125, memoryBytes: 600_204_902, memoryLimitBytes: 25_275_882_537 },
    { id: 'b2', cpu: null, memoryBytes: null, memoryLimitBytes: null },
    { id: 'c3', cpu: null, memoryBytes: null, memoryLimitBytes: null },
  ])
})

test('a node of kind as docker inspects it', () => {
  expect(parseContainer(fixture('container.json'))).toMatchObject({
    image: 'kindest/node:v1.34.4',
    state: 'running',
    startedAt: Date.parse('2026-11-26T00:11:16.953Z'),
    finishedAt: null,
    exitCode: null,
    restartPolicy: 'on-failure:1',
    cpus: null,
    memoryBytes: null,
    ports: [{ hostIp: '127.0.0.1', hostPort: 43117, containerPort: 6443, protocol: 'tcp' }],
    mounts: [
      { type: 'bind', source: '/lib/modules', destination: '/lib/modules', writable: false },
      { type: 'volume', destination: '/var', writable: true },
    ],
    networks: [{ name: 'kind', ipv4: '172.18.0.3', ipv6: 'fc00:f853:ccd:e793::3' }],
  })
  expect(parseContainer('[]')).toBeNull()
})

test('a node has what the engine and what the API say of it', async () => {
  ground.have(node('hnodes-worker'))
  ground.set('container.json', fixture('container.json'))
  ground.set('api-api-v1-nodes-hnodes-worker', fixture('node.json'))
  const details = await nodes.details(id, 'hnodes-worker')
  expect(details).toMatchObject({ shell: true, container: { error: null, value: { state: 'running' } } })
  expect(details.api.value).toMatchObject({
    schedulable: true,
    versions: {
      kubelet: 'v1.34.4',
      runtime: 'containerd://1.6.20',
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      architecture: 'linux/amd64',
    },
    podCidrs: ['10.244.1.0/24'],
    taints: [],
  })
  expect(details.api.value?.conditions.map((one) => one.type)).toEqual(['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'])
  expect(details.api.value?.resources.map((one) => one.name).slice(0, 4)).toEqual(['cpu', 'memory', 'pods', 'ephemeral-storage'])
})

test('what is wrong with a node stands first', async () => {
  ground.have(node('hnodes-worker'))
  const said = JSON.parse(fixture('node.json')) as { status: { conditions: { type: string; status: string }[] }; spec: object }
  for (const one of said.status.conditions) if (one.type === 'DiskPressure') one.status = 'True'
  said.spec = { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] }
  ground.set('api-api-v1-nodes-hnodes-worker', JSON.stringify(said))
  const { api } = await nodes.details(id, 'hnodes-worker')
  expect(api.value?.conditions[0]?.type).toBe('DiskPressure')
  expect(api.value).toMatchObject({ schedulable: false, taints: [{ value: '', effect: 'NoSchedule' }] })
})

test('each source fails alone; a node that nobody knows is not found', async () => {
  ground.have(node('gone-1'), node('lb', { role: 'load-balancer' }), node('down', { state: 'exited' }))
  ground.set('fail-container', 'Error: No such container: gone-1')
  ground.set('api-api-v1-nodes-gone-1', fixture('node.json'))
  expect(await nodes.details(id, 'gone-1')).toMatchObject({
    container: { value: null, error: { code: 'not-found', facts: { what: 'node', name: 'gone-1' } } },
    api: { error: null },
  })
  ground.unset('fail-container')
  ground.set('container.json', fixture('container.json'))
  expect(await nodes.details(id, 'lb')).toMatchObject({ api: { value: null, error: null }, container: { error: null } })
  expect(await nodes.details(id, 'down')).toMatchObject({ shell: false, api: { value: null, error: { code: 'command-failed' } } })
  await expect(nodes.details('kind:shop:2', 'down')).rejects.toMatchObject({ code: 'not-found' })
})

const stats = (cpu: string) => ['a', 'b'].map((ID) => JSON.stringify({ ID, CPUPerc: cpu, MemUsage: '1GiB / 4GiB' })).join('\n')

async function first(events: AsyncIterable<UsageEvent>, wanted: (event: UsageEvent) => boolean = () => true): Promise<UsageEvent> {
  for await (const event of events) if (wanted(event)) return event
  throw new Error('the stream ended')
}

test('use comes from the engine where the cluster has no metrics-server, of the nodes that run', async () => {
  ground.have(node('a'), node('b'), node('c', { state: 'exited' }))
  ground.set('stats', stats('50.00%'))
  expect(await first(nodes.usage(id, new AbortController().signal))).toMatchObject({
    type: 'usage',
    source: 'engine',
    nodes: [
      { node: 'a', cpu: 0.5, cpus: 2, memoryBytes: 2 ** 30, memoryLimitBytes: 2 ** 32 },
      { node: 'b', cpu: 0.5 },
    ],
  })
  expect(ground.calls().filter((call) => call.startsWith('stats'))[0]).toMatch(/-- a b$/)
})

test('use comes from the metrics-server where there is one', async () => {
  ground.have(node('hnodes-worker'))
  const items = [{ metadata: { name: 'hnodes-worker' }, usage: { cpu: '156340212n', memory: '512Mi' } }]
  ground.set('api-apis-metrics.k8s.io-v1beta1-nodes', JSON.stringify({ items }))
  ground.set('api-api-v1-nodes', JSON.stringify({ metadata: {}, items: [JSON.parse(fixture('node.json'))] }))
  expect(await first(nodes.usage(id, new AbortController().signal))).toMatchObject({
    source: 'metrics',
    nodes: [{ node: 'hnodes-worker', cpu: 0.156340212, cpus: 2, memoryBytes: 2 ** 29, memoryLimitBytes: 25_276_514_304 }],
  })
  expect(ground.calls()).toEqual([])
})

test('a failure is an event, and it goes on', async () => {
  ground.have(node('a'))
  ground.set('fail-stats', 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?')
  const events = nodes.usage(id, new AbortController().signal)
  expect((await events.next()).value).toMatchObject({ type: 'failed', error: { code: 'engine-stopped' } })
  ground.set('stats', stats('1.00%'))
  ground.unset('fail-stats')
  expect(await first(events, (event) => event.type === 'usage')).toMatchObject({ source: 'engine' })
})

test('a cluster without a metrics-server, none of whose nodes run', async () => {
  ground.have(node('a', { state: 'exited' }))
  expect(await first(nodes.usage(id, new AbortController().signal))).toMatchObject({
    type: 'failed',
    error: { code: 'metrics-absent', facts: { cluster: 'shop' } },
  })
})

test('several windows share one question, and nobody is asked when nobody looks', async () => {
  ground.have(node('a'), node('b'))
  ground.set('stats', stats('1.00%'))
  ground.set('hold-stats')
  const stops = [new AbortController(), new AbortController(), new AbortController()]
  const reads = stops.map((stop) => first(nodes.usage(id, stop.signal)))
  await ground.reached('stats')
  expect(ground.calls().filter((call) => call.startsWith('stats'))).toHaveLength(1)
  ground.unset('hold-stats')
  await Promise.all(reads)
  await until(() => ground.running().length === 0)
  const asked = ground.calls().length
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(ground.calls()).toHaveLength(asked)
})

test('who leaves in the middle of a question ends it', async () => {
  ground.have(node('a'))
  ground.set('hold-stats')
  const stop = new AbortController()
  const reading = nodes.usage(id, stop.signal).next()
  await ground.reached('stats')
  stop.abort()
  expect(await reading).toMatchObject({ done: true })
  await until(() => ground.running().length === 0)
})
