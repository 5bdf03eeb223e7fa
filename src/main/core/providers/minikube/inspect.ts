import type { Cluster, ClusterNode } from '#shared/contract/clusters.ts'
import type { EngineContainer } from '../../engines/types.ts'
import type { ProviderCluster } from '../provider.ts'
import type { NodeStatus } from './parse.ts'
import { isUsable, type LastOperation, machineName, machinesOf, type Profile } from './profiles.ts'

/** On everything that the docker driver makes: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/drivers/kic/oci/types.go */
export const clusterLabel = 'created_by.minikube.sigs.k8s.io'
/** Names the machine, so `dev-m02` and not `dev` on a second node; on networks the profile. */
export const machineLabel = 'name.minikube.sigs.k8s.io'

/** After that minikube itself no longer takes a start for one that goes on: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/cluster/status.go */
export const transientMs = 10 * 60_000

type State = Pick<Cluster, 'state' | 'reason'>
export type Seen = {
  readonly profiles: readonly Profile[]
  /** Those with `clusterLabel`. */
  readonly containers: readonly EngineContainer[]
  /** What `minikube status` says, for those of which `needsStatus` is true; null: nothing. */
  readonly statuses: ReadonlyMap<string, readonly NodeStatus[] | null>
  /** ms since 1970 */
  readonly now: number
}

