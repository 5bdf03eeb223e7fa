import { access, constants, type Stats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { AppError } from '../error.ts'

/** Files that are counted at most in one folder. */
const mostEntries = 100_000

export type Measured = { readonly bytes: number | null; readonly newestMs: number; readonly madeMs: number; readonly identity: string }

/**
 * Bytes on the disk below a path (symbolic links count as themselves), and when something there was last written. `bytes` null: more files than are worth
 * counting, or a folder that may not be read. Null: it is not there.
 */
export async function measure(path: string): Promise<Measured | null> {
  const top = await lstat(path).catch(() => null)
  if (top === null) return null
  let bytes: number | null = sizeOf(top)
  let newestMs = top.mtimeMs
  let left = mostEntries
  const folders = top.isDirectory() ? [path] : []
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const names: string[] | null = await readdir(folder).catch(() => null)
    if (names === null) bytes = null
    for (const name of names ?? []) {
      if (left-- <= 0) return { bytes: null, newestMs, madeMs: madeOf(top), identity: identityOf(top) }
      const below = await lstat(join(folder, name)).catch(() => null)
      if (below === null) continue
      if (bytes !== null) bytes += sizeOf(below)
      newestMs = Math.max(newestMs, below.mtimeMs)
      if (below.isDirectory()) folders.push(join(folder, name))
    }
  }
  return { bytes, newestMs, madeMs: madeOf(top), identity: identityOf(top) }
}

export const isThere = async (path: string): Promise<boolean> => {
  try {
    await lstat(path)
    return true
  } catch (error) {
    // What may not be looked at may be there.
    return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
  }
}

/** Names of the folders in a folder. Empty where it is not there; throws `file-unreadable`. */
export async function foldersIn(path: string): Promise<string[]> {
  return (await entriesIn(path)).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
}

export async function filesIn(path: string): Promise<string[]> {
  return (await entriesIn(path)).flatMap((entry) => (entry.isFile() ? [entry.name] : []))
}

/** True where what is in the folder of this path may be removed by this user. */
export const isOurs = (path: string): Promise<boolean> =>
  new Promise((resolve) => access(dirname(path), constants.W_OK, (error) => resolve(error === null)))

/** True for a path inside a folder, not the folder itself. Pure. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

async function entriesIn(path: string) {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (['ENOENT', 'ENOTDIR'].includes(code)) return []
    throw new AppError('file-unreadable', { file: path, reason: code }, { cause: error })
  }
}

// Windows counts no blocks.
const sizeOf = (stats: Stats) => (process.platform === 'win32' ? stats.size : stats.blocks * 512)
const madeOf = (stats: Stats) => (stats.birthtimeMs > 0 ? stats.birthtimeMs : stats.mtimeMs)
const identityOf = (stats: Stats) => `${stats.dev}-${stats.ino}-${Math.round(stats.birthtimeMs)}`
