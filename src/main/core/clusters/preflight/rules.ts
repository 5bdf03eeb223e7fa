import type { EvidenceLine, Finding, FindingAction } from '#shared/contract/findings.ts'
import { subnetsOverlap } from '#shared/contract/document.ts'
import type { Engine } from '#shared/contract/toolchain.ts'
import type { ErrorCode } from '#shared/messages/error-facts.ts'
import { fits } from '../../toolchain/skew.ts'
import type { ExtrasGround } from './extras.ts'
import type { Host } from './host.ts'
import type { Wish } from './wish.ts'

export type Ground = {
  readonly wish: Wish
  /** Null: none answers, or none is needed. */
  readonly engine: Pick<Engine, 'cpus' | 'memoryBytes' | 'cgroupVersion' | 'rootless'> | null
  /** The engine's containers run right on this machine, not in a virtual machine or elsewhere: what the host lacks, they lack. */
  readonly native: boolean
  readonly host: Host
  /** Version of the kubectl that will be used; null: a fitting one will be downloaded. */
  readonly kubectl: string | null
  /** Nodes that run in the engine already. */
  readonly nodes: number
  /** Networks of the engine, by name. */
  readonly networks: readonly { readonly name: string; readonly subnet: string }[]
  /** Networks that documents of other clusters ask for. */
  readonly others: readonly { readonly cluster: string; readonly subnet: string }[]
  readonly missingMounts: readonly string[]
  /** Limits that a rootless engine cannot set, `memory`, `pids`, `cpu`; null: not asked. */
  readonly undelegated: readonly string[] | null
  readonly extras: Pick<ExtrasGround, 'missingManifests' | 'missingImages' | 'registry'>
}

const mebi = 1024 * 1024
/** Measured on one-node clusters of kind and minikube: 0.5 to 0.6 GiB; each further node of theirs 0.2 (e2e/real-cluster). */
const controlPlaneMiB = 600
const workerMiB = 250
/** https://github.com/kubernetes/minikube/blob/master/cmd/minikube/cmd/start.go (minUsableMem), cpus likewise. */
const minikubeLeastMiB = 1_800
const leastCpus = 2
/** A node with the usual pods was seen to hold some 35 instances; kind's own advice for more nodes is 512 and 524,288. */
const instancesEach = 40
const watchesEach = 8_192

/** What a rule of a new node judges as well. */
type Part = Pick<Ground, 'wish' | 'engine' | 'native' | 'host' | 'nodes'>
type Rule = (ground: Ground) => Finding[]

/** What of the machine stands in the way of a create (`problem`) or may (`warning`). Pure. */
export function preflightFindings(ground: Ground): Finding[] {
  return rules.flatMap((rule) => rule(ground))
}

/** What of the machine stands in the way of one more node (`problem`) or may (`warning`). `wish`: of the node alone; `whole`: of its cluster with it. Pure. */
export function growthFindings({ whole, ...ground }: Part & { readonly whole: Wish }): Finding[] {
  const { host } = ground
  // The engine must hold all of it; what is free now is only needed for the new one.
  const held = memory({ ...ground, wish: whole, host: { ...host, availableBytes: null } })
  return [...(held.length > 0 ? held : memory(ground)), ...inotify(ground)]
}

/** The engine has less memory than minikube takes at least, or than the nodes need; or less is free now. */
const memory = ({ wish, engine, native, host }: Part): Finding[] => {
  const nodes = wish.controlPlanes + wish.workers
  const usual = wish.controlPlanes * controlPlaneMiB + wish.workers * workerMiB
  const needed =
    wish.memoryMiB === null
      ? usual
      : wish.provider === 'minikube' && !wish.containers
        ? wish.memoryMiB * nodes
        : Math.max(usual, wish.memoryMiB)
  const least = wish.provider === 'minikube' ? Math.max(needed, minikubeLeastMiB) : needed
  const total = engine?.memoryBytes == null ? null : Math.floor(engine.memoryBytes / mebi)
  if (wish.containers && total !== null && total < least)
    return [
      finding(
        'problem',
        'memory-low',
        { availableMiB: total, neededMiB: least },
        'sure',
        'change-specification',
        line('engine', 'docker info', `MemTotal: ${total} MiB`),
      ),
    ]
  const free = host.availableBytes === null || !(native || !wish.containers) ? null : Math.floor(host.availableBytes / mebi)
  if (free === null || free >= needed) return []
  return [
    finding(
      'warning',
      'memory-low',
      { availableMiB: free, neededMiB: needed },
      'likely',
      'change-specification',
      line('host', '/proc/meminfo', `MemAvailable: ${free} MiB`),
    ),
  ]
}

/** minikube refuses fewer than two, and more than there are; kind only gets slow. */
const cpus: Rule = ({ wish, engine }) => {
  if (engine?.cpus == null || !wish.containers) return []
  const needed = Math.max(leastCpus, wish.cpus ?? 0)
  if (engine.cpus >= needed) return []
  const level = wish.provider === 'minikube' ? 'problem' : 'warning'
  return [
    finding(
      level,
      'cpu-too-few',
      { cpus: engine.cpus, needed },
      'sure',
      'change-specification',
      line('engine', 'docker info', `NCPU: ${engine.cpus}`),
    ),
  ]
}

