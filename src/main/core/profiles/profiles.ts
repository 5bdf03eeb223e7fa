import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import PQueue from 'p-queue'
import type { Profile, Profiles } from '#shared/contract/profiles.ts'
import type { Changes } from '../changes.ts'
import { AppError, errorShape } from '../error.ts'
import { writeAtomic } from '../jobs/write-atomic.ts'
import { freeName, joinProfile, splitProfile, stemOf, summaryOf } from './profile-file.ts'

export type ProfileStore = {
  /** Everything in the folder; a file that is no profile as it stands is told of and left alone. */
  list(): Promise<Profiles>
  /** Throws `not-found`, `document-invalid`, `file-unreadable`. */
  get(id: string): Promise<Profile & { readonly document: string }>
  /** A new one where `id` is null. Throws `document-invalid`, `profile-name-taken`, `not-found`, `disk-full`, `file-unreadable`. */
  save(profile: { readonly id: string | null; readonly name: string; readonly document: string }): Promise<Profile>
  rename(id: string, name: string): Promise<Profile>
  remove(id: string): Promise<{ readonly removed: boolean }>
  /** A file from elsewhere, under the name it says or the given one, or a free one near it. Throws `document-invalid`. */
  import(file: { readonly name: string; readonly document: string }): Promise<Profile>
}

/** Names of files that are ours to read and write: no path, nothing hidden. */
const idForm = /^[A-Za-z0-9\u00a1-\uffff][\w .()\u00a1-\uffff-]{0,120}$/
/** Bytes; what is larger is no profile. */
const maxBytes = 1024 * 1024

/** Profiles are YAML files in `<dataDir>/profiles`, which people may also put there themselves. */
export function createProfiles({ dataDir, changes }: { readonly dataDir: string; readonly changes: Changes }): ProfileStore {
  const folder = join(dataDir, 'profiles')
  // One write at a time: a name that is free is still free when it is written.
  const writes = new PQueue({ concurrency: 1 })
  const fileOf = (id: string) => {
    if (!idForm.test(id)) throw new AppError('not-found', { what: 'profile', name: id })
    return join(folder, `${id}.yaml`)
  }

  async function read(id: string): Promise<Profile & { readonly document: string }> {
    const file = fileOf(id)
    const { text, modifiedAt } = await readText(file, id)
    const { name, document } = splitProfile(text)
    return { id, name: name ?? id, file, modifiedAt, ...summaryOf(document), document }
  }

  async function list(): Promise<Profiles> {
    const ids = (await names(folder)).sort((a, b) => a.localeCompare(b, 'en'))
    const profiles: Profile[] = []
    const damaged: Profiles['damaged'] = []
    for (const id of ids) {
      try {
        const { document: _, ...profile } = await read(id)
        profiles.push(profile)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        if (error.code !== 'not-found') damaged.push({ id, file: join(folder, `${id}.yaml`), problem: errorShape(error) })
      }
    }
    profiles.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    return { profiles, damaged, folder }
  }

  async function write(id: string, name: string, document: string): Promise<Profile> {
    const file = fileOf(id)
    try {
      await writeAtomic(file, joinProfile(name, document), true)
    } catch (error) {
      throw writeError(error, file)
    }
    changes.emit('profiles')
    const { document: _, ...profile } = await read(id)
    return profile
  }

  async function add(name: string, document: string): Promise<Profile> {
    summaryOf(document)
    const taken = await names(folder)
    let id = stemOf(name)
    while (taken.includes(id)) id = `${stemOf(name)}-${randomBytes(3).toString('hex')}`
    return write(id, name, document)
  }

  const mustBeFree = async (name: string, id: string | null) => {
    const { profiles } = await list()
    const others = profiles.filter((profile) => profile.id !== id).map((profile) => profile.name)
    if (others.includes(name)) throw new AppError('profile-name-taken', { name, suggestion: freeName(name, others) })
  }

  return {
    list,
    get: read,
    save: ({ id, name, document }) =>
      writes.add(async () => {
        summaryOf(document)
        await mustBeFree(name, id)
        if (id === null) return add(name, document)
        await readText(fileOf(id), id)
        return write(id, name, document)
      }),
    rename: (id, name) =>
      writes.add(async () => {
        const { document } = await read(id)
        await mustBeFree(name, id)
        return write(id, name, document)
      }),
    remove: (id) =>
      writes.add(async () => {
        const file = fileOf(id)
        try {
          await rm(file)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { removed: false }
          throw writeError(error, file)
        }
        changes.emit('profiles')
        return { removed: true }
      }),
    import: ({ name, document: text }) =>
      writes.add(async () => {
        const { name: own, document } = splitProfile(text)
        const { profiles } = await list()
        return add(
          freeName(
            (own ?? name).slice(0, 80),
            profiles.map((profile) => profile.name),
          ),
          document,
        )
      }),
  }
}

/** Ids of the files that are there; no folder is none. Hidden and temporary files are nobody's profiles. */
async function names(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.flatMap((entry) => {
      const id = /^(.+)\.yaml$/.exec(entry.name)?.[1]
      return id !== undefined && idForm.test(id) && !entry.isDirectory() ? [id] : []
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new AppError('file-unreadable', { file: folder, reason: (error as NodeJS.ErrnoException).code ?? '' }, { cause: error })
  }
}

/** Throws `not-found`, `file-unreadable`, `document-invalid` where it is too large. */
async function readText(file: string, id: string): Promise<{ text: string; modifiedAt: number }> {
  try {
    const { size, mtimeMs } = await stat(file)
    if (size > maxBytes)
      throw new AppError('document-invalid', { line: null, column: null, field: '', reason: 'too-large', expected: String(maxBytes) })
    return { text: await readFile(file, 'utf8'), modifiedAt: Math.round(mtimeMs) }
  } catch (error) {
    if (error instanceof AppError) throw error
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new AppError('not-found', { what: 'profile', name: id }, { cause: error })
    throw new AppError('file-unreadable', { file, reason: code }, { cause: error })
  }
}

function writeError(error: unknown, file: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('disk-full', { path: file }, { cause: error })
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EISDIR')
    return new AppError('file-unreadable', { file, reason: code }, { cause: error })
  return error
}
