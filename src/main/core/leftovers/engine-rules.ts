import type { Job } from '#shared/contract/jobs.ts'
import type { Leftover } from '#shared/contract/leftovers.ts'
import { placeholderLabels } from '../providers/kind/addresses.ts'
import { isAnyBusy, isBusy, isYoung, profilesOf } from './busy.ts'
import {
  type EngineThings,
  kindLabel,
  kindRoleLabel,
  minikubeLabel,
  minikubeNameLabel,
  minikubeRoleLabel,
  type Surroundings,
  type ThingContainer,
} from './types.ts'

/** Names of minikube's profiles, healthy or not; null where its folder could not be read. */
export type Profiles = ReadonlySet<string>

const engineItem = { path: null, sizeBytes: null, blocked: null, preselected: true } as const

/**
 * Containers of kind and minikube clusters that have lost every control plane: nothing can bring such a cluster back. Pure.
 * Those of minikube only where the profile is gone too, and never a control plane: that of a profile in another MINIKUBE_HOME looks the same.
 */
export function containerLeftovers({ containers }: EngineThings, profiles: Profiles, around: Surroundings): Leftover[] {
  const item = (one: ThingContainer, provider: 'kind' | 'minikube', cluster: string): Leftover => ({
    ...engineItem,
    id: `container:${one.id}`,
    source: 'containers',
    kind: 'container',
    name: one.name,
    provider,
    cluster,
    createdAt: one.createdAt,
    why: { code: 'control-plane-gone', facts: { cluster } },
  })
  const doomed = (group: readonly ThingContainer[], cluster: string) =>
    !isBusy(around, cluster) && !group.some((one) => isYoung(around, one.createdAt))

  const kind = groups(containers, (one) => one.labels[kindLabel])
  const minikube = groups(containers, (one) => {
    const machine = one.labels[minikubeLabel] === 'true' ? one.labels[minikubeNameLabel] : undefined
    return machine === undefined ? undefined : (profilesOf(machine).at(-1) ?? machine)
  })
  return [
    ...[...kind].flatMap(([cluster, group]) =>
      group.some((one) => one.labels[kindRoleLabel] === 'control-plane') || !doomed(group, cluster)
        ? []
        : group.map((one) => item(one, 'kind', cluster)),
    ),
    ...[...minikube].flatMap(([cluster, group]) => {
      const machines = group.map((one) => one.labels[minikubeNameLabel] ?? '')
      const alive = mayHaveControlPlane(group) || machines.some((machine) => isKnown(machine, profiles))
      return alive || !doomed(group, cluster) ? [] : group.map((one) => item(one, 'minikube', cluster))
    }),
  ]
}

/** What held an address of kind's network for a start whose job has ended, as one that was killed: it would go by itself, but keeps the address until then. Pure. */
export function placeholderLeftovers({ containers }: EngineThings, around: Surroundings): Leftover[] {
  const running = new Set(around.jobs.flatMap((job) => (job.finishedAt === null ? [job.id] : [])))
  return containers.flatMap((one): Leftover[] => {
    const job = one.labels[placeholderLabels.job]
    if (job === undefined || running.has(job) || isYoung(around, one.createdAt)) return []
    const base = { ...engineItem, id: `container:${one.id}`, source: 'containers' as const, kind: 'container' as const, name: one.name }
    const cluster = one.labels[placeholderLabels.cluster] ?? null
    return [{ ...base, provider: 'kind', cluster, createdAt: one.createdAt, why: { code: 'job-ended', facts: {} } }]
  })
}

/**
 * minikube leaves the role of its machines empty, and with several control planes any but the first may be one. A single machine that is not the first is
 * none: it was a worker, or one of three control planes, which cannot go on alone.
 */
function mayHaveControlPlane(group: readonly ThingContainer[]): boolean {
  if (group.every((one) => one.labels[minikubeRoleLabel] === 'worker')) return false
  const [only] = group
  return (
    group.length > 1 || profilesOf(only?.labels[minikubeNameLabel] ?? '').length < 2 || only?.labels[minikubeRoleLabel] === 'control-plane'
  )
}

