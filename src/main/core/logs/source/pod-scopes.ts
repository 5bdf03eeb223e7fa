import { z } from 'zod'
import type { LogPart } from '#shared/contract/logs.ts'
import { AppError } from '#core/error.ts'
import { podsPath } from '../../workloads/paths.ts'
import { ownerOf } from '../../workloads/pod.ts'
import { rawMetadataSchema, rawPodSchema } from '../../workloads/raw.ts'
import type { RawPod } from '../../workloads/raw.ts'
import type { ProxyLease } from './api-proxy.ts'
import { labelSelectorSchema, selectorText } from './label-selector.ts'
import { listWatch } from './list-watch.ts'
import type { ListWatchPace } from './list-watch.ts'

export type ClusterPart = Extract<LogPart, { kind: 'pod' | 'workload' | 'selector' }>

export type ScopeDeps = {
  readonly lease: Pick<ProxyLease, 'get' | 'stream'>
  readonly pace: ListWatchPace
  readonly follow: boolean
  readonly signal: AbortSignal
}

/** The pods that one part means, told whole with each change. */
export type ScopeListener = {
  pods(pods: readonly RawPod[]): void
  /** Null: the pods are current. */
  failed(error: AppError | null): void
}

/** Beyond that many pods of one namespace, one watch over all of its pods is cheaper than one for each. */
const maxNamed = 3

/** Follows what each part means until aborted. Never throws. */
export async function watchScopes(
  deps: ScopeDeps,
  parts: readonly ClusterPart[],
  listenerOf: (index: number) => ScopeListener,
): Promise<void> {
  const named = new Map<string, Map<string, ScopeListener[]>>()
  for (const [index, part] of parts.entries()) {
    if (part.kind !== 'pod') continue
    const pods = named.get(part.namespace) ?? new Map<string, ScopeListener[]>()
    named.set(part.namespace, pods)
    pods.set(part.pod, [...(pods.get(part.pod) ?? []), listenerOf(index)])
  }
  const many = [...named].filter(([, pods]) => pods.size > maxNamed)
  const together = new Set(many.map(([namespace]) => namespace))
  await Promise.all([
    ...many.map(([namespace, pods]) => watchNamedPods(deps, namespace, pods)),
    ...parts.flatMap((part, index) =>
      part.kind === 'pod' && together.has(part.namespace) ? [] : [watchScope(deps, part, listenerOf(index))],
    ),
  ])
}

async function watchNamedPods(deps: ScopeDeps, namespace: string, listeners: ReadonlyMap<string, readonly ScopeListener[]>): Promise<void> {
  const each = [...listeners].flatMap(([pod, list]) => list.map((listener) => ({ pod, listener: orMissing(pod, namespace, listener) })))
  await watchPods(deps, namespace, {}, (pod) => listeners.has(pod.metadata.name), {
    pods: (pods) => {
      for (const { pod, listener } of each) listener.pods(pods.filter(({ metadata }) => metadata.name === pod))
    },
    failed: (error) => {
      for (const { listener } of each) listener.failed(error)
    },
  })
}

function watchScope(deps: ScopeDeps, part: ClusterPart, listener: ScopeListener): Promise<void> {
  switch (part.kind) {
    case 'pod':
      return watchPod(deps, part, listener)
    case 'selector':
      return watchPods(deps, part.namespace, part.selector.trim() === '' ? {} : { labelSelector: part.selector }, () => true, listener)
    case 'workload':
      return part.type === 'CronJob' ? watchCronJob(deps, part, listener) : watchWorkload(deps, part, listener)
  }
}

function watchPod(deps: ScopeDeps, { namespace, pod }: Extract<ClusterPart, { kind: 'pod' }>, listener: ScopeListener): Promise<void> {
  return watchPods(deps, namespace, { fieldSelector: `metadata.name=${pod}` }, () => true, orMissing(pod, namespace, listener))
}

/** Says so while a pod has not been there yet; that one which was there is gone is seen from its source. */
function orMissing(pod: string, namespace: string, { pods: tell, failed }: ScopeListener): ScopeListener {
  let seen = false
  let missing = false
  return {
    pods: (pods) => {
      const first = !seen && pods.length > 0
      seen ||= first
      tell(pods)
      if (first && missing) failed(null)
    },
    failed: (error) => {
      missing = error === null && !seen
      failed(missing ? new AppError('pod-not-found', { pod, namespace }) : error)
    },
  }
}

async function watchPods(
  { lease, pace, follow, signal }: ScopeDeps,
  namespace: string | null,
  query: Readonly<Record<string, string>>,
  accepts: (pod: RawPod) => boolean,
  listener: ScopeListener,
): Promise<void> {
  const table = createTable<RawPod>()
  const tell = () => listener.pods(table.all().filter(accepts))
  const call = { badInput: 'selector', ...(namespace === null ? {} : { namespace }) }
  await listWatch(
    { lease, path: podsPath(namespace), query, schema: rawPodSchema, call, pace, follow, signal },
    { ...table.listener(tell), failed: listener.failed },
  )
}

