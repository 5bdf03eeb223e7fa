import { rm } from 'node:fs/promises'
import type { ProviderRun } from '../providers/provider.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition } from '../jobs/types.ts'
import { folderOf, makeFolder } from './create.ts'
import { endTunnel, tunnelSteps } from './tunnel-end.ts'
import { type ProviderDeps, clusterKey } from './types.ts'
import { removeContexts } from './undo.ts'

/** A cluster by its name and the ids of its containers. */
export type Doomed = { readonly name: string; readonly containers: readonly string[]; readonly id?: string }

export const deleteSteps = ({ containers }: Pick<Doomed, 'containers'>): JobDefinition['steps'] => [
  { id: 'delete-nodes', usualMs: 3_000, size: containers.length },
  { id: 'remove-context', usualMs: 100 },
  { id: 'verify-gone', usualMs: 100 },
]

/** The job that deletes a cluster: nodes, volumes, contexts, and then looks whether they are gone. Also where the engine lost the nodes already. */
export function deleteJob(deps: ProviderDeps, cluster: Doomed): JobDefinition {
  const { provider } = deps
  const { name, containers } = cluster
  return {
    kind: 'cluster.delete',
    subject: name,
    facts: { provider: provider.name },
    alike: provider.name,
    key: clusterKey(provider.name, name),
    join: true,
    // Half a cluster is no use to anybody: once begun, a delete goes to its end.
    cancellable: false,
    steps: [...tunnelSteps(deps, name), ...deleteSteps(cluster)],
    memory: { provider: provider.name, name, containers: containers.join(' '), ...(cluster.id === undefined ? {} : { id: cluster.id }) },
    run: async (job) => {
      await runDelete(deps, cluster, job)
      return null
    },
  }
}

/** The steps of a delete, within any job. */
export async function runDelete(deps: ProviderDeps, cluster: Doomed, job: JobContext): Promise<void> {
  const { name } = cluster
  const run = { jobId: job.id, signal: job.signal }
  const folder = folderOf(deps.dataDir, job.id)
  try {
    await endTunnel(deps, name, job)
    const kept = await job.step('delete-nodes', () => deleteNodes(deps, cluster, folder, run))
    await job.step('remove-context', () => removeContexts(deps, name, null))
    await job.step('verify-gone', async () => {
      const left = [...new Set([...kept, ...(await whatIsLeft(deps, name))])]
      if (left.length > 0) throw new AppError('left-behind', { what: left.join(', ') })
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Returns what could not be removed. Throws `not-found` where the name belongs to another cluster by now. */
export async function deleteNodes({ provider }: ProviderDeps, cluster: Doomed, folder: string, run: ProviderRun): Promise<string[]> {
  const now = (await provider.list()).find((one) => one.name === cluster.name)
  // Some may be gone already, but one that was not there before belongs to a cluster made since.
  const strange = now?.nodes.some((node) => !cluster.containers.includes(node.containerId)) ?? false
  if (strange) throw new AppError('not-found', { what: 'cluster', name: cluster.name })
  await makeFolder(folder)
  return provider.remove(cluster.name, folder, 0, run)
}

/** Of a deleted cluster: containers, network attachments, contexts. Empty: nothing. */
export async function whatIsLeft({ provider, kubeconfig }: ProviderDeps, name: string): Promise<string[]> {
  const { contexts } = await kubeconfig.snapshot()
  const mine = contexts.filter((context) => provider.ownsContext(context, name))
  return [...(await provider.left(name)), ...mine.map((context) => `context ${context.name}`)]
}