/** Volumes that no container mounts: minikube's by their labels; kind's have no name and no label, so only those that Cove noted when it could not remove them. Pure. */
export function volumeLeftovers({ containers, volumes }: EngineThings, profiles: Profiles, around: Surroundings): Leftover[] {
  const mounted = new Set(containers.flatMap((one) => one.volumes))
  const noted = notedVolumes(around.jobs)
  return volumes.flatMap((volume): Leftover[] => {
    if (mounted.has(volume.name) || isYoung(around, volume.createdAt)) return []
    const base = { ...engineItem, source: 'volumes' as const, kind: 'volume' as const, name: volume.name, createdAt: volume.createdAt }
    const id = `volume:${volume.name}:${volume.createdAt}`
    const machine = volume.labels[minikubeLabel] === 'true' ? volume.labels[minikubeNameLabel] : undefined
    if (machine !== undefined && machine !== '') {
      if (isKnown(machine, profiles) || profilesOf(machine).some((name) => isBusy(around, name))) return []
      return [{ ...base, id, provider: 'minikube', cluster: machine, why: { code: 'volume-unused', facts: { cluster: machine } } }]
    }
    const cluster = noted.get(volume.name)
    if (cluster === undefined || isBusy(around, cluster)) return []
    return [{ ...base, id, provider: 'kind', cluster, why: { code: 'volume-of-deleted', facts: { cluster } } }]
  })
}

/** kind's network and those of minikube's profiles where no container, also no stopped one, is on them. Pure. */
export function networkLeftovers({ containers, networks }: EngineThings, profiles: Profiles, around: Surroundings): Leftover[] {
  const used = new Set(containers.flatMap((one) => one.networks))
  const anyKind = containers.some((one) => one.labels[kindLabel] !== undefined)
  return networks.flatMap((network): Leftover[] => {
    if (used.has(network.name) || network.attached > 0 || network.driver !== 'bridge' || isYoung(around, network.createdAt)) return []
    const base = {
      ...engineItem,
      id: `network:${network.id}`,
      source: 'networks' as const,
      kind: 'network' as const,
      name: network.name,
      createdAt: network.createdAt,
    }
    if (network.name === 'kind' && network.masquerade) {
      // The next create would take it up again: only where there is no cluster, and none is being made.
      if (anyKind || isAnyBusy(around)) return []
      return [{ ...base, provider: 'kind', cluster: null, why: { code: 'network-unused', facts: {} } }]
    }
    const profile = network.labels[minikubeLabel] === 'true' ? network.labels[minikubeNameLabel] : undefined
    if (profile === undefined || profile === '' || isKnown(profile, profiles) || isBusy(around, profile)) return []
    return [{ ...base, provider: 'minikube', cluster: profile, why: { code: 'network-unused', facts: { cluster: profile } } }]
  })
}

/** Volumes that a job of Cove's could not remove with their cluster, and said so; with the cluster's name. */
export function notedVolumes(jobs: readonly Job[]): ReadonlyMap<string, string> {
  const noted = new Map<string, string>()
  for (const job of jobs) {
    if (!job.kind.startsWith('cluster.') || (job.facts['provider'] ?? 'kind') !== 'kind') continue
    const said = [...(job.left ?? []), ...(job.error?.code === 'left-behind' ? [String(job.error.facts['what'])] : [])].join(', ')
    for (const [, volume] of said.matchAll(/\bvolume ([0-9a-f]{64})\b/g)) if (volume !== undefined) noted.set(volume, job.subject)
  }
  return noted
}

const isKnown = (machine: string, profiles: Profiles) => profilesOf(machine).some((name) => profiles.has(name))

function groups(containers: readonly ThingContainer[], nameOf: (one: ThingContainer) => string | undefined): Map<string, ThingContainer[]> {
  const found = new Map<string, ThingContainer[]>()
  for (const one of containers) {
    const name = nameOf(one)
    if (name === undefined || name === '') continue
    found.set(name, [...(found.get(name) ?? []), one])
  }
  return found
}
