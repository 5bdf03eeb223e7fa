import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { createSaver } from '../jobs/saver.ts'
import { writeAtomic } from '../write-atomic.ts'

const recordSchema = z.object({
  profileId: z.string().nullable(),
  /** The document it was made from; null: from the plain fields, `spec` says them. */
  document: z.string().nullable(),
  /** When Cove was told that document, in ms since 1970; null: not known. */
  documentAt: z.number().nullable().default(null),
  /** Image of its nodes, or the Kubernetes version where the provider has no node images. */
  image: z.string(),
  controlPlanes: z.number(),
  workers: z.number(),
  /** Images of the engine that Cove loaded into its nodes. */
  loaded: z.array(z.string()),
})
/** What Cove knows of a cluster that no tool can say: how it was made. */
export type ClusterRecord = z.infer<typeof recordSchema>

export type Records = {
  get(id: string): ClusterRecord | undefined
  /** Resolves when it is on disk; a disk that takes nothing is told on the console, as what is lost can be seen again. */
  change(id: string, part: Partial<ClusterRecord>): Promise<void>
  forget(id: string): Promise<void>
}

const fresh: ClusterRecord = { profileId: null, document: null, documentAt: null, image: '', controlPlanes: 1, workers: 0, loaded: [] }

/** Kept in `<dataDir>/clusters.json`, by the identity of the cluster. `changed` is called when a cluster has another document or profile than before. */
export async function createRecords(dataDir: string, changed: () => void): Promise<Records> {
  const file = join(dataDir, 'clusters.json')
  const records = new Map(Object.entries(await read(file)))
  const save = createSaver((durable) => writeAtomic(file, `${JSON.stringify(Object.fromEntries(records), null, 1)}\n`, durable))

  async function keep(): Promise<void> {
    await save(false).catch((error: unknown) => console.error(`cove: ${file} could not be written:`, error))
  }
  return {
    get: (id) => records.get(id),
    change: async (id, part) => {
      const before = records.get(id) ?? fresh
      records.set(id, { ...before, ...part })
      const other = (key: 'profileId' | 'document') => part[key] !== undefined && part[key] !== before[key]
      if (other('profileId') || other('document')) changed()
      await keep()
    },
    forget: async (id) => {
      if (records.delete(id)) await keep()
    },
  }
}

/** A file that cannot be read as such is as good as none: it only says what can be adopted again. */
async function read(file: string): Promise<Record<string, ClusterRecord>> {
  try {
    return z.record(z.string(), recordSchema).parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') console.error(`cove: ${file} could not be read:`, error)
    return {}
  }
}
