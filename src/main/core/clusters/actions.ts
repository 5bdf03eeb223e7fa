import { readdir, rm } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import { AppError } from '../error.ts'
import type { JobDefinition } from '../jobs/types.ts'
import { folderOf, makeFolder } from './create.ts'
import { endLoad, type Held, heldBy } from './image-change.ts'
import { memoryOf } from './memory.ts'
import { isImageReference } from './preflight/input.ts'
import type { ClusterTarget } from '../providers/provider.ts'
import { clusterKey, type ProviderDeps } from './types.ts'

export type ImageSource = { readonly image: string } | { readonly archive: string }

/**
 * The job that copies an image of the engine, or of a tar file, into every node. A cancel takes it away again where no node had one of its
 * name; a failure leaves it there. Both then say which nodes hold it. Throws `image-invalid`; `bad-input` for a path that is not absolute.
 */
export function loadImageJob(deps: ProviderDeps, target: Omit<ClusterTarget, 'folder'>, from: ImageSource): JobDefinition {
  const { provider, toolchain, dataDir } = deps
  if ('image' in from && !isImageReference(from.image)) throw new AppError('image-invalid', { image: from.image })
  if ('archive' in from && !isAbsolute(from.archive)) throw new AppError('bad-input', { field: 'archive' })
  const { name } = target
  const image = 'image' in from ? from.image : null
  let before: Held | null = null
  const facts = 'image' in from ? { image: from.image } : { image: basename(from.archive), archive: from.archive }
  return {
    kind: 'cluster.load-image',
    subject: name,
    facts,
    alike: provider.name,
    key: clusterKey(provider.name, name),
    steps: [{ id: 'load-image', usualMs: 3_000, size: target.nodes.length }],
    undo: image === null ? [] : [`image ${image}`],
    memory: { ...memoryOf(provider.name, target), image: image ?? '' },
    run: async (job) => {
      await toolchain.ensure(provider.tool, { jobId: job.id, signal: job.signal })
      const folder = folderOf(dataDir, job.id)
      await makeFolder(folder)
      try {
        const run = { jobId: job.id, signal: job.signal }
        // One that cannot say is loaded into all the same.
        before = await heldBy(deps, target, image, { silent: true })
        await job.remember({ before: JSON.stringify(before) })
        await job.step('load-image', () => provider.loadImage({ ...target, folder }, from, run, job), facts)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
      return null
    },
    cleanUp: async (job, why) =>
      before === null ? [] : endLoad(deps, target, { before, image, takeBack: why === 'cancelled' }, { jobId: job.id, signal: job.signal }),
  }
}

/** The job that gathers the logs of every node in a folder: `result.directory`. `directory` null: a new one in Cove's own, which goes with a cancel. Else what was gathered stays. */
export function exportLogsJob({ provider, toolchain, dataDir }: ProviderDeps, name: string, directory: string | null): JobDefinition {
  const time = new Date().toISOString().slice(0, 19).replace(/\D/g, '')
  const folder = directory ?? join(dataDir, 'exports', `${name}-${time}`)
  let had: readonly string[] | null = null
  return {
    kind: 'cluster.export-logs',
    subject: name,
    facts: { directory: folder },
    ...(directory === null ? { undo: [`file ${folder}`] } : {}),
    memory: { directory: folder, own: directory === null ? 'yes' : '' },
    alike: provider.name,
    key: clusterKey(provider.name, name),
    steps: [{ id: 'export-logs', usualMs: 5_000 }],
    run: async (job) => {
      const { path } = await toolchain.ensure(provider.tool, { jobId: job.id, signal: job.signal })
      await makeFolder(folder)
      had = await readdir(folder)
      await job.remember({ had: JSON.stringify(had) })
      await job.step('export-logs', () => provider.exportLogs(name, folder, path, { jobId: job.id, signal: job.signal }), {
        directory: folder,
      })
      return { directory: folder }
    },
    cleanUp: async (_job, why) => (had === null ? [] : endExport(folder, had, directory === null && why === 'cancelled')),
  }
}

/** After an export that did not come to its end. `takeBack`: the folder goes. Then looks: what is in it that was not, for people. */
export async function endExport(folder: string, had: readonly string[], takeBack: boolean): Promise<string[]> {
  if (takeBack) await rm(folder, { recursive: true, force: true })
  const files = await readdir(folder).catch(() => [])
  return files.filter((file) => !had.includes(file)).map((file) => `file ${join(folder, file)}`)
}
