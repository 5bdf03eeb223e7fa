import { networkInterfaces } from 'node:os'
import path from 'node:path'
import type { ContextRef } from '#shared/contract/base.ts'
import type { KubeconfigSnapshot, Reach } from '#shared/contract/kubeconfig.ts'
import type { Changes } from '#core/changes.ts'
import { AppError, errorShape } from '#core/error.ts'
import { createBackups } from './backup.ts'
import { parseKubeconfig } from './document.ts'
import { applyEdits } from './edit.ts'
import { lockFiles, lockOf, staleSeconds, waitForLock } from './lock.ts'
import { kubeconfigPaths } from './paths.ts'
import { defaultFile, planMerge, planNamespace, planRemove, planUse, type Plan, type PlanFile } from './plan.ts'
import { createStore, type StoredFile } from './store.ts'
import type { Kubeconfig } from './types.ts'
import { viewOf } from './view.ts'
import { watchFiles } from './watch.ts'
import { ChangedMeanwhile, checkAccess, realpathOf, writeFiles, type FileChange, type WriteStep } from './write.ts'

export type KubeconfigDeps = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly homeDir: string
  readonly dataDir: string
  readonly changes: Changes
  /** Asks the API server of a context. */
  readonly probe: (ref: ContextRef) => Promise<Reach>
  /** How long to wait for somebody else's lock. */
  readonly lockWaitMs?: number
  /** Called after each step of a write. */
  readonly onStep?: (step: WriteStep) => void
}

const attempts = 8

/**
 * The kubeconfig files of this user: reads them as kubectl does and edits them as documents, which kubectl does not. A write takes kubectl's own lock,
 * reads again under it, keeps a backup, and replaces the file at once and only if it is still what was read.
 */
