import { join } from 'node:path'
import { AppError } from '../error.ts'
import type { JobDefinition } from '../jobs/types.ts'
import { makeFolder } from './create.ts'
import { isImageReference } from './preflight/input.ts'
import { type ClustersDeps, clusterKey } from './types.ts'

/** The job that copies an image of the engine into every node. Throws `image-invalid`. */
export function loadImageJob({ kind, toolchain }: ClustersDeps, name: string, image: string): JobDefinition {
  if (!isImageReference(image)) throw new AppError('image-invalid', { image })
  return {
    kind: 'cluster.load-image',
    subject: name,
    facts: { image },
    key: clusterKey(name),
    steps: [{ id: 'load-image', usualMs: 3_000 }],
    run: async (job) => {
      const { path } = await toolchain.ensure('kind', { jobId: job.id, signal: job.signal })
      await job.step('load-image', () => kind.loadImage(name, image, path, { jobId: job.id, signal: job.signal }), { image })
      return null
    },
  }
}

/** The job that gathers the logs of every node in a folder: `result.directory`. `directory` null: a new one in Cove's own. What was gathered stays when it fails. */
export function exportLogsJob({ kind, toolchain, dataDir }: ClustersDeps, name: string, directory: string | null): JobDefinition {
  const time = new Date().toISOString().slice(0, 19).replace(/\D/g, '')
  const folder = directory ?? join(dataDir, 'exports', `${name}-${time}`)
  return {
    kind: 'cluster.export-logs',
    subject: name,
    facts: { directory: folder },
    key: clusterKey(name),
    steps: [{ id: 'export-logs', usualMs: 5_000 }],
    run: async (job) => {
      const { path } = await toolchain.ensure('kind', { jobId: job.id, signal: job.signal })
      await makeFolder(folder)
      await job.step('export-logs', () => kind.exportLogs(name, folder, path, { jobId: job.id, signal: job.signal }), { directory: folder })
      return { directory: folder }
    },
  }
}
