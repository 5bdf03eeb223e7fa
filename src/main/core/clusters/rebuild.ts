import { rm } from 'node:fs/promises'
import type { Cluster, CreateSpec } from '#shared/contract/clusters.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition } from '../jobs/types.ts'
import { createParts, folderOf, makeFolder } from './create.ts'
import { deleteSteps, runDelete, whatIsLeft } from './delete.ts'
import { tunnelSteps } from './tunnel-end.ts'
import type { ProviderDeps, Ready } from './types.ts'

/**
 * Deletes a cluster and makes it again from `spec`, as one job. All that a create needs is looked at and fetched before anything is removed; images that
 * had been loaded are loaded again. Cancelled after the delete it leaves neither the old nor a half of the new one.
 */
export function rebuildJob(deps: ProviderDeps, ready: Ready, cluster: Cluster, spec: CreateSpec, loaded: readonly string[]): JobDefinition {
  const { definition: create, prepare, make, prepareCount } = createParts(deps, ready, spec, cluster)
  const doomed = { name: cluster.name, containers: cluster.nodes.map((node) => node.containerId) }
  let old: 'there' | 'going' | 'gone' = 'there'
  return {
    ...create,
    kind: 'cluster.rebuild',
    join: false,
    steps: [
      ...create.steps.slice(0, prepareCount),
      ...tunnelSteps(deps, cluster.name),
      ...deleteSteps(doomed),
      ...create.steps.slice(prepareCount),
      ...(loaded.length > 0 ? [{ id: 'load-images' as const, usualMs: 3_000 * loaded.length, size: loaded.length }] : []),
    ],
    memory: { ...create.memory, containers: doomed.containers.join(' ') },
    run: async (job) => {
      const prepared = await prepare(job)
      job.signal.throwIfAborted()
      await job.remember({ deleting: 'yes' })
      old = 'going'
      // Half a cluster is no use to anybody: once begun, the delete goes to its end.
      await runDelete(deps, doomed, { ...job, signal: new AbortController().signal, step: toItsEnd(job) })
      old = 'gone'
      if (job.signal.aborted) throw new AppError('cancelled', {})
      const result = await make(job, prepared)
      await loadAgain(deps, spec.name, loaded, job)
      return result
    },
    cleanUp: async (job, why) => {
      if (old === 'gone') return (await create.cleanUp?.(job, why)) ?? []
      return old === 'going' ? whatIsLeft(deps, cluster.name) : []
    },
  }
}

/** Steps that a cancel does not keep from beginning. */
function toItsEnd(job: JobContext): JobContext['step'] {
  return async (id, work, facts) => {
    job.enter(id, facts)
    const value = await work()
    job.leave(id)
    return value
  }
}

/** Images that somebody had loaded before. One that cannot be had any more is no reason to take the cluster away: the step says which. */
async function loadAgain(deps: ProviderDeps, name: string, loaded: readonly string[], job: JobContext): Promise<void> {
  if (loaded.length === 0) return
  const { provider, dataDir } = deps
  const nodes = (await provider.list()).find((one) => one.name === name)?.nodes ?? []
  const folder = folderOf(dataDir, job.id)
  const missing: string[] = []
  job.enter('load-images', { images: loaded.length })
  await makeFolder(folder)
  try {
    for (const [index, image] of loaded.entries()) {
      job.progress('load-images', index / loaded.length, { image })
      await provider
        .loadImage({ name, nodes, folder }, { image }, { jobId: job.id, signal: job.signal }, { enter: () => {}, progress: () => {} })
        .catch((error: unknown) => {
          if (!(error instanceof AppError) || error.code === 'cancelled') throw error
          missing.push(image)
        })
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  job.progress('load-images', 1, { images: loaded.length, missing: missing.join(', ') || null })
  job.leave('load-images')
}