/** Pods, services or nodes have addresses that lead elsewhere from here. One finding for each network of the cluster, about the first it meets. */
const subnets: Rule = ({ wish, host, networks, others }) => {
  const named = new Map(networks.map((one) => [one.subnet, one.name]))
  const here = [
    ...networks.map(({ subnet, name }) => ({ subnet, whose: name, source: 'engine' as const })),
    ...host.routes
      .filter((one) => !named.has(one.subnet))
      .map(({ subnet, device }) => ({ subnet, whose: device, source: 'host' as const })),
  ]
  const elsewhere = others.map(({ subnet, cluster }) => ({ subnet, whose: cluster, source: 'host' as const }))
  // Clusters do not meet by themselves: only a network that somebody chose is meant to be its own.
  const around = wish.subnetsChosen ? [...here, ...elsewhere] : here
  // minikube names the network after its cluster and takes one of that name again:
  // https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/drivers/kic/oci/network_create.go
  const aroundNodes = [...here.filter((one) => one.source !== 'engine' || one.whose !== wish.name), ...elsewhere]
  const wished = [
    ...[...wish.pods, ...wish.services].map((subnet) => ({ subnet, around })),
    ...wish.nodeNetworks.map((subnet) => ({ subnet, around: aroundNodes })),
  ]
  return wished.flatMap(({ subnet, around: those }) => {
    const met = those.find((one) => subnetsOverlap(one.subnet, subnet))
    if (met === undefined) return []
    const facts = { subnet, other: met.subnet, with: met.whose }
    return [finding('warning', 'subnet-overlap', facts, 'likely', 'change-specification', line(met.source, met.whose, met.subnet))]
  })
}

/** One minor version apart is supported: https://kubernetes.io/releases/version-skew-policy/#kubectl */
const skew: Rule = ({ wish, kubectl }) => {
  if (fits(kubectl, wish.version) !== false) return []
  return [
    finding(
      'warning',
      'kubectl-skew',
      { kubectl: kubectl ?? '', kubernetes: wish.version ?? '' },
      'sure',
      'open-machine',
      line('command', 'kubectl version', kubectl ?? ''),
    ),
  ]
}

/** https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files */
const inotify = ({ wish, native, host, nodes }: Part): Finding[] => {
  if (!native || !wish.containers || host.inotify === null) return []
  const { instances, watches } = host.inotify
  const all = nodes + wish.controlPlanes + wish.workers
  if (instances >= all * instancesEach && watches >= all * watchesEach) return []
  const text = `fs.inotify.max_user_instances = ${instances}, fs.inotify.max_user_watches = ${watches}`
  return [finding('warning', 'inotify-low', { instances, watches, nodes: all }, 'likely', 'raise-inotify', line('host', 'sysctl', text))]
}

/** https://kind.sigs.k8s.io/docs/user/rootless/ */
const rootless: Rule = ({ wish, engine, host, undelegated }) => {
  if (engine?.rootless !== true || !wish.containers) return []
  const low = wish.ports.filter((port) => port.hostPort < (host.lowestPort ?? 1024))
  const ports = low.map((port) =>
    finding(
      'warning',
      'port-privileged',
      { port: port.hostPort },
      'likely',
      'change-specification',
      line('host', 'net.ipv4.ip_unprivileged_port_start', String(host.lowestPort ?? 1024)),
    ),
  )
  const limits = (reason: string, text: string) =>
    finding('problem', 'rootless-limits', { reason }, 'sure', null, line('engine', 'docker info', text))
  if (engine.cgroupVersion === '1') return [limits('cgroup v1', 'CgroupVersion: 1'), ...ports]
  const lacking = undelegated ?? []
  return lacking.length > 0 ? [limits(`Delegate=yes: ${lacking.join(', ')}`, lacking.join(', ')), ...ports] : ports
}

/** The engine makes what is not there, as an empty folder of root's; minikube refuses. */
const mounts: Rule = ({ wish, missingMounts }) =>
  missingMounts.map((path) =>
    finding(
      wish.provider === 'minikube' ? 'problem' : 'warning',
      'mount-missing',
      { path },
      'sure',
      'change-specification',
      line('host', path, 'ENOENT'),
    ),
  )

const ipv6: Rule = ({ wish, native, host }) => {
  if (wish.ipFamily === 'ipv4' || !native || host.ipv6 !== false) return []
  const text = 'net.ipv6.conf.all.disable_ipv6 = 1'
  return [finding('problem', 'ipv6-off', { reason: text }, 'sure', 'change-specification', line('host', 'sysctl', text))]
}

/** Each would end the create when the cluster is up, and take the cluster with it. */
const extras: Rule = ({ wish, extras: { missingManifests, missingImages, registry } }) => {
  const stops = (cause: ErrorCode, facts: Finding['facts'], evidence: EvidenceLine) =>
    finding('problem', cause, facts, 'sure', 'change-specification', evidence)
  return [
    ...(registry === 'other' && wish.registry !== null
      ? [stops('registry-name-taken', wish.registry, line('engine', 'docker container inspect', wish.registry.name))]
      : []),
    ...missingImages.map((image) => stops('load-image-missing', { image }, line('engine', 'docker image inspect', image))),
    ...missingManifests.map((path) => stops('manifest-missing', { path }, line('host', path, 'ENOENT'))),
  ]
}

const rules: readonly Rule[] = [memory, cpus, rootless, ipv6, mounts, extras, subnets, inotify, skew]

function finding(
  level: Finding['level'],
  cause: ErrorCode,
  facts: Finding['facts'],
  sure: Finding['sure'],
  action: FindingAction | null,
  evidence: EvidenceLine,
): Finding {
  return { level, cause, facts, sure, evidence: [evidence], action }
}

const line = (source: EvidenceLine['source'], name: string, text: string): EvidenceLine => ({ source, name, text: text.slice(0, 500) })
