import type { Cluster, ClustersSnapshot } from '#shared/contract/clusters.ts'
import type { KubeconfigSnapshot } from '#shared/contract/kubeconfig.ts'
import { AppError } from '../error.ts'
import type { JobDefinition } from '../jobs/types.ts'
import type { ProviderCluster } from '../providers/provider.ts'
import { exportLogsJob, loadImageJob } from './actions.ts'
import { createJob } from './create.ts'
import { deleteJob } from './delete.ts'
import { joinSources } from './list.ts'
import { planCreate } from './plan.ts'
import { inputProblems } from './preflight/input.ts'
import { createReady } from './ready.ts'
import { reconcileHandlers } from './reconcile.ts'
import { createSource } from './source.ts'
import { type Clusters, type ClustersDeps, clusterKey } from './types.ts'

/** Policy over the providers: one list, and the jobs that change it. */
export function createClusters(deps: ClustersDeps): Clusters {
  const { kind, engines, kubeconfig, jobs, changes } = deps
  const ready = createReady(deps)
  const ways: (() => void)[] = []
  let disposed = false

  const changed = () => {
    if (!disposed) changes.emit('clusters')
  }
  let engineState = 'loading'
  const engine = createSource<readonly ProviderCluster[]>(kind.list, () => {
    changed()
    // The engine came or went: what This machine says of it is no longer true.
    if (engine.known().state !== engineState && !disposed) changes.emit('toolchain')
    engineState = engine.known().state
  })
  const contexts = createSource<KubeconfigSnapshot>(withoutAge(kubeconfig.snapshot), changed)

  const snapshot = (): ClustersSnapshot =>
    joinSources({ engine: engine.known(), kubeconfig: contexts.known(), jobOf: (name) => jobs.running(clusterKey(name)) })

  async function refresh(): Promise<ClustersSnapshot> {
    await Promise.all([engine.ask(), contexts.ask()])
    return snapshot()
  }

  /** Starts a job and lets the list follow it: at once, and when it has ended. */
  function begin(definition: JobDefinition): { jobId: string } {
    const job = jobs.start(definition)
    changed()
    void jobs.done(job.id).then(async () => {
      if (disposed) return
      await refresh()
      changed()
    })
    return { jobId: job.id }
  }

  /** The cluster of that identity as it is now. */
  async function find(id: string): Promise<Cluster> {
    const among = ({ clusters }: ClustersSnapshot) => clusters.find((one) => one.id === id && one.provider === kind.name)
    const found = among(snapshot()) ?? among(await refresh())
    if (found === undefined) throw new AppError('not-found', { what: 'cluster', name: id })
    return found
  }

  return {
    snapshot: async () => snapshot(),
    refresh,
    nodesOf: ({ file, name }) => {
      const cluster = snapshot().clusters.find(
        (one) => one.provider === kind.name && one.context?.file === file && one.context?.name === name,
      )
      return cluster?.nodes.map((node) => node.name) ?? []
    },
    plan: (spec) => planCreate(deps, spec),
    create: async (spec) => {
      const [problem] = inputProblems(spec, kind)
      if (problem !== undefined) throw problem
      return begin(createJob(deps, ready, spec))
    },
    delete: async (id) => {
      const { name, nodes } = await find(id)
      return begin(deleteJob(deps, { name, containers: nodes.map((node) => node.containerId) }))
    },
    loadImage: async (id, image) => begin(loadImageJob(deps, (await find(id)).name, image)),
    exportLogs: async (id, directory) => begin(exportLogsJob(deps, (await find(id)).name, directory)),
    reconcileHandlers: reconcileHandlers(deps),
    start: () => {
      ways.push(engines.watch(kind.label, () => void engine.ask()))
      ways.push(
        changes.on((topic) => {
          if (topic === 'kubeconfig') void contexts.ask()
        }),
      )
      void refresh()
    },
    dispose: () => {
      disposed = true
      for (const way of ways.splice(0)) way()
    },
  }
}

/** When a file was read says nothing about what is in it: without it, two readings of the same are equal. */
function withoutAge(read: () => Promise<KubeconfigSnapshot>): () => Promise<KubeconfigSnapshot> {
  return async () => {
    const snapshot = await read()
    return { ...snapshot, files: snapshot.files.map((file) => ({ ...file, asOf: 0 })) }
  }
}
