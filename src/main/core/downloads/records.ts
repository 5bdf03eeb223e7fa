import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type Downloaded, downloadedSchema } from '#shared/contract/downloads.ts'
import { writeAtomic } from '../write-atomic.ts'
import { hashFile, identify } from '../toolchain/file-identity.ts'
import { withLock } from '../toolchain/lock.ts'

const recordSchema = downloadedSchema.omit({ state: true }).extend({
  /** Of the file when it was checked last. */
  identity: z.string(),
  verdict: z.enum(['ok', 'changed']),
})
export type DownloadRecord = z.infer<typeof recordSchema>

export type DownloadRecords = {
  /** Newest first. Nothing where the list cannot be read. */
  list(): Promise<DownloadRecord[]>
  get(id: string): Promise<DownloadRecord | undefined>
  /** Takes the place of one with the same path. */
  put(record: DownloadRecord): Promise<void>
  remove(id: string): Promise<void>
}

/** What was downloaded, in `<dataDir>/downloads.json`. */
export function createRecords(dataDir: string): DownloadRecords {
  const file = join(dataDir, 'downloads.json')
  const read = async (): Promise<DownloadRecord[]> => {
    try {
      const found: unknown = JSON.parse(await readFile(file, 'utf8'))
      // One that cannot be read, of a newer Cove, hides no other.
      return Array.isArray(found) ? found.flatMap((one) => recordSchema.safeParse(one).data ?? []) : []
    } catch {
      return []
    }
  }
  const change = async (how: (records: readonly DownloadRecord[]) => DownloadRecord[]) => {
    await withLock(`${file}.lock`, { signal: new AbortController().signal }, async () => {
      await writeAtomic(file, `${JSON.stringify(how(await read()), null, 2)}\n`, true)
    })
  }
  return {
    list: async () => (await read()).sort((a, b) => b.at - a.at),
    get: async (id) => (await read()).find((record) => record.id === id),
    put: (record) => change((all) => [...all.filter(({ path }) => path !== record.path), record]),
    remove: (id) => change((all) => all.filter((record) => record.id !== id)),
  }
}

/** What a record says of its file now, by a look at it and without reading it. */
export async function describe({ identity, verdict, ...record }: DownloadRecord): Promise<Downloaded> {
  const found = await identify(record.path)
  return { ...record, state: found === null ? 'gone' : found.identity === identity ? verdict : 'unknown' }
}

/** Reads the whole file and says what it is. */
export async function checked(record: DownloadRecord): Promise<DownloadRecord> {
  const before = await identify(record.path)
  const actual = before === null ? null : await hashFile(record.path).catch(() => null)
  const after = await identify(record.path)
  if (actual === null || before === null || after?.identity !== before.identity) return record
  const verdict = actual === record.sha256 ? 'ok' : 'changed'
  return { ...record, identity: before.identity, verdict, checkedAt: Date.now() }
}
