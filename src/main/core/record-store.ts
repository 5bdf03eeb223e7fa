import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { writeAtomic } from './write-atomic.ts'

const idForm = /^[0-9a-z]+-[0-9a-f]{8}$/

export type RecordStore<T> = {
  /** Newest first; damaged ones and those of a newer Cove are left alone. */
  list(): Promise<T[]>
  get(id: string): Promise<T | null>
  /** On the disk when it resolves. */
  save(record: T): Promise<void>
}

/** What work that may halt for long knows of itself: `<folder>/<id>.json`, mode 0600. */
export function createRecordStore<T extends { readonly id: string; readonly startedAt: number }>(
  folder: string,
  schema: z.ZodType<T>,
): RecordStore<T> {
  const get = async (id: string) => {
    if (!idForm.test(id)) return null
    try {
      return schema.safeParse(JSON.parse(await readFile(join(folder, `${id}.json`), 'utf8'))).data ?? null
    } catch {
      return null
    }
  }
  return {
    list: async () => {
      const names = await readdir(folder).catch(() => [])
      const all = await Promise.all(names.flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? []).map(get))
      return all.filter((one) => one !== null).sort((a, b) => b.startedAt - a.startedAt)
    },
    get,
    save: (record) => writeAtomic(join(folder, `${record.id}.json`), JSON.stringify(record), true),
  }
}

export const newRecordId = () => `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`
