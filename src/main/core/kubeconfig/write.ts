import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { access, open, readdir, readFile, readlink, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { codeOf, writeError } from './file-error.ts'

/** `before` null: the file did not exist. `file` is the path of the list, a symbolic link perhaps. */
export type FileChange = { readonly file: string; readonly before: Buffer | null; readonly after: Buffer }
export type WriteStep = 'temp-made' | 'temp-written' | 'temp-synced' | 'renamed' | 'folder-synced' | 'in-place'

/** Thrown when a file is not what it was when the change was computed; the caller reads again. */
export class ChangedMeanwhile extends Error {
  readonly file: string
  constructor(file: string) {
    super('a kubeconfig changed while it was edited')
    this.file = file
  }
}

/**
 * Replaces the contents of files, all or none. Each new text is complete on disk in a temporary file of the same folder before the first original is touched;
 * then each original is compared with what it was and renamed over. A kill at any moment leaves each file old or new. Mode, owner and symbolic links stay.
 * The caller holds the locks. Throws ChangedMeanwhile, `kubeconfig-read-only`, `disk-full`.
 */
export async function writeFiles(changes: readonly FileChange[], onStep: (step: WriteStep) => void = () => undefined): Promise<void> {
  const prepared: Prepared[] = []
  try {
    for (const change of changes) prepared.push(await prepare(change, onStep))
    const done: Prepared[] = []
    try {
      for (const file of prepared) {
        await replace(file, onStep)
        done.push(file)
      }
    } catch (error) {
      for (const file of done.reverse()) await undo(file)
      throw error
    }
  } finally {
    for (const { temp } of prepared) await rm(temp, { force: true }).catch(() => undefined)
  }
}

/** Throws what a write to this file would meet: no permission, a read-only file system. Changes nothing. */
export async function checkAccess(file: string): Promise<void> {
  const real = await realpathOf(file)
  try {
    if (await exists(real)) await access(real, constants.R_OK | constants.W_OK)
    for (const folder of new Set([path.dirname(real), path.dirname(file)]))
      await access(await nearestFolder(folder), constants.W_OK | constants.X_OK)
  } catch (error) {
    throw writeError(error, file)
  }
}

/** The file behind symbolic links; where a link points to when its target does not exist yet; else the path itself. */
export async function realpathOf(file: string, depth = 0): Promise<string> {
  try {
    return await realpath(file)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || depth > 40) return file
    const target = await readlink(file).catch(() => null)
    if (target !== null) return await realpathOf(path.resolve(path.dirname(file), target), depth + 1)
    const folder = await realpath(path.dirname(file)).catch(() => null)
    return folder === null ? file : path.join(folder, path.basename(file))
  }
}

type Prepared = FileChange & { readonly real: string; readonly temp: string; readonly stats: Stats | null; readonly sameOwner: boolean }

async function prepare(change: FileChange, onStep: (step: WriteStep) => void): Promise<Prepared> {
  const real = await realpathOf(change.file)
  const temp = path.join(path.dirname(real), `${tempPrefix(real)}${randomBytes(6).toString('hex')}.tmp`)
  try {
    await removeLeftovers(real)
    const stats = await stat(real).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null
      throw error
    })
    // A rename would replace even a file its owner made read-only.
    if (stats !== null) await access(real, constants.W_OK)
    const handle = await open(temp, 'wx', 0o600)
    try {
      onStep('temp-made')
      await handle.writeFile(change.after)
      onStep('temp-written')
      const sameOwner = stats === null || (await takeOver(handle, stats))
      await handle.sync()
      onStep('temp-synced')
      return { ...change, real, temp, stats, sameOwner }
    } finally {
      await handle.close()
    }
  } catch (error) {
    await rm(temp, { force: true }).catch(() => undefined)
    throw writeError(error, change.file)
  }
}

/** Gives the temporary file the original's owner and mode. False: only root may do that. */
async function takeOver(handle: FileHandle, stats: Stats): Promise<boolean> {
  if (process.platform === 'win32') return true
  const own = await handle.stat()
  if (own.uid !== stats.uid || own.gid !== stats.gid) {
    try {
      await handle.chown(stats.uid, stats.gid)
    } catch {
      return false
    }
  }
  await handle.chmod(stats.mode & 0o7777)
  return true
}

async function replace(file: Prepared, onStep: (step: WriteStep) => void): Promise<void> {
  const { real, temp, before } = file
  const now = await readFile(real).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw writeError(error, file.file)
  })
  if (now === null ? before !== null : before === null || !now.equals(before)) throw new ChangedMeanwhile(file.file)
  if (!file.sameOwner) return await writeInPlace(file, onStep)
  try {
    await renameWithPatience(temp, real)
    onStep('renamed')
    await syncFolder(path.dirname(real))
    onStep('folder-synced')
  } catch (error) {
    // A file that is itself a mount point (a kubeconfig handed into a container) cannot be renamed over.
    if (codeOf(error) === 'EBUSY' || codeOf(error) === 'EXDEV') return await writeInPlace(file, onStep)
    throw writeError(error, file.file)
  }
}

/** The only way for a bind-mounted file. Its old contents are put back when the new ones do not fit; a kill meanwhile leaves the backup. */
async function writeInPlace(file: Prepared, onStep: (step: WriteStep) => void): Promise<void> {
  const handle = await open(file.real, 'r+').catch((error: unknown) => {
    throw writeError(error, file.file)
  })
  try {
    onStep('in-place')
    await overwrite(handle, file.after)
  } catch (error) {
    await overwrite(handle, file.before ?? Buffer.alloc(0))
    throw writeError(error, file.file)
  } finally {
    await handle.close()
  }
}

async function overwrite(handle: FileHandle, bytes: Buffer): Promise<void> {
  let written = 0
  while (written < bytes.length) written += (await handle.write(bytes, written, bytes.length - written, written)).bytesWritten
  await handle.truncate(bytes.length)
  await handle.sync()
}

async function undo({ file, real, before, after }: Prepared): Promise<void> {
  if (before === null) await rm(real, { force: true })
  else await writeFiles([{ file, before: after, after: before }])
}

/** Windows refuses a rename while a virus scanner or another reader has the file open. */
async function renameWithPatience(from: string, to: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(from, to)
    } catch (error) {
      if (process.platform !== 'win32' || attempt >= 20 || !['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error))) throw error
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  // The data is safe already; some file systems cannot sync a folder.
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

function tempPrefix(real: string): string {
  return `.${path.basename(real)}.cove-`
}

/** Whoever else could be using such a file would hold the lock that we hold: they are of a process that was killed. */
async function removeLeftovers(real: string): Promise<void> {
  const folder = path.dirname(real)
  const prefix = tempPrefix(real)
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.startsWith(prefix) && name.endsWith('.tmp')) await rm(path.join(folder, name), { force: true })
  }
}

async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  )
}

async function nearestFolder(folder: string): Promise<string> {
  for (let at = folder; ; at = path.dirname(at)) if ((await exists(at)) || path.dirname(at) === at) return at
}
