import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { ContextRef } from '#shared/contract/base.ts'
import type { JobStepId } from '#shared/contract/jobs.ts'
import { AppError } from '../error.ts'
import type { JobContext } from '../jobs/types.ts'
import type { Kubectl } from '../workloads/kubectl.ts'
import { nodesPath, podsPath } from '../workloads/paths.ts'
import { type ApiPod, daemonSetSchema, items, nodeSchema, podSchema } from './api-objects.ts'
import { isAbsent } from './look.ts'
import type { ManifestObject } from './manifest.ts'

type Waiting = { readonly kubectl: Pick<Kubectl, 'get'>; readonly context: ContextRef; readonly job: JobContext; readonly limitMs: number }

/** Asks once a second until it is so. What the API does not answer meanwhile is asked again. Null: the time was over. */
export async function until<T>({ job, limitMs }: Pick<Waiting, 'job' | 'limitMs'>, ask: () => Promise<T | null>): Promise<T | null> {
  const end = performance.now() + limitMs
  while (performance.now() < end) {
    try {
      const found = await ask()
      if (found !== null) return found
    } catch (error) {
      if (job.signal.aborted || !(error instanceof AppError)) throw error
      // An API server that a new network cuts off for a moment.
      if (!error.code.startsWith('api-') && !isAbsent(error)) throw error
    }
    await sleep(1_000, undefined, { signal: job.signal })
  }
  return null
}

/** Until each DaemonSet of a manifest is ready on all its nodes. Throws `network-not-ready`. */
export async function waitForDaemonSets(work: Waiting, step: JobStepId, objects: readonly ManifestObject[]): Promise<void> {
  const { kubectl, context, job } = work
  for (const { name, namespace } of objects.filter(({ kind }) => kind === 'DaemonSet')) {
    const path = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace ?? 'default')}/daemonsets/${encodeURIComponent(name)}`
    let last = { ready: 0, desired: 0 }
    const ready = await until(work, async () => {
      const { metadata, status } = await kubectl.get(context, path, daemonSetSchema, { signal: job.signal })
      const current = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
      last = { ready: status?.numberReady ?? 0, desired: status?.desiredNumberScheduled ?? 0 }
      job.progress(step, last.desired === 0 ? null : last.ready / last.desired, { workload: name, ...last })
      return current && last.desired > 0 && last.ready >= last.desired ? true : null
    })
    if (ready === null) {
      const reason = await waitingReason(work, namespace ?? 'default')
      throw new AppError('network-not-ready', { workload: name, ...last, reason, seconds: Math.round(work.limitMs / 1000) })
    }
  }
}

/** Throws `nodes-not-ready`. */
export async function waitForNodes(work: Waiting, cluster: string): Promise<void> {
  const { kubectl, context, job } = work
  const done = await until(work, async () => {
    const nodes = (await kubectl.get(context, nodesPath, items(nodeSchema), { signal: job.signal })).items
    const ready = nodes.filter(({ status }) => status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')).length
    job.progress('wait-nodes', nodes.length === 0 ? null : ready / nodes.length, { ready, nodes: nodes.length })
    return nodes.length > 0 && ready === nodes.length ? true : null
  })
  if (done === null) throw new AppError('nodes-not-ready', { cluster, seconds: Math.round(work.limitMs / 1000) })
}

const eventSchema = z.object({ type: z.string().nullish(), message: z.string().nullish(), lastTimestamp: z.string().nullish() })

/** Why pods of a namespace do not come up, in the words of the kubelet: of a container that waits, else the last warning. */
export async function waitingReason({ kubectl, context }: Pick<Waiting, 'kubectl' | 'context'>, namespace: string): Promise<string> {
  try {
    const pods = await kubectl.get(context, podsPath(namespace), items(podSchema))
    const waiting = pods.items
      .map(waitingOf)
      .find((one) => one !== null && one.reason !== 'ContainerCreating' && one.reason !== 'PodInitializing')
    if (waiting) return [waiting.reason, waiting.message].filter(Boolean).join(': ').slice(0, 400)
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`
    const events = (await kubectl.get(context, path, items(eventSchema))).items.filter(({ type }) => type === 'Warning')
    return (events.sort((a, b) => (a.lastTimestamp ?? '').localeCompare(b.lastTimestamp ?? '')).at(-1)?.message ?? '').slice(0, 400)
  } catch {
    // What is told then is that it is not ready, which is true.
    return ''
  }
}

/** Of the first container that waits. Pure. */
export function waitingOf(pod: ApiPod): { readonly reason: string; readonly message: string } | null {
  const waiting = pod.status?.containerStatuses.map(({ state }) => state?.waiting).find((one) => one)
  return waiting ? { reason: waiting.reason ?? '', message: waiting.message ?? '' } : null
}
