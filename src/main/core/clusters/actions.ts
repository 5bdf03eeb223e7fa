import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../error.ts'
import type { JobDefinition } from '../jobs/types.ts'
import { folderOf, makeFolder } from './create.ts'
import { isImageReference } from './preflight/input.ts'
import type { ClusterTarget } from '../providers/provider.ts'
import { clusterKey, type ProviderDeps } from './types.ts'

/** The job that copies an image of the engine into every node. Throws `image-invalid`. */
export function loadImageJob(
  { provider, toolchain, dataDir }: ProviderDeps,
  target: Omit<ClusterTarget, 'folder'>,
  image: string,
): JobDefinition {
  if (!isImageReference(image)) throw new AppError('image-invalid', { image })
  const { name } = target
  return {
    kind: 'cluster.load-image',
    subject: name,
    facts: { image },
    key: clusterKey(provider.name, name),
    steps: [{ id: 'load-image', usualMs: 3_000 }],
    run: async (job) => {
      await toolchain.ensure(provider.tool, { jobId: job.id, signal: job.signal })
      const folder = folderOf(dataDir, job.id)
      await makeFolder(folder)
      try {
        const run = { jobId: job.id, signal: job.signal }
        await job.step('load-image', () => provider.loadImage({ ...target, folder }, { image }, run, job), { image })
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
      return null
    },
  }
}

/** The job that gathers the logs of every node in a folder: `result.directory`. `directory` null: a new one in Cove's own. What was gathered stays when it fails. */
export function exportLogsJob({ provider, toolchain, dataDir }: ProviderDeps, name: string, directory: string | null): JobDefinition {
  const time = new Date().toISOString().slice(0, 19).replace(/\D/g, '')
  const folder = directory ?? join(dataDir, 'exports', `${name}-${time}`)
  return {
    kind: 'cluster.export-logs',
    subject: name,
    facts: { directory: folder },
    key: clusterKey(provider.name, name),
    steps: [{ id: 'export-logs', usualMs: 5_000 }],
    run: async (job) => {
      const { path } = await toolchain.ensure(provider.tool, { jobId: job.id, signal: job.signal })
      await makeFolder(folder)
      await job.step('export-logs', () => provider.exportLogs(name, folder, path, { jobId: job.id, signal: job.signal }), {
        directory: folder,
      })
      return { directory: folder }
    },
  }
}
