import { z } from 'zod'
import type { NodeApi, NodeCondition } from '#shared/contract/nodes.ts'
import { rawMetadataSchema } from '../workloads/raw.ts'

const text = z.string().nullish()
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? [])
const quantities = z.record(z.string(), z.string()).nullish()

/** The parts of a Node that its page shows: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/ */
export const rawNodeFactsSchema = z.object({
  metadata: rawMetadataSchema,
  spec: z.object({
    unschedulable: z.boolean().nullish(),
    podCIDR: text,
    podCIDRs: list(z.string()),
    taints: list(z.object({ key: z.string(), value: text, effect: text })),
  }),
  status: z.object({
    capacity: quantities,
    allocatable: quantities,
    addresses: list(z.object({ type: z.string(), address: z.string() })),
    conditions: list(z.object({ type: z.string(), status: z.string(), reason: text, message: text, lastTransitionTime: text })),
    nodeInfo: z
      .object({
        kubeletVersion: text,
        containerRuntimeVersion: text,
        osImage: text,
        kernelVersion: text,
        operatingSystem: text,
        architecture: text,
      })
      .nullish(),
  }),
})
export type RawNodeFacts = z.infer<typeof rawNodeFactsSchema>

/** A node of the API as its page has it; what is wrong stands first among its conditions. Pure. */
export function toNodeApi({ metadata, spec, status }: RawNodeFacts): NodeApi {
  const info = status.nodeInfo
  const { capacity, allocatable } = status
  const names = [...new Set([...Object.keys(capacity ?? {}), ...Object.keys(allocatable ?? {})])]
  const cidrs = spec.podCIDRs.length > 0 ? spec.podCIDRs : spec.podCIDR ? [spec.podCIDR] : []
  return {
    createdAt: timeOf(metadata.creationTimestamp),
    schedulable: spec.unschedulable !== true,
    versions: {
      kubelet: info?.kubeletVersion ?? '',
      runtime: info?.containerRuntimeVersion ?? '',
      osImage: info?.osImage ?? '',
      kernel: info?.kernelVersion ?? '',
      architecture: [info?.operatingSystem, info?.architecture].filter(Boolean).join('/'),
    },
    addresses: status.addresses,
    podCidrs: cidrs,
    conditions: status.conditions
      .map(({ type, status: said, reason, message, lastTransitionTime }) => ({
        type,
        status: statusOf(said),
        reason: reason ?? '',
        message: message ?? '',
        since: timeOf(lastTransitionTime),
      }))
      .sort((a, b) => Number(isGood(a)) - Number(isGood(b)) || rank(a.type) - rank(b.type)),
    resources: names
      .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
      .map((name) => ({
        name,
        capacity: capacity?.[name] ?? '',
        allocatable: allocatable?.[name] ?? '',
      })),
    taints: spec.taints.map(({ key, value, effect }) => ({ key, value: value ?? '', effect: effect ?? '' })),
    labels: { ...metadata.labels },
  }
}

/** `Ready` should be true, every other one (pressure, no network) false. */
const isGood = ({ type, status }: Pick<NodeCondition, 'type' | 'status'>) => status === (type === 'Ready' ? 'True' : 'False')

const order = ['Ready', 'cpu', 'memory', 'pods', 'ephemeral-storage']
const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length)

const timeOf = (time: string | null | undefined) => {
  const ms = Date.parse(time ?? '')
  return Number.isNaN(ms) ? null : ms
}

const statusOf = (said: string): NodeCondition['status'] => (said === 'True' || said === 'False' ? said : 'Unknown')
