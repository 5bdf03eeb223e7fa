import { AppError } from '../error.ts'
import type { Target } from '../targets/types.ts'
import type { FileChange } from './driver-change.ts'

type On = { readonly target: Target; readonly jobId: string }

/** Writes what is not so already. Throws `host-file-changed` where a file is neither as it was seen nor as it is to be. */
export async function writeFiles({ target, jobId }: On, files: readonly FileChange[]): Promise<void> {
  for (const { path, before, after } of files) await put(target, jobId, path, before, after)
}

/** The other way round; a file that was not there is removed. */
export async function putBackFiles({ target, jobId }: On, files: readonly FileChange[]): Promise<void> {
  for (const { path, before, after } of files.toReversed()) await put(target, jobId, path, after, before)
}

async function put(target: Target, jobId: string, path: string, from: string | null, to: string | null): Promise<void> {
  const now = await target.readFile(path, { root: true })
  if (now === to) return
  if (now !== from) throw new AppError('host-file-changed', { path, target: target.name })
  if (to !== null) await target.writeFile(path, to, { root: true, jobId })
  else await target.check({ argv: ['rm', '-f', '--', path], root: true, jobId })
}
