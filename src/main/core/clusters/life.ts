import { rm } from 'node:fs/promises'
import type { Cluster } from '#shared/contract/clusters.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition, JobKind } from '../jobs/types.ts'
import type { ClusterTarget, ProviderRun, ProviderStep } from '../providers/provider.ts'
import { addContext, folderOf, makeFolder } from './create.ts'
import { explainCluster } from './explain.ts'
import { memoryOf } from './memory.ts'
import { endGrowth, endShrinking, nodesNow } from './node-change.ts'
import { endTunnel, tunnelSteps } from './tunnel-end.ts'
import { checkGrowth } from './preflight/growth.ts'
import { clusterKey, type ProviderDeps, type Ready } from './types.ts'
import { unlessAborted } from './wait.ts'
import { fileThere, waitForCluster, waitSteps } from './wait-cluster.ts'

export type LifeKind = 'start' | 'stop' | 'restart' | 'pause' | 'unpause'

/**
 * The job that stops, starts, restarts, pauses or goes on with all nodes of a cluster as one thing. One that makes it run waits until the API, nodes and
 * DNS answer. A cancel, or a failure of stop and pause, brings the nodes back into the states they had; a start that fails leaves them as they are,
 * for people to look into.
 */
export function lifeJob(deps: ProviderDeps, ready: Ready, cluster: Cluster, what: LifeKind): JobDefinition {
  const { provider, dataDir, kubeconfig } = deps
  const { life } = provider
  const { name, nodes } = cluster
  const parts = what === 'restart' ? (['stop', 'start'] as const) : ([what] as const)
  const runs = what === 'start' || what === 'restart' || what === 'unpause'
  // Only a cluster that runs has a tunnel; one that is started or goes on has none to lose.
  const goesDown = what === 'stop' || what === 'restart' || what === 'pause'
  const steps: readonly ProviderStep[] = [
    ...(goesDown ? tunnelSteps(deps, name) : []),
    ...parts.flatMap((part) => life.steps(part, { nodes })),
    ...(runs ? waitSteps(nodes.length) : []),
  ]
  const target = (job: { id: string }): ClusterTarget => ({ name, nodes, folder: folderOf(dataDir, job.id) })

  async function run(job: JobContext) {
    const own = target(job)
    const line: ProviderRun = { jobId: job.id, signal: job.signal }
    await makeFolder(own.folder)
    try {
      const since = Date.now()
      let healed: readonly string[] = []
      if (goesDown) await endTunnel(deps, name, job)
      for (const part of parts)
        if (part === 'start') healed = await life.start(own, line, job)
        else await life[part](own, line, job)
      if (runs) await answer(job, own, line, since)
      return healed.length === 0 ? null : { healed: healed.join(', ') }
    } finally {
      await rm(own.folder, { recursive: true, force: true })
    }
  }

  /** Waits for it with the kubeconfig of its own tool, which is right also where the user's has no context for it, or an old one. */
  async function answer(job: JobContext, own: ClusterTarget, line: ProviderRun, since: number): Promise<void> {
    const file = provider.kubeconfigFile(own.folder)
    // A tool that writes it while it starts has moved the API server: the user's context must follow.
    const moved = await fileThere(file)
    if (!moved) await provider.writeKubeconfig(own, line)
    const wanted = nodes.filter((node) => node.role !== 'load-balancer').length
    deps.versions?.note({ file, name: provider.contextName(name) }, cluster.version)
    await waitForCluster(ready, { name, file, context: provider.contextName(name), nodes: wanted, since }, job)
    if (!moved || cluster.context === null) return
    const { current } = await kubeconfig.snapshot()
    const use = current?.name === cluster.context.name && current.file === cluster.context.file
    await addContext(deps, file, { reason: `${what} ${name}`, use, signal: job.signal })
  }

  return {
    kind: `cluster.${what}` satisfies JobKind,
    subject: name,
    facts: { provider: provider.name, nodes: nodes.length },
    alike: provider.name,
    key: clusterKey(provider.name, name),
    join: true,
    steps,
    undo: [],
    memory: memoryOf(provider.name, cluster),
    ...(runs ? { explain: explainCluster(deps, cluster) } : {}),
    run,
    cleanUp: async (job, why) => {
      if (why === 'failed' && runs) return []
      const own = target(job)
      await makeFolder(own.folder)
      try {
        return await life.restore(own, { jobId: job.id, signal: job.signal })
      } finally {
        await rm(own.folder, { recursive: true, force: true })
      }
    },
  }
}

/** The job that adds a node to a cluster, or takes one away. Throws `cannot-grow` where its provider cannot, `cannot-add-control-plane` where it cannot have one more of these. */
export function nodeJob(
  deps: ProviderDeps,
  ready: Ready,
  cluster: Cluster,
  change: { readonly add: 'control-plane' | 'worker' } | { readonly remove: string },
): JobDefinition {
  const { provider, dataDir } = deps
  const { nodes: growth } = provider.life
  const { name, nodes } = cluster
  if (growth === null) throw new AppError('cannot-grow', { provider: provider.name })
  if ('remove' in change && !nodes.some((node) => node.name === change.remove))
    throw new AppError('not-found', { what: 'node', name: change.remove })
  const problem = 'add' in change ? growth.problem(cluster, change.add) : null
  if (problem !== null) throw problem
  const step = 'add' in change ? 'add-node' : 'remove-node'
  const target = { name, nodes }
  /** Nodes there were when this one began to be made or taken away; null: it did not begin. */
  let before: readonly string[] | null = null
  return {
    kind: 'add' in change ? 'cluster.add-node' : 'cluster.remove-node',
    subject: name,
    facts: { provider: provider.name, ...('add' in change ? { node: null, role: change.add } : { node: change.remove }) },
    alike: provider.name,
    key: clusterKey(provider.name, name),
    steps: [
      ...('add' in change ? [{ id: 'check-machine' as const, usualMs: 200 }] : []),
      { id: step, usualMs: 'add' in change ? 25_000 : 8_000 },
      ...('add' in change ? waitSteps(nodes.length + 1) : []),
    ],
    memory: { ...memoryOf(provider.name, target), ...('remove' in change ? { node: change.remove } : {}) },
    ...('add' in change ? { explain: explainCluster(deps, cluster) } : {}),
    run: async (job) => {
      if ('add' in change)
        job.found(await job.step('check-machine', () => unlessAborted(checkGrowth(deps, cluster, change.add), job.signal)))
      const line = { jobId: job.id, signal: job.signal }
      const own = { name, nodes, folder: folderOf(dataDir, job.id) }
      await makeFolder(own.folder)
      before = await nodesNow(deps, name)
      await job.remember({ before: JSON.stringify(before) })
      try {
        const since = Date.now()
        await job.step(step, () =>
          'add' in change ? growth.add(own, change.add, line, job) : growth.remove(own, change.remove, line, job),
        )
        if ('add' in change) {
          await job.remember({ made: 'yes' })
          const file = provider.kubeconfigFile(own.folder)
          if (!(await fileThere(file))) await provider.writeKubeconfig(own, line)
          deps.versions?.note({ file, name: provider.contextName(name) }, cluster.version)
          await waitForCluster(ready, { name, file, context: provider.contextName(name), nodes: nodes.length + 1, since }, job)
        }
      } finally {
        await rm(own.folder, { recursive: true, force: true })
      }
      return null
    },
    cleanUp: async (job) => {
      if (before === null) return []
      return 'add' in change ? endGrowth(deps, target, before, job) : endShrinking(deps, target, change.remove, job)
    },
  }
}
