import { rm } from 'node:fs/promises'
import type { Cluster, ClusterImages } from '#shared/contract/clusters.ts'
import { AppError, errorShape } from '../error.ts'
import { folderOf, makeFolder } from './create.ts'
import type { JobDefinition } from '../jobs/types.ts'
import { fullName } from '../providers/kind/load-image.ts'
import type { ProviderCluster } from '../providers/provider.ts'
import { clusterKey, type ProviderDeps } from './types.ts'

/** What each node's runtime holds; each fails alone. Never throws for a node. */
export async function imagesOf({ provider }: Pick<ProviderDeps, 'provider'>, cluster: ProviderCluster): Promise<ClusterImages> {
  const nodes = cluster.nodes.filter((node) => node.role !== 'load-balancer')
  const held = nodes.map(async ({ name, state }) => {
    if (state !== 'running') return { node: name, images: null, error: null }
    try {
      return { node: name, images: await provider.heldImages(cluster, name), error: null }
    } catch (error) {
      if (!(error instanceof AppError)) console.error('the images of a node could not be read on a bug:', error)
      return { node: name, images: null, error: errorShape(error) }
    }
  })
  return { nodes: await Promise.all(held), asOf: Date.now() }
}

/** The job that takes a name away from every node. A job that was cancelled has taken it from some; the list says from which. */
export function removeImageJob({ provider, dataDir }: ProviderDeps, cluster: Cluster, image: string): JobDefinition {
  return {
    kind: 'cluster.remove-image',
    subject: cluster.name,
    facts: { image },
    key: clusterKey(provider.name, cluster.name),
    steps: [{ id: 'remove-image', usualMs: 1_000 }],
    run: async (job) => {
      const folder = folderOf(dataDir, job.id)
      await makeFolder(folder)
      try {
        const target = { name: cluster.name, nodes: cluster.nodes, folder }
        await job.step('remove-image', () => provider.removeImage(target, image, { jobId: job.id, signal: job.signal }), { image })
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
      return null
    },
  }
}

/** What Cove loaded, without what a node called `image`: it is not to come back with a rebuild. Pure. */
export const withoutImage = (loaded: readonly string[], image: string): string[] =>
  loaded.filter((one) => one !== image && fullName(one) !== image)
