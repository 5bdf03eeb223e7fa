import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#core/error.ts'
import { writeError } from './file-error.ts'
import type { Backup } from './types.ts'

export type Backups = {
  /** Keeps these bytes of a file, as it is before a write. They are on disk when this returns. Throws `disk-full`. */
  keep(file: string, bytes: Buffer, reason: string): Promise<Backup>
  list(): Promise<Backup[]>
  /** Throws `not-found`. */
  read(id: string): Promise<{ readonly backup: Backup; readonly bytes: Buffer }>
}

const keptPerFile = 50

/** Former contents of kubeconfig files, in their own folder (0700; files 0600), newest 50 of each. `<id>.bak` holds the bytes, `<id>.json` what they are. */
export function createBackups(folder: string): Backups {
  let last = 0

  async function list(): Promise<Backup[]> {
    const names = await readdir(folder).catch(() => [])
    const contents = new Set(names)
    const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5))
    const backups = await Promise.all(ids.filter((id) => contents.has(`${id}.bak`)).map(async (id) => await readMeta(folder, id)))
    return backups.filter((backup) => backup !== null).sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
  }

  async function prune(file: string): Promise<void> {
    const mark = `-${markOf(file)}-`
    const ids = (await readdir(folder))
      .filter((name) => name.endsWith('.bak') && name.includes(mark))
      .sort()
      .map((name) => name.slice(0, -4))
    for (const id of ids.slice(0, Math.max(0, ids.length - keptPerFile))) {
      await rm(path.join(folder, `${id}.json`), { force: true })
      await rm(path.join(folder, `${id}.bak`), { force: true })
    }
  }

  return {
    list,
    keep: async (file, bytes, reason) => {
      // Ids sort by time, and two in one millisecond keep their order.
      const at = (last = Math.max(Date.now(), last + 1))
      const id = `${String(at).padStart(15, '0')}-${markOf(file)}-${randomBytes(4).toString('hex')}`
      const backup: Backup = { id, file, at, reason, bytes: bytes.length }
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await put(path.join(folder, `${id}.bak`), bytes)
        await put(path.join(folder, `${id}.json`), Buffer.from(JSON.stringify(backup)))
      } catch (error) {
        for (const name of [`${id}.bak`, `${id}.json`]) await rm(path.join(folder, name), { force: true }).catch(() => undefined)
        throw writeError(error, folder)
      }
      await prune(file).catch(() => undefined)
      return backup
    },
    read: async (id) => {
      const backup = /^[\w-]+$/.test(id) ? await readMeta(folder, id) : null
      const bytes = backup === null ? null : await readFile(path.join(folder, `${id}.bak`)).catch(() => null)
      if (backup === null || bytes === null) throw new AppError('not-found', { what: 'backup', name: id })
      return { backup, bytes }
    },
  }
}

async function readMeta(folder: string, id: string): Promise<Backup | null> {
  try {
    const { file, at, reason, bytes } = JSON.parse(await readFile(path.join(folder, `${id}.json`), 'utf8')) as Backup
    if (typeof file !== 'string' || typeof at !== 'number' || typeof reason !== 'string' || typeof bytes !== 'number') return null
    return { id, file, at, reason, bytes }
  } catch {
    return null
  }
}

async function put(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function markOf(file: string): string {
  return createHash('sha256').update(file).digest('hex').slice(0, 12)
}
