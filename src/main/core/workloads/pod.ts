import type { Pod, PodContainer } from '#shared/contract/workloads.ts'
import { harmless } from '#core/sanitize.ts'
import { podHealth } from './pod-health.ts'
import { podStatus } from './pod-status.ts'
import type { RawContainerStatus, RawPod } from './raw.ts'

/** A pod of the API as the contract has it. Pure. */
export function toPod(raw: RawPod): Pod {
  const { metadata, spec, status } = raw
  const computed = podStatus(raw)
  return harmless({
    uid: metadata.uid,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    status: computed.status,
    health: podHealth(raw, computed),
    ready: computed.ready,
    total: computed.total,
    restarts: computed.restarts,
    lastRestartAt: computed.lastRestartAt,
    node: spec.nodeName || null,
    ip: status.podIP || null,
    createdAt: time(metadata.creationTimestamp) ?? 0,
    owner: ownerOf(raw),
    labels: metadata.labels ?? {},
    containers: [
      ...spec.initContainers.map((one) =>
        toContainer(one, one.restartPolicy === 'Always' ? 'sidecar' : 'init', status.initContainerStatuses),
      ),
      ...spec.containers.map((one) => toContainer(one, 'container', status.containerStatuses)),
      ...spec.ephemeralContainers.map((one) => toContainer(one, 'ephemeral', status.ephemeralContainerStatuses)),
    ],
  })
}

function toContainer(
  container: { readonly name: string; readonly image?: string | null | undefined },
  kind: PodContainer['kind'],
  statuses: readonly RawContainerStatus[],
): PodContainer {
  const status = statuses.find((one) => one.name === container.name)
  const { running, terminated, waiting } = status?.state ?? {}
  return {
    name: container.name,
    kind,
    image: container.image ?? '',
    state: running ? 'running' : terminated ? 'terminated' : waiting ? 'waiting' : 'unknown',
    reason: terminated?.reason || waiting?.reason || '',
    exitCode: terminated?.exitCode ?? null,
    ready: status?.ready ?? false,
    restarts: status?.restartCount ?? 0,
    startedAt: time(running?.startedAt ?? terminated?.startedAt),
    hasPrevious: Boolean(status?.lastState?.terminated),
  }
}

/** A Deployment's ReplicaSet is named `<deployment>-<pod-template-hash>`; the label tells such a one from a ReplicaSet that stands alone. */
export function ownerOf({ metadata }: RawPod): string | null {
  const owner = metadata.ownerReferences.find((one) => one.controller) ?? metadata.ownerReferences[0]
  if (!owner) return null
  const hash = metadata.labels?.['pod-template-hash']
  if (owner.kind === 'ReplicaSet' && hash && owner.name.endsWith(`-${hash}`)) return `Deployment/${owner.name.slice(0, -hash.length - 1)}`
  return `${owner.kind}/${owner.name}`
}

function time(value: string | null | undefined): number | null {
  const at = Date.parse(value ?? '')
  return Number.isNaN(at) ? null : at
}
