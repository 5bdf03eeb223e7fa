import { rm } from 'node:fs/promises'
import type { Cluster, ClusterImages } from '#shared/contract/clusters.ts'
import { AppError, errorShape } from '../error.ts'
import { folderOf, makeFolder } from './create.ts'
import { endRemoval, type Held, heldBy } from './image-change.ts'
import type { JobDefinition } from '../jobs/types.ts'
import { fullName } from '../engines/images.ts'
import type { ProviderCluster } from '../providers/provider.ts'
import { memoryOf } from './memory.ts'
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

/** The job that takes a name away from every node. Nobody can give it back: one that is cancelled or fails says which nodes have lost it. */
export function removeImageJob(deps: ProviderDeps, { name, nodes }: Cluster, image: string): JobDefinition {
  const { provider, dataDir } = deps
  let before: Held | null = null
  return {
    kind: 'cluster.remove-image',
    subject: name,
    facts: { image },
    alike: provider.name,
    key: clusterKey(provider.name, name),
    steps: [{ id: 'remove-image', usualMs: 1_000, size: nodes.length }],
    memory: { ...memoryOf(provider.name, { name, nodes }), image },
    run: async (job) => {
      const folder = folderOf(dataDir, job.id)
      await makeFolder(folder)
      try {
        before = await heldBy(deps, { name, nodes }, image, { silent: true })
        await job.remember({ before: JSON.stringify(before) })
        const target = { name, nodes, folder }
        await job.step('remove-image', () => provider.removeImage(target, image, { jobId: job.id, signal: job.signal }), { image })
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
      return null
    },
    cleanUp: async () => (before === null ? [] : endRemoval(deps, { name, nodes }, before, image)),
  }
}

/** What Cove loaded, without what a node called `image`: it is not to come back with a rebuild. Pure. */
export const withoutImage = (loaded: readonly string[], image: string): string[] =>
  loaded.filter((one) => one !== image && fullName(one) !== image)
