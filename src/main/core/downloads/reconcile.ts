import { rm } from 'node:fs/promises'
import type { Job } from '#shared/contract/jobs.ts'
import type { JobKind, Reconcile } from '../jobs/types.ts'
import { identify } from '../toolchain/file-identity.ts'
import { type ImageJobDeps, pinnedLeft } from './image-jobs.ts'
import type { DownloadRecords } from './records.ts'

/** What became of jobs that Cove was killed in the middle of. A part of a download stays, to be gone on with; half a tar is of no use. */
export function reconcileHandlers(
  records: DownloadRecords,
  images: Pick<ImageJobDeps, 'exec' | 'engines'>,
): Partial<Record<JobKind, Reconcile>> {
  return {
    'component.download': async (job) => {
      const path = pathOf(job)
      const record = (await records.list()).find((one) => one.path === path && one.at >= job.startedAt)
      return record ? { state: 'succeeded', left: [], result: { path, version: record.version, sha256: record.sha256 } } : interrupted
    },
    'images.pull': async ({ id }, memory) => ({ ...interrupted, left: await pinnedLeft(images, id, memory) }),
    'images.save': async (job, memory) => {
      const left = await pinnedLeft(images, job.id, memory)
      // Killed before it knew whether the names were free: what is there is somebody else's.
      if (memory['begun'] !== 'yes') return { ...interrupted, left }
      const path = pathOf(job)
      const part = `${path}.part`
      if ((await identify(part)) === null && (await identify(path)) !== null) return { state: 'succeeded', left: [], result: { path } }
      await rm(part, { force: true })
      return { ...interrupted, left: [...left, ...((await identify(part)) ? [part] : [])] }
    },
  }
}

const interrupted = { state: 'interrupted', left: [] } as const

const pathOf = ({ facts }: Job): string => String(facts['path'])
