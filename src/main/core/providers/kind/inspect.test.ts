import { expect, test } from 'vitest'
import type { EngineContainer } from '../../engines/types.ts'
import { clustersOf, versionOf } from './inspect.ts'

let made = 0
const node = (name: string, role: string, over: Partial<EngineContainer> = {}): EngineContainer => ({
  id: `${(++made).toString(16).padStart(12, '0')}${'f'.repeat(52)}`,
  name,
  image: 'kindest/node:v1.34.4',
  labels: { 'io.x-k8s.kind.cluster': name.replace(/-(control-plane|worker|external).*/, ''), 'io.x-k8s.kind.role': role },
  state: 'running',
  exitCode: null,
  createdAt: 1_000 + made,
  ports: [],
  ...over,
})
const only = (containers: EngineContainer[]) => {
  const clusters = clustersOf(containers)
  expect(clusters).toHaveLength(1)
  return clusters[0] as NonNullable<(typeof clusters)[0]>
}

test('one cluster out of its containers: nodes in order, version, server, identity', () => {
  const worker = node('a-worker', 'worker')
  const control = node('a-control-plane', 'control-plane', {
    ports: [{ hostIp: '127.0.0.1', hostPort: 43117, containerPort: 6443, protocol: 'tcp' }],
  })
  const cluster = only([worker, control])
  expect(cluster).toMatchObject({
    name: 'a',
    state: 'running',
    version: 'v1.34.4',
    server: 'https://127.0.0.1:43117',
    id: `kind:a:${control.id.slice(0, 12)}`,
  })
  expect(cluster.nodes.map((one) => one.role)).toEqual(['control-plane', 'worker'])
})

test('made again under the same name it is another cluster', () => {
  const first = only([node('a-control-plane', 'control-plane')])
  const second = only([node('a-control-plane', 'control-plane')])
  expect(second.id).not.toBe(first.id)
})

test('identity is the oldest control plane, whatever the order of the list', () => {
  const old = node('ha-control-plane', 'control-plane')
  const young = node('ha-control-plane2', 'control-plane')
  expect(only([young, old]).id).toBe(`kind:ha:${old.id.slice(0, 12)}`)
})

test.each([
  [['running', 'running'], 'running', 'none'],
  [['exited', 'exited'], 'stopped', 'all-stopped'],
  [['paused', 'paused'], 'paused', 'none'],
  [['running', 'exited'], 'partly-running', 'nodes-down'],
  [['exited', 'running'], 'broken', 'nodes-down'],
  [['restarting', 'running'], 'starting', 'nodes-down'],
  [['running', 'created'], 'broken', 'half-created'],
  [['running', 'something new'], 'unknown', 'none'],
])('control plane and worker %j: %s', ([control, worker], state, reason) => {
  const cluster = only([
    node('a-control-plane', 'control-plane', { state: control ?? '' }),
    node('a-worker', 'worker', { state: worker ?? '', exitCode: 137 }),
  ])
  expect(cluster.state).toBe(state)
  expect(cluster.reason.code).toBe(reason)
})

test('which node is down, and how it ended', () => {
  const cluster = only([node('a-control-plane', 'control-plane'), node('a-worker', 'worker', { state: 'exited', exitCode: 137 })])
  expect(cluster.reason.facts).toEqual({ stopped: 1, nodes: 2, node: 'a-worker', exitCode: 137 })
})

test('without a control plane it was never a cluster', () => {
  expect(only([node('a-worker', 'worker')])).toMatchObject({ state: 'broken', reason: { code: 'half-created' } })
})

test('version from the tag, or not known', () => {
  expect(versionOf('kindest/node:v1.37.0@sha256:a1ed')).toBe('v1.37.0')
  expect(versionOf('localhost:5000/node:v1.33.4')).toBe('v1.33.4')
  expect(versionOf('node:latest')).toBeNull()
  expect(versionOf('sha256:a1ed56')).toBeNull()
})
