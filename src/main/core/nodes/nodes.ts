import type { Cluster, ClusterNode } from '#shared/contract/clusters.ts'
import type { NodeApi, NodeContainer, NodeDetails, UsageEvent } from '#shared/contract/nodes.ts'
import { AppError, errorShape } from '../error.ts'
import { runDocker } from '../engines/run-docker.ts'
import type { Engines } from '../engines/types.ts'
import type { Exec } from '../exec/types.ts'
import { createKubectl, type KubectlDeps } from '../workloads/kubectl.ts'
import { nodePath } from '../workloads/paths.ts'
import { rawNodeFactsSchema, toNodeApi } from './api-facts.ts'
import { parseContainer } from './container-facts.ts'
import { engineUsage } from './engine-usage.ts'
import { type FindCluster, isUp } from './find.ts'
import { type Capacity, capacityOf, metricsUsage } from './metrics-usage.ts'
import { createUsage, type LookAtUse } from './usage.ts'

export type NodesDeps = KubectlDeps & {
  readonly exec: Exec
  readonly engines: Pick<Engines, 'require' | 'explain'>
  readonly find: FindCluster
  /** Between two looks at use, ms. */
  readonly pauseMs?: number
}

export type Nodes = {
  /** What the engine and the API say of a node; each fails alone. Throws `not-found` where no source knows such a node. */
  details(id: string, node: string): Promise<NodeDetails>
  /** Use of CPU and memory until the signal is aborted: from the cluster's metrics-server, else from the engine. Failures are events. */
  usage(id: string, signal: AbortSignal): AsyncGenerator<UsageEvent, void>
  dispose(): void
}

/** The nodes of a cluster, one by one. */
export function createNodes(deps: NodesDeps): Nodes {
  const { exec, engines, find } = deps
  const kubectl = createKubectl(deps)

  async function containerOf(node: ClusterNode): Promise<NodeContainer> {
    const { docker } = await engines.require()
    const args = ['container', 'inspect', '--format={{json .}}', '--', node.containerId]
    const gone = () => new AppError('not-found', { what: 'node', name: node.name })
    const result = await runDocker({ exec, engines }, { file: docker, args, quiet: true, timeoutMs: 10_000 }, gone)
    const container = parseContainer(result.stdout)
    if (container !== null) return container
    throw new AppError('command-output-unreadable', { command: result.argv.join(' '), reason: 'not JSON' }, { commandId: result.id })
  }

  async function apiOf(cluster: Cluster, node: string): Promise<NodeApi | null> {
    if (cluster.context === null) return null
    // The balancer of a cluster with several control planes is no node of the API.
    if (cluster.nodes.some((one) => one.name === node && one.role === 'load-balancer')) return null
    return toNodeApi(await kubectl.get(cluster.context, nodePath(node), rawNodeFactsSchema))
  }

  function look(id: string): LookAtUse {
    let capacity: Promise<Capacity> | null = null
    let metrics: 'ask' | 'absent' = 'ask'
    let rounds = 0
    return async (signal) => {
      const cluster = await find(id)
      const { context } = cluster
      // A metrics-server may be installed while the page is looked at.
      if (rounds++ % 20 === 0) metrics = 'ask'
      if (context !== null && metrics === 'ask') {
        const limits = () =>
          (capacity ??= capacityOf(kubectl, context, signal).then(
            (found) => {
              setTimeout(() => (capacity = null), 60_000).unref()
              return found
            },
            (error: unknown) => {
              // No answer is none to keep.
              capacity = null
              throw error
            },
          ))
        const failed = (error: unknown) => {
          if (cluster.nodes.some(isUp)) return null
          throw error
        }
        const nodes = await metricsUsage(kubectl, context, limits, signal).catch(failed)
        if (nodes !== null) return { type: 'usage', source: 'metrics', nodes, asOf: Date.now() }
        metrics = 'absent'
      }
      const up = cluster.nodes.filter(isUp)
      if (up.length === 0) throw new AppError('metrics-absent', { cluster: cluster.name })
      return { type: 'usage', source: 'engine', nodes: await engineUsage(deps, up, signal), asOf: Date.now() }
    }
  }
  const usage = createUsage(look, deps.pauseMs)

  return {
    details: async (id, name) => {
      const cluster = await find(id)
      const node = cluster.nodes.find((one) => one.name === name) ?? null
      const [api, container] = await Promise.all([
        settled(() => apiOf(cluster, name)),
        settled(async () => (node === null || node.containerId === '' ? null : containerOf(node))),
      ])
      if (node === null && (api.error?.code === 'not-found' || (api.value === null && api.error === null)))
        throw new AppError('not-found', { what: 'node', name })
      return { node, api, container, shell: node !== null && isUp(node), asOf: Date.now() }
    },
    usage: (id, signal) => usage.watch(id, signal),
    dispose: () => usage.dispose(),
  }
}

async function settled<T>(work: () => Promise<T | null>) {
  try {
    return { value: await work(), error: null }
  } catch (error) {
    if (!(error instanceof AppError)) console.error('a node could not be read on a bug:', error)
    return { value: null, error: errorShape(error) }
  }
}
