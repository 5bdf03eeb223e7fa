import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { z } from 'zod'

const noteSchema = z.object({
  url: z.string(),
  /** Digest that the whole file must have. */
  sha256: z.string(),
  /** ETag (strong) or Last-Modified: what If-Range takes. Null: cannot be resumed. */
  validator: z.string().nullable(),
  totalBytes: z.number().nullable(),
})
type PartialNote = z.infer<typeof noteSchema>

export type Kept = {
  readonly bytes: number
  readonly validator: string
  /** Every byte is there already. */
  readonly whole: boolean
}

/** A download on its way: `kubectl.part` and what is known about it, `kubectl.part.json`. */
export type Partial = {
  readonly path: string
  /** Bytes there of this very download; null where there are none to go on from. */
  resumable(url: string, sha256: string): Promise<Kept | null>
  note(note: PartialNote): Promise<void>
  /** How far it is, for who waits for another process. */
  state(): Promise<{ readonly receivedBytes: number; readonly totalBytes: number | null } | null>
  remove(): Promise<void>
}

export function partialOf(file: string): Partial {
  const path = `${file}.part`
  const notePath = `${path}.json`
  const readNote = async () => {
    try {
      return noteSchema.parse(JSON.parse(await readFile(notePath, 'utf8')))
    } catch {
      return null
    }
  }
  const size = async () => (await stat(path).catch(() => null))?.size ?? 0
  return {
    path,
    resumable: async (url, sha256) => {
      const note = await readNote()
      const bytes = await size()
      if (!note || note.url !== url || note.sha256 !== sha256 || note.validator === null || bytes === 0) return null
      return { bytes, validator: note.validator, whole: bytes === note.totalBytes }
    },
    note: (note) => writeFile(notePath, JSON.stringify(note), { mode: 0o600 }),
    state: async () => {
      const note = await readNote()
      return note && { receivedBytes: await size(), totalBytes: note.totalBytes }
    },
    remove: async () => {
      await rm(path, { force: true })
      await rm(notePath, { force: true })
    },
  }
}

/** What If-Range may carry: a weak ETag says only that files mean the same, not that their bytes are (RFC 9110, 13.1.5). */
export function validatorOf(headers: { readonly etag?: string | undefined; readonly 'last-modified'?: string | undefined }): string | null {
  const { etag } = headers
  if (etag !== undefined && !etag.startsWith('W/')) return etag
  return headers['last-modified'] ?? null
}
