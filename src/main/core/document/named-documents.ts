import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import PQueue from 'p-queue'
import type { ErrorCode } from '#shared/messages/error-facts.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import { AppError, errorShape } from '../error.ts'
import { writeAtomic } from '../write-atomic.ts'
import { freeName, joinNamed, splitNamed, stemOf } from './named-file.ts'

/** A document under a name, with what lists show of it. */
export type NamedDocument<S> = { readonly id: string; readonly name: string; readonly file: string; readonly modifiedAt: number } & S
type Damaged = { id: string; file: string; problem: AppErrorShape }
export type NamedList<S> = { readonly entries: NamedDocument<S>[]; readonly damaged: Damaged[]; readonly folder: string }

export type DocumentKind<S> = {
  readonly folder: string
  /** What errors call one of them: `profile`. */
  readonly what: string
  /** The first line of a file up to its name, as a comment, so that the rest is a document that every tool takes. */
  readonly heading: string
  /** What lists show of a document. Throws `document-invalid`. */
  readonly summaryOf: (document: string) => S
  /** Code for a name that another has; facts: name, suggestion. */
  readonly taken: Extract<ErrorCode, 'profile-name-taken' | 'document-name-taken'>
  /** Told of every write. */
  readonly changed: () => void
}

export type NamedDocuments<S> = {
  /** Everything in the folder; a file that is no document as it stands is told of and left alone. */
  list(): Promise<NamedList<S>>
  /** Throws `not-found`, `document-invalid`, `file-unreadable`. */
  get(id: string): Promise<NamedDocument<S> & { readonly document: string }>
  /** A new one where `id` is null. Throws `document-invalid`, the code for a taken name, `not-found`, `disk-full`, `file-unreadable`. */
  save(entry: { readonly id: string | null; readonly name: string; readonly document: string }): Promise<NamedDocument<S>>
  rename(id: string, name: string): Promise<NamedDocument<S>>
  remove(id: string): Promise<{ readonly removed: boolean }>
  /** A file from elsewhere, under the name it says or the given one, or a free one near it. Throws `document-invalid`. */
  import(file: { readonly name: string; readonly document: string }): Promise<NamedDocument<S>>
}

/** Names of files that are ours to read and write: no path, nothing hidden. */
const idForm = /^[A-Za-z0-9\u00a1-\uffff][\w .()\u00a1-\uffff-]{0,120}$/
/** Bytes; what is larger is no document. */
const maxBytes = 1024 * 1024

/** Documents under names, each a YAML file in one folder, which people may also put there themselves. */
export function createNamedDocuments<S extends object>(kind: DocumentKind<S>): NamedDocuments<S> {
  const { folder, what, heading } = kind
  // One write at a time: a name that is free is still free when it is written.
  const writes = new PQueue({ concurrency: 1 })
  const fileOf = (id: string) => {
    if (!idForm.test(id)) throw new AppError('not-found', { what, name: id })
    return join(folder, `${id}.yaml`)
  }

  async function read(id: string): Promise<{ readonly entry: NamedDocument<S>; readonly document: string }> {
    const file = fileOf(id)
    const { text, modifiedAt } = await readText(file, what, id)
    const { name, document } = splitNamed(heading, text)
    return { entry: { id, name: name ?? id, file, modifiedAt, ...kind.summaryOf(document) }, document }
  }

  async function list(): Promise<NamedList<S>> {
    const ids = (await names(folder)).sort((a, b) => a.localeCompare(b, 'en'))
    const entries: NamedDocument<S>[] = []
    const damaged: Damaged[] = []
    for (const id of ids) {
      try {
        entries.push((await read(id)).entry)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        if (error.code !== 'not-found') damaged.push({ id, file: join(folder, `${id}.yaml`), problem: errorShape(error) })
      }
    }
    entries.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    return { entries, damaged, folder }
  }

  async function write(id: string, name: string, document: string): Promise<NamedDocument<S>> {
    const file = fileOf(id)
    try {
      await writeAtomic(file, joinNamed(heading, name, document), true)
    } catch (error) {
      throw writeError(error, file)
    }
    kind.changed()
    return (await read(id)).entry
  }

  async function add(name: string, document: string): Promise<NamedDocument<S>> {
    kind.summaryOf(document)
    const taken = await names(folder)
    let id = stemOf(name, what)
    while (taken.includes(id)) id = `${stemOf(name, what)}-${randomBytes(3).toString('hex')}`
    return write(id, name, document)
  }

  const mustBeFree = async (name: string, id: string | null) => {
    const { entries } = await list()
    const others = entries.filter((entry) => entry.id !== id).map((entry) => entry.name)
    if (others.includes(name)) throw new AppError(kind.taken, { name, suggestion: freeName(name, others) })
  }

  return {
    list,
    get: async (id) => {
      const { entry, document } = await read(id)
      return { ...entry, document }
    },
    save: ({ id, name, document }) =>
      writes.add(async () => {
        kind.summaryOf(document)
        await mustBeFree(name, id)
        if (id === null) return add(name, document)
        await readText(fileOf(id), what, id)
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
        kind.changed()
        return { removed: true }
      }),
    import: ({ name, document: text }) =>
      writes.add(async () => {
        const { name: own, document } = splitNamed(heading, text)
        const { entries } = await list()
        return add(
          freeName(
            (own ?? name).slice(0, 80),
            entries.map((entry) => entry.name),
          ),
          document,
        )
      }),
  }
}

/** Ids of the files that are there; no folder is none. Hidden and temporary files are nobody's documents. */
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
async function readText(file: string, what: string, id: string): Promise<{ text: string; modifiedAt: number }> {
  try {
    const { size, mtimeMs } = await stat(file)
    if (size > maxBytes)
      throw new AppError('document-invalid', { line: null, column: null, field: '', reason: 'too-large', expected: String(maxBytes) })
    return { text: await readFile(file, 'utf8'), modifiedAt: Math.round(mtimeMs) }
  } catch (error) {
    if (error instanceof AppError) throw error
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new AppError('not-found', { what, name: id }, { cause: error })
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