type Workload = Extract<ClusterPart, { kind: 'workload' }>

const workloadSchema = z.object({ metadata: rawMetadataSchema, spec: z.object({ selector: labelSelectorSchema.nullish() }) })

/** A workload's selector is read from it and again when it changes; those of the pods that another workload owns are left out. */
async function watchWorkload(deps: ScopeDeps, part: Workload, listener: ScopeListener): Promise<void> {
  const { lease, pace, follow, signal } = deps
  const failures = firstOf(listener.failed)
  let selector: string | null = null
  let inner = new AbortController()
  let pods: Promise<void> = Promise.resolve()
  const missing = new AppError('not-found', { what: part.type, name: part.name })
  const take = (found: z.infer<typeof workloadSchema> | undefined) => {
    const text = found ? selectorText(found.spec.selector ?? {}) : null
    // One that was removed: its pods are going, and are followed to their end.
    if (text === null) return selector === null ? failures.second(missing) : undefined
    if (text === selector) return
    selector = text
    inner.abort()
    inner = new AbortController()
    const both = AbortSignal.any([signal, inner.signal])
    pods = watchPods({ ...deps, signal: both }, part.namespace, { labelSelector: text }, (pod) => isOf(pod, part), {
      ...listener,
      failed: failures.second,
    })
  }
  await listWatch(
    {
      lease,
      path: workloadPath(part),
      query: { fieldSelector: `metadata.name=${part.name}` },
      schema: workloadSchema,
      call: { namespace: part.namespace },
      pace,
      follow,
      signal,
    },
    {
      replace: (items) => take(items[0]),
      upsert: take,
      remove: () => undefined,
      failed: failures.first,
    },
  )
  await pods
}

const jobSchema = z.object({ metadata: rawMetadataSchema })

/** A CronJob has no selector: its pods are those of the Jobs that it owns. */
async function watchCronJob(deps: ScopeDeps, part: Workload, listener: ScopeListener): Promise<void> {
  const { lease, pace, follow, signal } = deps
  const failures = firstOf(listener.failed)
  const jobs = createTable<z.infer<typeof jobSchema>>()
  let latest: readonly RawPod[] = []
  let listed = false
  const tell = () => {
    if (!listed) return
    const own = new Set(
      jobs
        .all()
        .filter(({ metadata }) => metadata.ownerReferences.some((one) => one.kind === 'CronJob' && one.name === part.name))
        .map(({ metadata }) => metadata.name),
    )
    listener.pods(latest.filter(({ metadata }) => metadata.ownerReferences.some((one) => one.kind === 'Job' && own.has(one.name))))
  }
  await Promise.all([
    listWatch(
      {
        lease,
        path: workloadPath({ ...part, type: 'Job' }),
        query: {},
        schema: jobSchema,
        call: { namespace: part.namespace },
        pace,
        follow,
        signal,
      },
      {
        ...jobs.listener(() => {
          listed = true
          tell()
        }),
        failed: failures.first,
      },
    ),
    watchPods(deps, part.namespace, { labelSelector: 'job-name' }, () => true, {
      pods: (pods) => {
        latest = pods
        tell()
      },
      failed: failures.second,
    }),
  ])
}

/** Two sources of failures as one. */
function firstOf(tell: (error: AppError | null) => void) {
  let a: AppError | null = null
  let b: AppError | null = null
  return {
    first: (error: AppError | null) => {
      a = error
      tell(a ?? b)
    },
    second: (error: AppError | null) => {
      b = error
      tell(a ?? b)
    },
  }
}

/** Of the list of such workloads in the namespace; null is all. */
export function workloadPath({ namespace, type }: { readonly namespace: string | null; readonly type: Workload['type'] }): string {
  const group = type === 'Job' || type === 'CronJob' ? 'batch' : 'apps'
  return podsPath(namespace)
    .replace(/^\/api\/v1/, `/apis/${group}/v1`)
    .replace(/pods$/, `${type.toLowerCase()}s`)
}

/** A pod that nobody owns but the selector takes in counts, as for `kubectl logs deployment/…`. */
function isOf(pod: RawPod, { type, name }: Workload): boolean {
  const owner = pod.metadata.ownerReferences.find((one) => one.controller)
  if (!owner) return true
  return type === 'Deployment'
    ? owner.kind !== 'ReplicaSet' || ownerOf(pod) === `Deployment/${name}`
    : owner.kind === type && owner.name === name
}

function createTable<T extends { readonly metadata: { readonly uid: string } }>() {
  let items = new Map<string, T>()
  return {
    all: () => [...items.values()],
    listener: (changed: () => void) => ({
      replace: (list: readonly T[]) => {
        items = new Map(list.map((one) => [one.metadata.uid, one]))
        changed()
      },
      upsert: (one: T) => {
        items.set(one.metadata.uid, one)
        changed()
      },
      remove: (one: T) => {
        items.delete(one.metadata.uid)
        changed()
      },
    }),
  }
}