/** The profiles as clusters, and containers that no profile knows, by name. Pure. */
export function clustersOf(seen: Seen): ProviderCluster[] {
  const known = new Set(seen.profiles.flatMap((profile) => [profile.name, ...machinesOf(profile)]))
  const orphans = new Map<string, EngineContainer[]>()
  for (const container of machineContainers(seen.containers)) {
    const name = machineOf(container).replace(/-m\d{2,3}$/, '')
    if (!known.has(machineOf(container))) orphans.set(name, [...(orphans.get(name) ?? []), container])
  }
  const clusters = [
    ...seen.profiles.map((profile) => clusterOf(profile, seen)),
    ...[...orphans].map(([name, containers]) => orphanOf(name, containers)),
  ]
  return clusters.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Whether files and containers leave open how it is: its machines are not the engine's, or they run and minikube's last word is not that all is well. Pure. */
export function needsStatus(profile: Profile, containers: readonly EngineContainer[], now: number): boolean {
  if (!isUsable(profile.config) || isStarting(profile.last, now)) return false
  if (profile.config.Driver !== 'docker') return true
  const nodes = nodesOf(profile, containers, undefined)
  return nodes.length > 0 && nodes.every((node) => node.state === 'running') && !endedWell(profile.last)
}

/** True for a start that goes on, as far as its events tell. */
export function isStarting(last: LastOperation | null, now: number): boolean {
  return last !== null && last.what === 'start' && !last.done && !last.failed && now - last.changedAt < transientMs
}

const endedWell = (last: LastOperation | null) => last !== null && last.done && (last.what === 'start' || last.what === 'unpause')

function clusterOf(profile: Profile, { containers, statuses, now }: Seen): ProviderCluster {
  const { name, config } = profile
  const status = statuses.get(name)
  const machines = nodesOf(profile, containers, status)
  const state = stateOf(profile, machines, status, now)
  // minikube pauses what runs in its machines and not these.
  const nodes = state.state === 'paused' ? machines.map((node) => ({ ...node, state: 'paused' as const })) : machines
  const primary = nodes.find((node) => node.containerId !== '' && node.role === 'control-plane')
  const kubernetes = config?.KubernetesConfig
  return {
    // One that is deleted and made again has another first machine, or at least another folder.
    id: `minikube:${name}:${primary?.containerId.slice(0, 12) ?? profile.createdAt ?? ''}`,
    provider: 'minikube',
    name,
    ...state,
    version: kubernetes?.KubernetesVersion || null,
    nodes,
    createdAt: primary?.createdAt ?? profile.createdAt,
    driver: config?.Driver || null,
    runtime: kubernetes?.ContainerRuntime || null,
    // By name and not by address: all minikube clusters listen on port 8443, and elsewhere than Linux on one that the engine chooses anew.
    server: null,
  }
}

function orphanOf(name: string, containers: readonly EngineContainer[]): ProviderCluster {
  const nodes = containers.map((container) => nodeOf(container, container.name === name ? 'control-plane' : 'worker', null))
  const first = nodes.find((node) => node.name === name) ?? nodes[0]
  return {
    id: `minikube:${name}:${first?.containerId.slice(0, 12) ?? ''}`,
    provider: 'minikube',
    name,
    state: 'broken',
    reason: { code: 'profile-damaged', facts: { nodes: nodes.length } },
    version: null,
    nodes,
    createdAt: first?.createdAt ?? null,
    driver: 'docker',
    runtime: null,
    server: null,
  }
}

function nodesOf(
  profile: Profile,
  containers: readonly EngineContainer[],
  status: readonly NodeStatus[] | null | undefined,
): ClusterNode[] {
  const { config, name } = profile
  const machines = new Map(machineContainers(containers).map((one) => [machineOf(one), one]))
  if (!isUsable(config)) {
    const own = machines.get(name)
    return own === undefined ? [] : [nodeOf(own, 'control-plane', null)]
  }
  return (config.Nodes ?? []).map((node): ClusterNode => {
    const machine = machineName(name, node.Name)
    const role = node.ControlPlane ? 'control-plane' : 'worker'
    const version = node.KubernetesVersion || null
    const container = config.Driver === 'docker' ? machines.get(machine) : undefined
    if (container !== undefined) return nodeOf(container, role, version)
    const host = config.Driver === 'docker' ? 'Nonexistent' : status?.find((one) => one.name === machine)?.host
    return {
      name: machine,
      role,
      state: hostStates[host ?? ''] ?? 'unknown',
      image: '',
      version,
      containerId: '',
      createdAt: null,
      startedAt: null,
      ports: [],
    }
  })
}

function nodeOf(container: EngineContainer, role: ClusterNode['role'], version: string | null): ClusterNode {
  return {
    name: container.name,
    role,
    state: (nodeStates as readonly string[]).includes(container.state) ? (container.state as ClusterNode['state']) : 'unknown',
    image: container.image,
    version,
    containerId: container.id,
    createdAt: container.createdAt,
    startedAt: null,
    ports: container.ports.map((port) => ({ ...port })),
  }
}

function stateOf(profile: Profile, nodes: readonly ClusterNode[], status: readonly NodeStatus[] | null | undefined, now: number): State {
  if (isStarting(profile.last, now)) return { state: 'starting', reason: none }
  if (!isUsable(profile.config)) return { state: 'broken', reason: { code: 'profile-damaged', facts: { nodes: nodes.length } } }
  const count = (state: ClusterNode['state']) => nodes.filter((node) => node.state === state).length
  const facts = { stopped: nodes.length - count('running'), nodes: nodes.length }
  if (status === null || count('unknown') > 0) return { state: 'unknown', reason: { code: 'tool-silent', facts: {} } }
  if (count('created') > 0 || count('dead') > 0) return { state: 'broken', reason: { code: 'half-created', facts } }
  if (facts.stopped === 0) return kubernetesState(status ?? [])
  if (count('restarting') > 0) return { state: 'starting', reason: { code: 'nodes-down', facts } }
  if (count('paused') === nodes.length) return { state: 'paused', reason: none }
  if (count('running') === 0 && count('paused') === 0) return { state: 'stopped', reason: { code: 'all-stopped', facts } }
  const down = nodes.find((node) => node.state !== 'running')
  const why = { code: 'nodes-down' as const, facts: { ...facts, ...(down === undefined ? {} : { node: down.name }) } }
  const answering = nodes.some((node) => node.role === 'control-plane' && node.state === 'running')
  return { state: answering ? 'partly-running' : 'broken', reason: why }
}

/** All machines run; without a status minikube's last word was that all is well. */
function kubernetesState(status: readonly NodeStatus[]): State {
  const controlPlanes = status.filter((node) => !node.worker)
  if (controlPlanes.length > 0 && controlPlanes.every((node) => node.apiServer === 'Paused')) return { state: 'paused', reason: none }
  const answering = controlPlanes.some((node) => node.apiServer === 'Running')
  const silent = status.find((node) => node.kubelet !== 'Running')
  if (controlPlanes.length > 0 && !answering)
    return {
      state: 'broken',
      reason: { code: 'api-down', facts: { node: controlPlanes[0]?.name ?? '', apiServer: controlPlanes[0]?.apiServer ?? '' } },
    }
  if (silent !== undefined) return { state: 'partly-running', reason: { code: 'kubelet-down', facts: { node: silent.name } } }
  return { state: 'running', reason: none }
}

const machineOf = (container: EngineContainer) => container.labels[machineLabel] ?? container.name
/** Not the helpers that fill a volume, which have the label of the machine they work for. */
const machineContainers = (containers: readonly EngineContainer[]) => containers.filter((one) => one.name === machineOf(one))

const none: State['reason'] = { code: 'none', facts: {} }
const nodeStates = ['running', 'exited', 'paused', 'created', 'restarting', 'removing', 'dead', 'unknown'] as const
/** https://github.com/docker/machine/blob/v0.16.2/libmachine/state/state.go */
const hostStates: Readonly<Record<string, ClusterNode['state']>> = {
  Running: 'running',
  InsufficientStorage: 'running',
  Stopped: 'exited',
  Stopping: 'removing',
  Starting: 'restarting',
  Paused: 'paused',
  Saved: 'paused',
  Nonexistent: 'dead',
}
