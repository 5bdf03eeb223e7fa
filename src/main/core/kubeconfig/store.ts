import { isUtf8 } from 'node:buffer'
import type { BigIntStats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { AppError } from '#core/error.ts'
import { maxBytes, parseKubeconfig, type KubeDocument } from './document.ts'
import { codeOf } from './file-error.ts'
import { letWriterFinish } from './lock.ts'

/** One file of the list as it is now. */
export type StoredFile = {
  readonly path: string
  readonly exists: boolean
  /** The exact bytes, for compare-and-swap. Null: absent or not readable. */
  readonly bytes: Buffer | null
  readonly document: KubeDocument | null
  readonly error: AppError | null
  /** The last contents that could be read, while `error` says that the present ones cannot. */
  readonly lastGood: KubeDocument | null
  /** When `document` or `lastGood` was read. */
  readonly asOf: number
  /** Changes when the contents do. */
  readonly version: string
}

export type Store = {
  /** Reads the files that changed since last time; the others come from memory. Never throws for a bad file. */
  load(paths: readonly string[]): Promise<readonly StoredFile[]>
  /** Reads one file whatever the memory says. */
  fresh(path: string): Promise<StoredFile>
}

/** Contents of files by inode, size and times. */
export function createStore(): Store {
  const known = new Map<string, { readonly stamp: string; readonly file: StoredFile }>()
  /** Files that are read for the first time: who asks meanwhile, as several do at a start, finds them in memory then, or changed. */
  const first = new Map<string, Promise<unknown>>()

  async function load(path: string, force: boolean): Promise<StoredFile> {
    await first.get(path)
    if (known.has(path)) return look(path, force)
    const reading = look(path, force).finally(() => first.delete(path))
    first.set(path, reading)
    return await reading
  }

  async function look(path: string, force: boolean): Promise<StoredFile> {
    const before = known.get(path)
    const startedAt = Date.now()
    try {
      if (!force) {
        if (before !== undefined && before.stamp === stampOf(await stat(path, { bigint: true }))) return before.file
        await letWriterFinish(path)
      }
      const stats = await stat(path, { bigint: true })
      const stamp = stampOf(stats)
      const file = stats.size > BigInt(maxBytes) ? tooLarge(path, Number(stats.size), before?.file, stamp) : await read(path, before?.file)
      // A write in the same tick of the file system's clock would leave the stamp as it is: such a young stamp is not trusted next time.
      known.set(path, { stamp: startedAt - Number(stats.ctimeMs) < 50 ? '' : stamp, file })
      return file
    } catch (error) {
      const file = unreadable(path, error, before?.file)
      known.set(path, { stamp: '', file })
      return file
    }
  }

  return {
    load: async (paths) => {
      for (const path of known.keys()) if (!paths.includes(path)) known.delete(path)
      return await Promise.all(paths.map(async (path) => await load(path, false)))
    },
    fresh: async (path) => await load(path, true),
  }
}

function stampOf(stats: BigIntStats): string {
  return `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`
}

/** Contents that were read, of all files: each has a number of its own. */
let contents = 0

async function read(path: string, before: StoredFile | undefined): Promise<StoredFile> {
  const bytes = await readFile(path)
  // Touched, or written again as it was.
  if (before?.bytes?.equals(bytes)) return { ...before, bytes, asOf: before.error === null ? Date.now() : before.asOf }
  const version = `contents ${++contents}`
  try {
    return {
      path,
      exists: true,
      bytes,
      document: parseKubeconfig(decode(bytes, path), path),
      error: null,
      lastGood: null,
      asOf: Date.now(),
      version,
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { path, exists: true, bytes, document: null, error, ...lastGoodOf(before), version }
  }
}

function decode(bytes: Buffer, path: string): string {
  if (!isUtf8(bytes)) throw new AppError('kubeconfig-invalid', { file: path, line: null, reason: 'not UTF-8' })
  return bytes.toString('utf8')
}

function tooLarge(path: string, bytes: number, before: StoredFile | undefined, stamp: string): StoredFile {
  const error = new AppError('kubeconfig-too-large', { file: path, bytes, max: maxBytes })
  return { path, exists: true, bytes: null, document: null, error, ...lastGoodOf(before), version: `large ${stamp}` }
}

function unreadable(path: string, cause: unknown, before: StoredFile | undefined): StoredFile {
  const code = codeOf(cause)
  // A folder on the way that is a file means the same: there is no such file.
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return { path, exists: false, bytes: null, document: null, error: null, lastGood: null, asOf: Date.now(), version: 'absent' }
  const error = new AppError('kubeconfig-invalid', { file: path, line: null, reason: code === '' ? 'not readable' : code }, { cause })
  return { path, exists: true, bytes: null, document: null, error, ...lastGoodOf(before), version: `unreadable ${code}` }
}

function lastGoodOf(before: StoredFile | undefined): Pick<StoredFile, 'lastGood' | 'asOf'> {
  const lastGood = before?.document ?? before?.lastGood ?? null
  return { lastGood, asOf: lastGood === null || before === undefined ? Date.now() : before.asOf }
}
