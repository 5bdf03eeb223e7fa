import type { Cluster, ClusterNode } from '#shared/contract/clusters.ts'
import type { EngineContainer } from '../../engines/types.ts'
import type { ProviderCluster } from '../provider.ts'

export const clusterLabel = 'io.x-k8s.kind.cluster'
const roleLabel = 'io.x-k8s.kind.role'

/** The clusters behind kind's containers, by name. Pure. Everything is in the labels, so kind itself need not be asked, nor be there. */
export function clustersOf(containers: readonly EngineContainer[]): ProviderCluster[] {
  const byName = new Map<string, EngineContainer[]>()
  for (const container of containers) {
    const name = container.labels[clusterLabel]
    if (name === undefined || name === '') continue
    const group = byName.get(name)
    if (group === undefined) byName.set(name, [container])
    else group.push(container)
  }
  return [...byName].map(([name, group]) => clusterOf(name, group)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function clusterOf(name: string, group: readonly EngineContainer[]): ProviderCluster {
  const nodes = group.map(nodeOf).sort(byRole)
  const oldest = firstMade(nodes.filter((node) => node.role === 'control-plane')) ?? firstMade(nodes)
  const api = nodes.flatMap((node) => node.ports).find((port) => port.containerPort === 6443)
  return {
    // A cluster that is deleted and made again has another control plane: what looked at the old one must not act on the new one.
    id: `kind:${name}:${oldest?.containerId.slice(0, 12) ?? ''}`,
    provider: 'kind',
    name,
    ...stateOf(nodes, group),
    version: oldest?.version ?? null,
    nodes,
    createdAt: oldest?.createdAt ?? null,
    // Whatever the engine is, kind calls it docker: https://kind.sigs.k8s.io/docs/user/rootless/
    driver: 'docker',
    runtime: 'containerd',
    server: api === undefined ? null : `https://${hostOf(api.hostIp)}:${api.hostPort}`,
  }
}

function nodeOf(container: EngineContainer): ClusterNode {
  const role = container.labels[roleLabel]
  return {
    name: container.name,
    role: role === 'control-plane' ? 'control-plane' : role === 'external-load-balancer' ? 'load-balancer' : 'worker',
    state: (nodeStates as readonly string[]).includes(container.state) ? (container.state as ClusterNode['state']) : 'unknown',
    image: container.image,
    version: versionOf(container.image),
    containerId: container.id,
    createdAt: container.createdAt,
    startedAt: null,
    ports: container.ports.map((port) => ({ ...port })),
  }
}

/** `v1.34.4` of `kindest/node:v1.34.4@sha256:…`; null where the tag is no version. */
export function versionOf(image: string): string | null {
  return /:(v\d+\.\d+\.\d+[^@/:]*)(?:@|$)/.exec(image)?.[1] ?? null
}

function stateOf(nodes: readonly ClusterNode[], group: readonly EngineContainer[]): Pick<Cluster, 'state' | 'reason'> {
  const count = (state: ClusterNode['state']) => nodes.filter((node) => node.state === state).length
  const controlPlanes = nodes.filter((node) => node.role === 'control-plane')
  const stopped = nodes.length - count('running')
  const facts = { stopped, nodes: nodes.length }
  if (controlPlanes.length === 0 || count('created') > 0) return { state: 'broken', reason: { code: 'half-created', facts } }
  if (stopped === 0) return { state: 'running', reason: { code: 'none', facts: {} } }
  if (count('unknown') > 0) return { state: 'unknown', reason: { code: 'none', facts: {} } }
  if (count('restarting') > 0) return { state: 'starting', reason: { code: 'nodes-down', facts } }
  if (count('paused') === nodes.length) return { state: 'paused', reason: { code: 'none', facts: {} } }
  if (count('running') === 0 && count('paused') === 0) return { state: 'stopped', reason: { code: 'all-stopped', facts } }
  const down = nodes.find((node) => node.state !== 'running')
  const exitCode = group.find((container) => container.name === down?.name)?.exitCode
  const why = {
    ...facts,
    ...(down === undefined ? {} : { node: down.name }),
    ...(exitCode === undefined || exitCode === null ? {} : { exitCode }),
  }
  const answering = controlPlanes.some((node) => node.state === 'running')
  return { state: answering ? 'partly-running' : 'broken', reason: { code: 'nodes-down', facts: why } }
}

function firstMade(nodes: readonly ClusterNode[]): ClusterNode | undefined {
  return [...nodes].sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0) || (a.name < b.name ? -1 : 1))[0]
}

function byRole(a: ClusterNode, b: ClusterNode): number {
  const order = ['control-plane', 'worker', 'load-balancer']
  return order.indexOf(a.role) - order.indexOf(b.role) || a.name.localeCompare(b.name, 'en', { numeric: true })
}

function hostOf(hostIp: string): string {
  if (hostIp === '' || hostIp === '0.0.0.0' || hostIp === '::') return '127.0.0.1'
  return hostIp.includes(':') ? `[${hostIp}]` : hostIp
}

const nodeStates = ['running', 'exited', 'paused', 'created', 'restarting', 'removing', 'dead', 'unknown'] as const
