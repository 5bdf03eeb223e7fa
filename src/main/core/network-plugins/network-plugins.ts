import { randomBytes, randomUUID } from 'node:crypto'
import type { ContextRef } from '#shared/contract/base.ts'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { ManifestReview, NetworkChart, NetworkLook, NetworkTest } from '#shared/contract/network.ts'
import { fitsMessage, mostTextBytes } from '#shared/message-size.ts'
import { AppError } from '../error.ts'
import type { Exec } from '../exec/types.ts'
import type { JobKind, Jobs, Reconcile } from '../jobs/types.ts'
import type { FindCluster } from '../nodes/find.ts'
import type { SettingsStore } from '../settings/types.ts'
import type { Targets } from '../targets/types.ts'
import { createHttpClient } from '../toolchain/fetch/http.ts'
import { proxyFor } from '../toolchain/fetch/proxy.ts'
import { createKubectl, type KubectlDeps } from '../workloads/kubectl.ts'
import { nodesPath } from '../workloads/paths.ts'
import { configMapSchema, items, nodeSchema, podSchema } from './api-objects.ts'
import { fetchManifest, type FetchedManifest } from './fetch-manifest.ts'
import { helm, templateArgs } from './helm.ts'
import { applyJob, removeJob } from './install-jobs.ts'
import { look } from './look.ts'
import { objectsOf, reviewManifest } from './manifest.ts'
import { clusterRanges, rangePaths } from './ranges.ts'
import { createStore } from './store.ts'
import { reconcileTest, testJob, type TestWish } from './test-job.ts'
import { testNodes } from './test-plan.ts'
import type { NetworkDeps } from './types.ts'

export type NetworkPluginsDeps = KubectlDeps & {
  readonly exec: Exec
  readonly find: FindCluster
  readonly targets: Pick<Targets, 'list' | 'get'>
  readonly jobs: Pick<Jobs, 'start'>
  readonly settings: Pick<SettingsStore, 'get'>
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** ms that DaemonSets, and then nodes, may take to be ready. Default: five minutes each. */
  readonly limitMs?: number
  /** PEM of authorities to trust beside the usual ones. */
  readonly ca?: string
}

type Install =
  | { readonly kind: 'manifest'; readonly name: string; readonly text: string }
  | { readonly kind: 'chart'; readonly chart: NetworkChart }
type Started = Promise<{ readonly jobId: string }>

export type NetworkPlugins = {
  look(id: string, signal: AbortSignal): Promise<NetworkLook>
  fetch(url: string, signal: AbortSignal): Promise<FetchedManifest>
  review(id: string, text: string, signal: AbortSignal): Promise<ManifestReview>
  template(id: string, chart: NetworkChart, signal: AbortSignal): Promise<{ readonly text: string }>
  apply(id: string, install: Install): Started
  remove(id: string, installId: string): Started
  testPlan(id: string, image: string, signal: AbortSignal): Promise<{ nodes: { name: string; used: boolean; holds: boolean }[] }>
  test(id: string, wish: TestWish): Started
  lastTest(id: string): Promise<NetworkTest | null>
  readonly reconcileHandlers: Partial<Record<JobKind, Reconcile>>
}

/** Networks of pods: what is there, what is put there, and whether it works. https://kubernetes.io/docs/concepts/cluster-administration/networking/ */
export function createNetworkPlugins(options: NetworkPluginsDeps): NetworkPlugins {
  const { exec, targets, jobs, find, settings, env, dataDir } = options
  const store = createStore(dataDir)
  const kubectl = createKubectl(options)
  const deps: NetworkDeps = { exec, kubectl, kubeconfig: options.kubeconfig, targets, jobs, find, store }
  const limitMs = options.limitMs ?? 300_000

  /** Throws `not-found`, `context-not-found`. */
  async function reached(id: string): Promise<{ readonly cluster: Cluster; readonly context: ContextRef }> {
    const cluster = await find(id)
    if (cluster.context === null) throw new AppError('context-not-found', { file: '', name: cluster.name })
    return { cluster, context: cluster.context }
  }

  /** Empty where the cluster does not say, or cannot be asked: a review goes without then. */
  async function podRanges(context: ContextRef, signal: AbortSignal): Promise<readonly string[]> {
    const [kubeadm, components] = await Promise.all([
      kubectl.get(context, rangePaths.kubeadm, configMapSchema, { signal }).catch(() => null),
      kubectl.get(context, rangePaths.components, items(podSchema), { signal }).catch(() => null),
    ])
    return clusterRanges(kubeadm, components?.items ?? []).clusterCidrs
  }

  const template = async (context: ContextRef, chart: NetworkChart, signal?: AbortSignal) =>
    helm(deps, context, templateArgs(chart), { input: chart.values, timeoutMs: 120_000, ...(signal ? { signal } : {}) })

  return {
    look: async (id, signal) => {
      const { cluster, context } = await reached(id)
      const [seen, installs] = await Promise.all([look(deps, cluster, context, signal), store.installs(id)])
      return { ...seen, installs }
    },
    fetch: (url, signal) => {
      const { proxy } = settings.get()
      const http = createHttpClient({ proxyFor: (to) => proxyFor(to, proxy, env), stallMs: 30_000, ca: options.ca })
      return fetchManifest(http, url, signal)
    },
    review: async (id, text, signal) => {
      const { context } = await reached(id)
      return reviewManifest(text, await podRanges(context, signal))
    },
    template: async (id, chart, signal) => {
      const { context } = await reached(id)
      const text = await template(context, chart, signal)
      // The page sends it back for its review.
      if (!fitsMessage(text)) throw new AppError('manifest-too-large', { url: chart.chart, max: mostTextBytes })
      return { text }
    },
    apply: async (id, install) => {
      const { cluster, context } = await reached(id)
      const text = install.kind === 'manifest' ? install.text : await template(context, install.chart)
      const kept = {
        id: randomUUID(),
        kind: install.kind,
        name: install.kind === 'manifest' ? install.name : `${install.chart.release} (${install.chart.chart})`,
        appliedAt: Date.now(),
        objects: objectsOf(text).length,
        text,
        chart: install.kind === 'chart' ? install.chart : null,
        before: [],
      }
      return { jobId: jobs.start(applyJob({ deps, cluster, context, limitMs }, kept)).id }
    },
    remove: async (id, installId) => {
      const { cluster, context } = await reached(id)
      return { jobId: jobs.start(removeJob({ deps, cluster, context, limitMs }, await store.install(id, installId))).id }
    },
    testPlan: async (id, image, signal) => {
      const { context } = await reached(id)
      const nodes = (await kubectl.get(context, nodesPath, items(nodeSchema), { signal })).items
      const { used } = testNodes(nodes)
      return {
        nodes: nodes.map(({ metadata: { name }, status }) => ({
          name,
          used: used.includes(name),
          holds: status.images.some(({ names }) =>
            names.some((one) => one === image || one === `docker.io/library/${image}` || one === `docker.io/${image}`),
          ),
        })),
      }
    },
    test: async (id, wish) => {
      const { cluster, context } = await reached(id)
      const namespace = `cove-network-test-${randomBytes(4).toString('hex')}`
      return { jobId: jobs.start(testJob(deps, cluster, context, wish, namespace)).id }
    },
    lastTest: (id) => store.test(id),
    reconcileHandlers: { 'network.test': reconcileTest(deps) },
  }
}
