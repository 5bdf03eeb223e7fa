import { AppError } from '#core/error.ts'
import type { Backups } from './backup.ts'
import { parseKubeconfig } from './document.ts'
import { applyEdits } from './edit.ts'
import { lockFiles, waitForLock } from './lock.ts'
import { defaultFile, type Plan, type PlanFile } from './plan.ts'
import type { Store, StoredFile } from './store.ts'
import { ChangedMeanwhile, checkAccess, realpathOf, writeFiles, type FileChange, type WriteStep } from './write.ts'

export type Editor = {
  /** Computes a plan, locks what it touches, computes it again from what is there then, and writes. */
  edit(makePlan: (files: readonly PlanFile[]) => Plan, reason: string, signal?: AbortSignal): Promise<void>
  /** Puts these bytes in place of a file, readable or not. */
  replace(file: string, bytes: Buffer, reason: string): Promise<void>
  /** Throws what an edit would meet now. Changes nothing. */
  check(): Promise<void>
}

type EditorDeps = {
  readonly paths: () => readonly string[]
  readonly store: Store
  readonly backups: Backups
  readonly lockWaitMs: number
  readonly onStep: (step: WriteStep) => void
}

/** How often a file may change under an edit before that is given up. */
const attempts = 8

/** Writes to kubeconfig files: one at a time in this process, under kubectl's locks against others, with a backup of what was there. */
export function createEditor({ paths, store, backups, lockWaitMs, onStep }: EditorDeps): Editor {
  let queue: Promise<unknown> = Promise.resolve()

  async function inTurn(task: () => Promise<void>): Promise<void> {
    const turn = queue.then(task)
    queue = turn.catch(() => undefined)
    await turn
  }

  async function readAll(files: readonly string[]): Promise<readonly PlanFile[]> {
    return (await Promise.all(files.map(store.fresh))).map(readable)
  }

  async function edit(makePlan: (files: readonly PlanFile[]) => Plan, reason: string, signal?: AbortSignal): Promise<void> {
    const files = paths()
    let doubt: unknown
    let locked: string[]
    try {
      locked = [...makePlan(await readAll(files)).keys()]
      for (const file of locked) await checkAccess(file)
    } catch (error) {
      // Another program may be in the middle of a write. What is said under the locks counts.
      doubt = error
      locked = (await store.load(files)).filter((file) => file.exists).map((file) => file.path)
      if (locked.length === 0) throw error
    }
    for (let attempt = 1; locked.length > 0; attempt++) {
      const release = await lock(locked, signal).catch((error: unknown) => {
        throw doubt !== undefined && isReadOnly(error) ? doubt : error
      })
      try {
        const now = await readAll(files)
        const plan = makePlan(now)
        const outside = [...plan.keys()].filter((file) => !locked.includes(file))
        if (outside.length === 0) return await carryOut(plan, now, reason, signal)
        if (attempt >= attempts) throw new ChangedMeanwhile(outside[0] ?? '')
        locked = [...locked, ...outside]
      } catch (error) {
        if (!(error instanceof ChangedMeanwhile)) throw error
        if (attempt >= attempts) throw new AppError('kubeconfig-changed', { file: error.file })
      } finally {
        await release()
      }
    }
  }

  async function carryOut(plan: Plan, now: readonly PlanFile[], reason: string, signal: AbortSignal | undefined): Promise<void> {
    const changed = [...plan]
      .map(([file, edits]) => changeOf(now, file, edits))
      .filter((change) => change.before?.equals(change.after) !== true)
    const edited = await distinct(changed)
    for (const { file, before } of edited) if (before !== null) await backups.keep(file, before, reason)
    if (signal?.aborted === true) throw new AppError('cancelled', {})
    await writeFiles(edited, onStep)
  }

  async function replace(file: string, bytes: Buffer, reason: string): Promise<void> {
    await checkAccess(file)
    const release = await lock([file])
    try {
      // What is there may be unreadable: that is when a backup is wanted most.
      const { bytes: before, exists, error } = await store.fresh(file)
      if (before === null && exists) throw error ?? new AppError('kubeconfig-changed', { file })
      if (before?.equals(bytes) === true) return
      if (before !== null) await backups.keep(file, before, reason)
      await writeFiles([{ file, before, after: bytes }], onStep)
    } catch (error) {
      throw error instanceof ChangedMeanwhile ? new AppError('kubeconfig-changed', { file }) : error
    } finally {
      await release()
    }
  }

  async function lock(files: readonly string[], signal?: AbortSignal): Promise<() => Promise<void>> {
    return await lockFiles(await lockPaths(files), { waitMs: lockWaitMs, ...(signal === undefined ? {} : { signal }) })
  }

  return {
    edit: async (makePlan, reason, signal) => await inTurn(async () => await edit(makePlan, reason, signal)),
    replace: async (file, bytes, reason) => await inTurn(async () => await replace(file, bytes, reason)),
    check: async () => {
      const stored = await store.load(paths())
      for (const file of stored) readable(file)
      const target = defaultFile(stored)
      await checkAccess(target)
      for (const file of await lockPaths([target])) await waitForLock(file, Math.min(lockWaitMs, 2000))
    },
  }
}

function isReadOnly(error: unknown): boolean {
  return error instanceof AppError && error.code === 'kubeconfig-read-only'
}

function readable(file: StoredFile): PlanFile {
  if (file.error !== null) throw file.error
  return { path: file.path, document: file.document, entries: file.document?.entries ?? null, failed: false }
}

function changeOf(files: readonly PlanFile[], file: string, edits: Parameters<typeof applyEdits>[1]): FileChange {
  const document = files.find((candidate) => candidate.path === file)?.document ?? null
  const after = Buffer.from(applyEdits(document ?? parseKubeconfig('', file), edits, file))
  return { file, before: document === null ? null : Buffer.from(document.text), after }
}

/** The list may name one file twice, by a link and by itself; the first one is edited. */
async function distinct(edited: readonly FileChange[]): Promise<FileChange[]> {
  const real = await Promise.all(edited.map(async ({ file }) => await realpathOf(file)))
  return edited.filter((_change, index) => real.indexOf(real[index] ?? '') === index)
}

/** A program that reaches a file through a symbolic link locks the link's name, another the file's own. */
async function lockPaths(files: readonly string[]): Promise<string[]> {
  const real = await Promise.all(files.map(async (file) => await realpathOf(file)))
  return [...files, ...real]
}
