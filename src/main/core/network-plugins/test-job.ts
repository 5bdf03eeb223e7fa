import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { ContextRef } from '#shared/contract/base.ts'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { JobStepId } from '#shared/contract/jobs.ts'
import type { NetworkCheck, NetworkTest } from '#shared/contract/network.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition, Reconcile } from '../jobs/types.ts'
import { kubectlError } from '../workloads/api-errors.ts'
import { nodesPath, podsPath } from '../workloads/paths.ts'
import { type ApiNode, type ApiPod, items, nodeSchema, podSchema, serviceSchema } from './api-objects.ts'
import { keyOf } from './install-jobs.ts'
import { isAbsent } from './look.ts'
import { listObject, namespaceObject, podObject, serviceObject } from './test-objects.ts'
import { at, type PlannedCheck, readConnect, testChecks, testNodes, testPods } from './test-plan.ts'
import type { NetworkDeps } from './types.ts'
import { until, waitingOf, waitingReason } from './wait.ts'

export type TestWish = { readonly image: string; readonly outside: string | null; readonly hostPort: boolean }
type Work = { readonly deps: NetworkDeps; readonly context: ContextRef }

const stepOf: Readonly<Record<NetworkCheck['check'], JobStepId>> = {
  'pod-same-node': 'try-pods',
  'pod-other-node': 'try-pods',
  service: 'try-services',
  api: 'try-services',
  dns: 'try-names',
  'dns-outside': 'try-names',
  'pod-node': 'try-beyond',
  'host-port': 'try-beyond',
  outside: 'try-beyond',
}
const trySteps = ['try-pods', 'try-services', 'try-names', 'try-beyond'] as const
/** So many processes of kubectl at once. */
const atOnce = 4

/**
 * Tries connections from pods of its own to pods, services, names, nodes. It succeeds also where it finds broken ones: that is what it is for. Its namespace is
 * written down before it is made, and removed whatever happens.
 */
export function testJob(deps: NetworkDeps, cluster: Cluster, context: ContextRef, wish: TestWish, namespace: string): JobDefinition {
  const work = { deps, context }
  let begun: NetworkTest | null = null
  return {
    kind: 'network.test',
    subject: cluster.name,
    facts: { clusterId: cluster.id, image: wish.image },
    key: keyOf(cluster),
    steps: [
      { id: 'make-test-pods', usualMs: 1_500 },
      { id: 'wait-test-pods', usualMs: 4_000 },
      { id: 'try-pods', usualMs: 1_000 },
      { id: 'try-services', usualMs: 1_000 },
      { id: 'try-names', usualMs: 1_000 },
      { id: 'try-beyond', usualMs: 1_000 },
      { id: 'verify-gone', usualMs: 8_000 },
    ],
    undo: [`namespace ${namespace}`],
    memory: { namespace, file: context.file, context: context.name },
    run: async (job) => {
      const nodes = (await deps.kubectl.get(context, nodesPath, items(nodeSchema), { signal: job.signal })).items
      const { used, without } = testNodes(nodes)
      if (used.length === 0) throw new AppError('network-test-no-node', { cluster: cluster.name })
      const test: NetworkTest = {
        jobId: job.id,
        startedAt: job.startedAt,
        image: wish.image,
        outside: wish.outside,
        nodes: used,
        without,
        checks: [],
      }
      begun = test
      deps.store.noteTest(cluster.id, test)
      await job.step('make-test-pods', () => makePods(work, job, namespace, used, wish))
      const podIps = await job.step('wait-test-pods', () => waitForPods(work, job, namespace, used.length * 2, wish.image))
      const planned = testChecks({
        ...wish,
        nodes: used,
        podIps,
        nodeIps: addressesOf(nodes),
        ...(await services(work, namespace, job.signal)),
      })
      test.checks = planned.map(({ pod: _pod, ...check }) => ({ ...check, state: 'pending', said: '' }))
      for (const step of trySteps) {
        const own = planned.flatMap((check, index) => (stepOf[check.check] === step ? [{ check, index }] : []))
        await job.step(step, () =>
          inTurns(own, async ({ check, index }, done) => {
            const found = await tryOne(work, job, namespace, check)
            test.checks[index] = { ...(test.checks[index] as NetworkCheck), ...found }
            job.progress(step, done / own.length)
          }),
        )
      }
      await deps.store.keepTest(cluster.id, test)
      await job.step('verify-gone', async () => {
        const left = await removeNamespace(work, namespace, job.id)
        if (left.length > 0) throw new AppError('left-behind', { what: left.join(', ') })
      })
      const count = (state: NetworkCheck['state']) => String(test.checks.filter((one) => one.state === state).length)
      return { clusterId: cluster.id, ok: count('ok'), failed: count('failed'), unknown: count('unknown') }
    },
    cleanUp: async (job) => {
      // Nobody tries those any more.
      if (begun !== null) begun.checks = begun.checks.map((one) => (one.state === 'pending' ? { ...one, state: 'unknown' } : one))
      return removeNamespace(work, namespace, job.id)
    },
  }
}