export function createKubeconfig(deps: KubeconfigDeps): Kubeconfig {
  const { env, homeDir, dataDir, changes, probe } = deps
  const lockWaitMs = deps.lockWaitMs ?? 10_000
  const store = createStore()
  const backups = createBackups(path.join(dataDir, 'backups'))
  const probes = new Map<string, Promise<Reach>>()
  let queue: Promise<unknown> = Promise.resolve()
  let told = ''

  const paths = (): readonly string[] => kubeconfigPaths(env, homeDir)

  async function look(): Promise<{ readonly snapshot: KubeconfigSnapshot; readonly signature: string }> {
    const stored = await store.load(paths())
    const files = await Promise.all(stored.map(fileState))
    const view = viewOf(
      stored.map((file) => ({ path: file.path, entries: (file.document ?? file.lastGood)?.entries ?? null, failed: file.error !== null })),
      networkInterfaces(),
    )
    const signature = JSON.stringify(stored.map((file, index) => [file.path, file.digest, files[index]?.writable]))
    return { snapshot: { files, ...view }, signature }
  }

  /** Says `kubeconfig` once for each state of the files, whoever brought it about. */
  async function lookAndTell(): Promise<KubeconfigSnapshot> {
    const { snapshot, signature } = await look()
    if (signature !== told) {
      told = signature
      changes.emit('kubeconfig')
    }
    return snapshot
  }

  /** One write at a time in this process; others wait at the lock. */
  async function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = queue.then(task)
    queue = turn.catch(() => undefined)
    return await turn
  }

  async function readAll(files: readonly string[]): Promise<readonly PlanFile[]> {
    return (await Promise.all(files.map(store.fresh))).map(readable)
  }

  /** Computes a plan, locks what it touches, computes it again from what is there then, and writes. */
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
    await writeFiles(edited, deps.onStep)
  }

  async function lock(files: readonly string[], signal?: AbortSignal): Promise<() => Promise<void>> {
    return await lockFiles(await lockPaths(files), { waitMs: lockWaitMs, ...(signal === undefined ? {} : { signal }) })
  }

  return {
    paths,
    snapshot: async () => (await look()).snapshot,
    use: async (ref) => {
      await inTurn(async () => await edit((files) => planUse(files, ref), `use ${ref.name}`))
      return await lookAndTell()
    },
    setNamespace: async (ref, namespace) => {
      await inTurn(async () => await edit((files) => planNamespace(files, ref, namespace), `namespace ${namespace} for ${ref.name}`))
      return await lookAndTell()
    },
    remove: async (ref, reason) => {
      await inTurn(async () => await edit((files) => planRemove(files, ref), reason))
      return await lookAndTell()
    },
    merge: async (text, options) => {
      const incoming = parseKubeconfig(text, '').entries
      await inTurn(async () => await edit((files) => planMerge(files, incoming, options), options.reason, options.signal))
      const snapshot = await lookAndTell()
      const contexts = [...incoming.contexts.keys()]
      const file =
        snapshot.contexts.find((context) => !context.shadowed && context.name === contexts[0])?.file ?? defaultFile(snapshot.files)
      return { file, contexts, snapshot }
    },
    checkWritable: async () => {
      const stored = await store.load(paths())
      for (const file of stored) readable(file)
      const target = defaultFile(stored)
      await checkAccess(target)
      for (const file of await lockPaths([target])) await waitForLock(file, Math.min(lockWaitMs, 2000))
    },
    reach: async (ref) => {
      const { snapshot } = await look()
      if (!snapshot.contexts.some((context) => context.file === ref.file && context.name === ref.name)) {
        throw new AppError('context-not-found', { file: ref.file, name: ref.name })
      }
      const key = `${ref.file}\n${ref.name}`
      const asked = probes.get(key) ?? probe(ref).finally(() => probes.delete(key))
      probes.set(key, asked)
      return await asked
    },
    backups: backups.list,
    restore: async (id) => {
      const { backup, bytes } = await backups.read(id)
      await inTurn(async () => {
        await checkAccess(backup.file)
        const release = await lock([backup.file])
        try {
          // What is there may be unreadable: that is when a backup is wanted most.
          const { bytes: before, exists, error } = await store.fresh(backup.file)
          if (before === null && exists) throw error ?? new AppError('kubeconfig-changed', { file: backup.file })
          if (before?.equals(bytes) === true) return
          if (before !== null) await backups.keep(backup.file, before, `restore ${new Date(backup.at).toISOString()}`)
          await writeFiles([{ file: backup.file, before, after: bytes }], deps.onStep)
        } catch (error) {
          throw error instanceof ChangedMeanwhile ? new AppError('kubeconfig-changed', { file: error.file }) : error
        } finally {
          await release()
        }
      })
      return await lookAndTell()
    },
    watch: () => {
      let closed = false
      const ready = look().then(({ signature }) => {
        told = signature
      })
      const stop = watchFiles(paths(), () => {
        // A look that fails is tried again with the next event or poll; nothing was said about the files.
        void ready.then(async () => (closed ? undefined : await lookAndTell())).catch(() => undefined)
      })
      return () => {
        closed = true
        stop()
      }
    },
  }
}

async function fileState({
  path: file,
  exists,
  document,
  lastGood,
  error,
  asOf,
}: StoredFile): Promise<KubeconfigSnapshot['files'][number]> {
  let problem: AppError | null = error
  let writable = error === null
  if (writable) {
    const lock = await lockOf(file)
    if (lock !== null && lock.ageSeconds >= staleSeconds) problem = new AppError('kubeconfig-locked', { file, ...lock })
    writable =
      problem === null &&
      (await checkAccess(file).then(
        () => true,
        () => false,
      ))
  }
  return {
    path: file,
    exists,
    writable,
    contexts: (document ?? lastGood)?.entries.contexts.size ?? 0,
    asOf,
    error: problem === null ? null : errorShape(problem),
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
  const real = await Promise.all(files.map(realpathOf))
  return [...files, ...real]
}
