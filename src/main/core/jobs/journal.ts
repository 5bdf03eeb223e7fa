import { readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { jobSchema } from '#shared/contract/jobs.ts'
import { writeAtomic } from '../write-atomic.ts'

const entrySchema = z.object({
  version: z.literal(1),
  key: z.string(),
  alsoKeys: z.array(z.string()).default([]),
  owner: z.object({ pid: z.number(), start: z.string().nullable() }),
  memory: z.record(z.string(), z.string()),
  job: jobSchema,
})
/** A job as it lies on disk. */
export type Entry = z.infer<typeof entrySchema>

const fileName = /^([0-9a-z]+-[0-9a-z]+)\.json$/

export type Journal = {
  /** Ids on disk, oldest first. */
  ids(): string[]
  /** Those that have not ended, found without reading what the others say: this is on the way of every start. */
  openIds(): string[]
  /** Null where the file is gone, damaged or of a newer Cove. */
  read(id: string): Entry | null
  /** Never rejects: a full disk must not fail the job. False when it was not written. */
  write(entry: Entry, durable: boolean): Promise<boolean>
  remove(id: string): Promise<void>
}

/** `<folder>/<id>.json`, one job each, mode 0600. */
export function createJournal(folder: string): Journal {
  const path = (id: string) => join(folder, `${id}.json`)
  const ids = () => {
    try {
      return readdirSync(folder)
        .flatMap((name) => fileName.exec(name)?.[1] ?? [])
        .sort()
    } catch {
      return []
    }
  }
  const isOpen = (id: string) => {
    try {
      return readFileSync(path(id)).includes('"finishedAt":null')
    } catch {
      return false
    }
  }
  return {
    ids,
    openIds: () => ids().filter(isOpen),
    read: (id) => {
      try {
        return entrySchema.safeParse(JSON.parse(readFileSync(path(id), 'utf8'))).data ?? null
      } catch {
        return null
      }
    },
    write: (entry, durable) =>
      writeAtomic(path(entry.job.id), JSON.stringify(entry), durable).then(
        () => true,
        () => false,
      ),
    remove: (id) => rm(path(id), { force: true }).catch(() => undefined),
  }
}