/** A test whose Cove was killed: its namespace goes. */
export function reconcileTest(deps: NetworkDeps): Reconcile {
  return async (job, memory) => {
    const { namespace = '', file = '', context: name = '' } = memory
    if (!/^cove-network-test-[0-9a-f]+$/.test(namespace)) return { state: 'interrupted', left: [] }
    return { state: 'interrupted', left: await removeNamespace({ deps, context: { file, name } }, namespace, job.id) }
  }
}

async function makePods(
  { deps, context }: Work,
  job: JobContext,
  namespace: string,
  nodes: readonly string[],
  wish: TestWish,
): Promise<void> {
  const create = async (args: readonly string[], input: string) => {
    const { spec, about } = await deps.kubectl.call(context, ['create', ...args, '-f', '-'], {
      input,
      jobId: job.id,
      signal: job.signal,
      timeoutMs: 30_000,
    })
    const result = await deps.exec.run(spec)
    if (result.exitCode !== 0) throw kubectlError(result, about)
  }
  await create([], JSON.stringify(namespaceObject(namespace, wish.hostPort)))
  // Pods are refused until the controller has made it.
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`
  await until({ job, limitMs: 30_000 }, () => deps.kubectl.get(context, account, z.object({}), { signal: job.signal }))
  const pods = testPods(nodes, wish.hostPort).map((pod) => podObject(pod, wish.image))
  await create([`--namespace=${namespace}`], listObject([serviceObject(), ...pods]))
}

/** Addresses by name. Throws `image-pull-failed`, `network-test-pods`. */
async function waitForPods(work: Work, job: JobContext, namespace: string, count: number, image: string): Promise<Map<string, string>> {
  const { deps, context } = work
  let last: readonly ApiPod[] = []
  const limitMs = 120_000
  const found = await until({ job, limitMs }, async () => {
    last = (await deps.kubectl.get(context, podsPath(namespace), items(podSchema), { signal: job.signal })).items
    const waiting = last
      .map(waitingOf)
      .find((one) => /^(?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull)$/.test(one?.reason ?? ''))
    if (waiting) throw new AppError('image-pull-failed', { image, reason: waiting.message || waiting.reason })
    const ready = last.filter(isReady)
    job.progress('wait-test-pods', ready.length / count, { ready: ready.length, pods: count })
    return ready.length === count ? new Map(ready.map(({ metadata, status }) => [metadata.name, status?.podIP ?? ''])) : null
  })
  if (found !== null) return found
  const nodes = [...new Set(last.filter((pod) => !isReady(pod)).map(({ spec }) => spec.nodeName ?? ''))].join(', ')
  const reason = await waitingReason({ kubectl: deps.kubectl, context }, namespace)
  throw new AppError('network-test-pods', { nodes, seconds: limitMs / 1000, reason })
}

const isReady = ({ status }: ApiPod) =>
  status?.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true && !!status.podIP

async function services({ deps, context }: Work, namespace: string, signal: AbortSignal): Promise<{ service: string; api: string }> {
  const ask = (path: string) => deps.kubectl.get(context, path, serviceSchema, { signal })
  const [own, api] = await Promise.all([
    ask(`/api/v1/namespaces/${namespace}/services/there`),
    ask('/api/v1/namespaces/default/services/kubernetes'),
  ])
  return { service: own.spec.clusterIP ?? '', api: at(api.spec.clusterIP ?? '', api.spec.ports[0]?.port ?? 443) }
}

function addressesOf(nodes: readonly ApiNode[]): Map<string, string> {
  return new Map(
    nodes.flatMap(({ metadata, status }) => {
      const address = status.addresses.find(({ type }) => type === 'InternalIP')?.address
      return address === undefined ? [] : [[metadata.name, address] as const]
    }),
  )
}

/** Rules of services and names settle a moment after their pods: what fails is tried twice more. */
async function tryOne({ deps, context }: Work, job: JobContext, namespace: string, { check, pod, to }: PlannedCheck) {
  for (let attempt = 1; ; attempt++) {
    const { spec } = await deps.kubectl.call(
      context,
      ['exec', `--namespace=${namespace}`, pod, '--', '/agnhost', 'connect', '--timeout=2s', to],
      // Looking up a name takes its own time.
      { jobId: job.id, signal: job.signal, timeoutMs: 15_000 },
    )
    const result = await deps.exec.run(spec)
    if (result.cancelled) throw new AppError('cancelled', {})
    const found = readConnect(check, result)
    if (found.state === 'ok' || attempt === 3) return found
    await sleep(1_000, undefined, { signal: job.signal })
  }
}

async function inTurns<T>(all: readonly T[], work: (one: T, done: number) => Promise<void>): Promise<void> {
  const rest = [...all]
  let done = 0
  const worker = async () => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await work(next, (done += 1))
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** What is still there afterwards; empty: nothing. Throws where nobody can look. */
async function removeNamespace({ deps, context }: Work, namespace: string, jobId: string): Promise<string[]> {
  const { spec, about } = await deps.kubectl.call(context, ['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=90s'], {
    jobId,
    timeoutMs: 100_000,
  })
  const result = await deps.exec.run(spec)
  try {
    await deps.kubectl.get(context, `/api/v1/namespaces/${namespace}`, z.object({}))
  } catch (error) {
    if (isAbsent(error)) return []
    throw result.exitCode === 0 ? error : kubectlError(result, about)
  }
  return [`namespace ${namespace}`]
}
