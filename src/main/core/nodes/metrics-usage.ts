import { z } from 'zod'
import type { ContextRef } from '#shared/contract/base.ts'
import type { NodeUsage } from '#shared/contract/nodes.ts'
import { AppError } from '../error.ts'
import type { Kubectl } from '../workloads/kubectl.ts'
import { nodesPath } from '../workloads/paths.ts'
import { rawListSchema } from '../workloads/raw.ts'
import { rawNodeFactsSchema } from './api-facts.ts'
import { parseQuantity } from './quantity.ts'

const metricsPath = '/apis/metrics.k8s.io/v1beta1/nodes'
const metricsSchema = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string() }), usage: z.record(z.string(), z.string()) })).nullable(),
})
const nodeList = rawListSchema(rawNodeFactsSchema)

export type Capacity = ReadonlyMap<string, { readonly cpus: number | null; readonly memoryBytes: number | null }>

/** What the cluster's metrics-server says of its nodes. Null: the cluster has none, or it has not counted yet. Throws `api-*`, `cancelled` and the like. */
export async function metricsUsage(
  kubectl: Kubectl,
  ref: ContextRef,
  capacity: () => Promise<Capacity>,
  signal: AbortSignal,
): Promise<NodeUsage[] | null> {
  const items = await kubectl.get(ref, metricsPath, metricsSchema, { signal }).then(
    (metrics) => metrics.items ?? [],
    (error: unknown) => {
      if (isAbsent(error)) return []
      throw error
    },
  )
  if (items.length === 0) return null
  const limits = await capacity()
  return items.map(({ metadata: { name }, usage }) => ({
    node: name,
    cpu: parseQuantity(usage['cpu'] ?? ''),
    cpus: limits.get(name)?.cpus ?? null,
    memoryBytes: parseQuantity(usage['memory'] ?? ''),
    memoryLimitBytes: limits.get(name)?.memoryBytes ?? null,
  }))
}

/** Cores and memory of each node, as the API has them. */
export async function capacityOf(kubectl: Kubectl, ref: ContextRef, signal: AbortSignal): Promise<Capacity> {
  const { items } = await kubectl.get(ref, nodesPath, nodeList, { signal })
  return new Map(
    items.map(({ metadata, status }) => [
      metadata.name,
      { cpus: parseQuantity(status.capacity?.['cpu'] ?? ''), memoryBytes: parseQuantity(status.capacity?.['memory'] ?? '') },
    ]),
  )
}

/** The API has no such group (no metrics-server), or the server behind it does not answer (503). */
function isAbsent(error: unknown): boolean {
  if (!(error instanceof AppError)) return false
  const { tail, reason } = error.facts as { readonly tail?: string; readonly reason?: string }
  return /could not find the requested resource|NotFound|ServiceUnavailable|currently unable to handle the request/i.test(
    tail ?? reason ?? '',
  )
}
