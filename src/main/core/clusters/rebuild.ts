import { rm } from 'node:fs/promises'
import type { Cluster, CreateSpec } from '#shared/contract/clusters.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition } from '../jobs/types.ts'
import { unlessAborted } from './wait.ts'
import { createJob, folderOf, makeFolder } from './create.ts'
import { deleteSteps, runDelete } from './delete.ts'
import { checkMachine } from './preflight/check.ts'
import type { ProviderDeps, Ready } from './types.ts'

/** What the old cluster itself holds stands in nobody's way. */
const ownHolds = new Set(['name-taken', 'port-taken', 'disk-full', 'memory-low'])

/**
 * Deletes a cluster and makes it again from `spec`, as one job: the machine is looked at before anything is removed, images that had been loaded are loaded again.
 * Cancelled after the delete it leaves neither the old nor a half of the new one.
 */
export function rebuildJob(deps: ProviderDeps, ready: Ready, cluster: Cluster, spec: CreateSpec, loaded: readonly string[]): JobDefinition {
  const create = createJob(deps, ready, spec)
  const doomed = { name: cluster.name, containers: cluster.nodes.map((node) => node.containerId) }
  let gone = false
  return {
    ...create,
    kind: 'cluster.rebuild',
    join: false,
    steps: [
      ...deleteSteps,
      ...create.steps,
      ...(loaded.length > 0 ? [{ id: 'load-images' as const, usualMs: 3_000 * loaded.length }] : []),
    ],
    memory: { ...create.memory, containers: doomed.containers.join(' ') },
    run: async (job) => {
      const { problems } = await unlessAborted(checkMachine(deps, spec), job.signal)
      const problem = problems.find(({ code }) => !ownHolds.has(code))
      if (problem !== undefined) throw problem
      job.signal.throwIfAborted()
      await job.remember({ deleting: 'yes' })
      // Half a cluster is no use to anybody: once begun, the delete goes to its end.
      await runDelete(deps, doomed, { ...job, signal: new AbortController().signal })
      gone = true
      if (job.signal.aborted) throw new AppError('cancelled', {})
      const result = await create.run(job)
      await loadAgain(deps, spec.name, loaded, job)
      return result
    },
    ...(create.explain === undefined ? {} : { explain: create.explain }),
    cleanUp: async (job, why) => (gone ? ((await create.cleanUp?.(job, why)) ?? []) : []),
  }
}

/** Images that somebody had loaded before. One that the engine lost meanwhile is no reason to take the cluster away: the step says which. */
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
          if (!(error instanceof AppError) || error.code !== 'image-not-found') throw error
          missing.push(image)
        })
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  job.progress('load-images', 1, { images: loaded.length, missing: missing.join(', ') || null })
  job.leave('load-images')
}
