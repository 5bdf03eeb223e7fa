import type { ApiNode } from '#shared/contract/workloads.ts'
import type { RawNode } from './raw.ts'

const rolePrefix = 'node-role.kubernetes.io/'

/** A node of the API as the contract has it. Pure. */
export function toApiNode({ metadata, status }: RawNode): ApiNode {
  const condition = status.conditions.find((one) => one.type === 'Ready')
  const addresses = status.addresses
  return {
    name: metadata.name,
    ready: condition?.status === 'True' ? 'ready' : condition?.status === 'False' ? 'not-ready' : 'unknown',
    reason: condition?.reason ?? '',
    roles: Object.keys(metadata.labels ?? {})
      .filter((label) => label.startsWith(rolePrefix) && label.length > rolePrefix.length)
      .map((label) => label.slice(rolePrefix.length))
      .sort(),
    version: status.nodeInfo?.kubeletVersion ?? '',
    address: (addresses.find((one) => one.type === 'InternalIP') ?? addresses[0])?.address ?? null,
    runtime: status.nodeInfo?.containerRuntimeVersion ?? '',
    createdAt: Date.parse(metadata.creationTimestamp ?? '') || 0,
  }
}
