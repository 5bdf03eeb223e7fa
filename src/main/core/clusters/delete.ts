import { rm } from 'node:fs/promises'
import type { ProviderRun } from '../providers/provider.ts'
import { AppError } from '../error.ts'
import type { JobDefinition } from '../jobs/types.ts'
import { folderOf, makeFolder } from './create.ts'
import { type ClustersDeps, clusterKey } from './types.ts'
import { removeContexts } from './undo.ts'

/** A cluster by its name and the ids of its containers. */
export type Doomed = { readonly name: string; readonly containers: readonly string[] }

/** The job that deletes a cluster: nodes, volumes, contexts, and then looks whether they are gone. Also where the engine lost the nodes already. */
export function deleteJob(deps: ClustersDeps, cluster: Doomed): JobDefinition {
  const { kind, dataDir } = deps
  const { name, containers } = cluster
  return {
    kind: 'cluster.delete',
    subject: name,
    facts: { provider: kind.name },
    key: clusterKey(name),
    join: true,
    // Half a cluster is no use to anybody: once begun, a delete goes to its end.
    cancellable: false,
    steps: [
      { id: 'delete-nodes', usualMs: 3_000 },
      { id: 'remove-context', usualMs: 100 },
      { id: 'verify-gone', usualMs: 100 },
    ],
    memory: { name, containers: containers.join(' ') },
    run: async (job) => {
      const run = { jobId: job.id, signal: job.signal }
      const folder = folderOf(dataDir, job.id)
      try {
        const kept = await job.step('delete-nodes', () => deleteNodes(deps, cluster, folder, run))
        await job.step('remove-context', () => removeContexts(deps, name, null))
        await job.step('verify-gone', async () => {
          const left = [...new Set([...kept, ...(await whatIsLeft(deps, name))])]
          if (left.length > 0) throw new AppError('left-behind', { what: left.join(', ') })
        })
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
      return null
    },
  }
}

/** Returns what could not be removed. Throws `not-found` where the name belongs to another cluster by now. */
export async function deleteNodes({ kind }: ClustersDeps, cluster: Doomed, folder: string, run: ProviderRun): Promise<string[]> {
  const now = (await kind.list()).find((one) => one.name === cluster.name)
  // Some may be gone already, but one that was not there before belongs to a cluster made since.
  const strange = now?.nodes.some((node) => !cluster.containers.includes(node.containerId)) ?? false
  if (strange) throw new AppError('not-found', { what: 'cluster', name: cluster.name })
  await makeFolder(folder)
  return kind.remove(cluster.name, folder, 0, run)
}

/** Of a deleted cluster: containers, network attachments, contexts. Empty: nothing. */
export async function whatIsLeft({ kind, kubeconfig }: ClustersDeps, name: string): Promise<string[]> {
  const entry = kind.contextName(name)
  const { contexts } = await kubeconfig.snapshot()
  const mine = contexts.filter((context) => context.cluster === entry && context.local !== false)
  return [...(await kind.left(name)), ...mine.map((context) => `context ${context.name}`)]
}
