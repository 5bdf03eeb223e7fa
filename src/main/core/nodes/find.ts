import type { Cluster, ClusterNode } from '#shared/contract/clusters.ts'
import type { Clusters } from '../clusters/types.ts'
import { AppError } from '../error.ts'

export type FindCluster = (id: string) => Promise<Cluster>

/** The cluster of that identity as it is now. Throws `not-found`. */
export function createFind(clusters: Pick<Clusters, 'snapshot' | 'refresh'>): FindCluster {
  return async (id) => {
    const found =
      (await clusters.snapshot()).clusters.find((one) => one.id === id) ?? (await clusters.refresh()).clusters.find((one) => one.id === id)
    if (found === undefined) throw new AppError('not-found', { what: 'cluster', name: id })
    return found
  }
}

/** The node of that name among those that are containers of the engine. Throws `not-found`: nothing else is ever handed to `docker exec`. */
export function containerNode(cluster: Cluster, name: string): ClusterNode {
  const node = cluster.nodes.find((one) => one.name === name && one.containerId !== '')
  if (node === undefined) throw new AppError('not-found', { what: 'node', name })
  return node
}

export const isUp = (node: ClusterNode) => node.state === 'running' && node.containerId !== ''
