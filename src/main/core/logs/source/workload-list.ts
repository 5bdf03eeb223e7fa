import { z } from 'zod'
import type { ContextRef } from '#shared/contract/base.ts'
import { type LogWorkload, type LogWorkloads, workloadTypeSchema } from '#shared/contract/logs.ts'
import { AppError, errorShape } from '#core/error.ts'
import { rawMetadataSchema } from '../../workloads/raw.ts'
import type { ApiProxies } from './api-proxy.ts'
import { usualSourcePace } from './container-source.ts'
import { listWatch } from './list-watch.ts'
import { workloadPath } from './pod-scopes.ts'

const types = workloadTypeSchema.options
const schema = z.object({ metadata: rawMetadataSchema })

/**
 * The workloads of a namespace, or of all where it is null, sorted by name; also those that have no pod yet. What another workload owns, such as the ReplicaSet of a Deployment or the Job of
 * a CronJob, is left out. A kind that cannot be read fails alone. Throws `tool-*`, `context-not-found`, `command-*`, and the reason of the signal.
 */
export async function listWorkloads(
  proxies: Pick<ApiProxies, 'get'>,
  { namespace, ...context }: ContextRef & { readonly namespace: string | null },
  signal: AbortSignal,
): Promise<LogWorkloads> {
  const lease = await proxies.get(context)
  try {
    const workloads: LogWorkload[] = []
    const errors: AppError[] = []
    const list = (type: LogWorkload['type']) =>
      listWatch(
        {
          lease,
          path: workloadPath({ namespace, type }),
          query: {},
          schema,
          call: namespace === null ? {} : { namespace },
          pace: usualSourcePace,
          follow: false,
          signal,
        },
        {
          replace: (items) => {
            for (const { metadata } of items) {
              if (metadata.ownerReferences.some(({ controller, kind }) => controller && types.some((one) => one === kind))) continue
              workloads.push({ namespace: metadata.namespace ?? '', type, name: metadata.name })
            }
          },
          upsert: () => {},
          remove: () => {},
          failed: (error) => void (error && errors.push(error)),
        },
      )
    await Promise.all(types.map(list))
    signal.throwIfAborted()
    const [error = null] = errors
    return { workloads: workloads.toSorted((a, b) => (a.name < b.name ? -1 : 1)), error: error && errorShape(error) }
  } finally {
    lease.release()
  }
}
