import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { epochMs } from '#shared/contract/base.ts'
import { type HostRecord, hostStepSchema } from '#shared/contract/host-changes.ts'
import { type TargetId, targetIdSchema } from '#shared/contract/targets.ts'
import { AppError } from '../error.ts'
import { writeAtomic } from '../write-atomic.ts'

const entrySchema = z.object({
  step: z.number().int(),
  action: z.number().int(),
  /** `begun`: it may have come to nothing, half or all. */
  state: z.enum(['begun', 'done', 'undone']),
  /** Folders that were not there before this file, the innermost first. */
  folders: z.array(z.string()),
  /** Mode, user and group of the file as it was: `644 0 0`. */
  had: z.string().nullable(),
})
export type RecordEntry = z.infer<typeof entrySchema>

const storedSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  target: targetIdSchema,
  purpose: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  steps: z.array(hostStepSchema),
  appliedAt: epochMs,
  undoneAt: epochMs.nullable(),
  jobId: z.string(),
  /** `partial`: the job did not come to its end, and not everything could be taken back. */
  state: z.enum(['applying', 'applied', 'partial', 'undone']),
  entries: z.array(entrySchema),
  /** Jobs whose commands could not be ended there: they may still run. */
  unended: z.array(z.string()).default([]),
})
/** What was done to a target, as it lies on disk; written before each action, so that it says how far a killed Cove came. */
export type StoredRecord = z.infer<typeof storedSchema>

const keptUndone = 100
const idForm = /^[0-9a-z]+-[0-9a-f]{8}$/

export type Records = {
  /** Newest first; damaged ones and those of a newer Cove are left alone. */
  list(): Promise<StoredRecord[]>
  get(id: string): Promise<StoredRecord | null>
  /** Throws `disk-full`. */
  save(record: StoredRecord): Promise<void>
  remove(id: string): Promise<void>
  /** Of those that were undone only the newest hundred stay. Never rejects. */
  prune(): Promise<void>
}

/** `<dataDir>/host-changes/<id>.json`, mode 0600: contents of files may hold secrets. */
export function createRecords(dataDir: string): Records {
  const folder = join(dataDir, 'host-changes')
  const get = async (id: string): Promise<StoredRecord | null> => {
    if (!idForm.test(id)) return null
    try {
      return storedSchema.safeParse(JSON.parse(await readFile(join(folder, `${id}.json`), 'utf8'))).data ?? null
    } catch {
      return null
    }
  }
  const remove = (id: string) => rm(join(folder, `${id}.json`), { force: true })
  const self: Records = {
    list: async () => {
      const names = await readdir(folder).catch(() => [])
      const ids = names.flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? [])
      const all = await Promise.all(ids.map(get))
      return all.filter((record) => record !== null).sort((a, b) => b.appliedAt - a.appliedAt || (a.id < b.id ? 1 : -1))
    },
    get,
    save: async (record) => {
      const file = join(folder, `${record.id}.json`)
      try {
        await writeAtomic(file, JSON.stringify(record), true)
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException
        if (code === 'ENOSPC' || code === 'EDQUOT') throw new AppError('disk-full', { path: file }, { cause: error })
        throw error
      }
    },
    remove,
    prune: async () => {
      const undone = (await self.list()).filter(({ state }) => state === 'undone')
      await Promise.all(undone.slice(keptUndone).map(({ id }) => remove(id).catch(() => undefined)))
    },
  }
  return self
}

export const newRecordId = () => `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`

/** What is still in effect of a record, as a person sees it. */
export function shownRecord(record: StoredRecord): HostRecord {
  const { id, target, purpose, facts, appliedAt, undoneAt, jobId, state, entries } = record
  const inEffect = (step: number, action: number) =>
    entries.some((entry) => entry.step === step && entry.action === action && entry.state !== 'undone')
  const steps =
    state === 'partial'
      ? record.steps
          .map((step, at) => ({ ...step, actions: step.actions.filter((_, index) => inEffect(at, index)) }))
          .filter((step) => step.actions.length > 0)
      : record.steps
  const partly = steps.some((step) => !step.done && step.actions.some((action) => action.kind === 'command' && action.undo === null))
  return { id, target, purpose, facts, steps, appliedAt, undoneAt, jobId, partly }
}

export const recordsOf = (all: readonly StoredRecord[], target: TargetId) =>
  all.filter((record) => record.target === target && record.state !== 'applying')
