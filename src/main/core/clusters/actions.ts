import { rm } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import { AppError } from '../error.ts'
import type { JobDefinition } from '../jobs/types.ts'
import { folderOf, makeFolder } from './create.ts'
import { isImageReference } from './preflight/input.ts'
import type { ClusterTarget } from '../providers/provider.ts'
import { clusterKey, type ProviderDeps } from './types.ts'

export type ImageSource = { readonly image: string } | { readonly archive: string }

/** The job that copies an image of the engine, or of a tar file, into every node. Throws `image-invalid`; `bad-input` for a path that is not absolute. */
export function loadImageJob(
  { provider, toolchain, dataDir }: ProviderDeps,
  target: Omit<ClusterTarget, 'folder'>,
  from: ImageSource,
): JobDefinition {
  if ('image' in from && !isImageReference(from.image)) throw new AppError('image-invalid', { image: from.image })
  if ('archive' in from && !isAbsolute(from.archive)) throw new AppError('bad-input', { field: 'archive' })
  const { name } = target
  const facts = { image: 'image' in from ? from.image : basename(from.archive) }
  return {
    kind: 'cluster.load-image',
    subject: name,
    facts,
    key: clusterKey(provider.name, name),
    steps: [{ id: 'load-image', usualMs: 3_000 }],
    run: async (job) => {
      await toolchain.ensure(provider.tool, { jobId: job.id, signal: job.signal })
      const folder = folderOf(dataDir, job.id)
      await makeFolder(folder)
      try {
        const run = { jobId: job.id, signal: job.signal }
        await job.step('load-image', () => provider.loadImage({ ...target, folder }, from, run, job), facts)
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
