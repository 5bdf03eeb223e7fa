import { networkInterfaces } from 'node:os'
import path from 'node:path'
import type { ContextRef } from '#shared/contract/base.ts'
import type { KubeconfigSnapshot, Reach } from '#shared/contract/kubeconfig.ts'
import type { Changes } from '#core/changes.ts'
import { AppError, errorShape } from '#core/error.ts'
import { authorityOf } from './authority.ts'
import { createBackups } from './backup.ts'
import { parseKubeconfig } from './document.ts'
import { createEditor } from './editor.ts'
import { lockOf, staleSeconds } from './lock.ts'
import { kubeconfigPaths } from './paths.ts'
import { defaultFile, planMerge, planNamespace, planRemove, planRemoveUnused, planUse } from './plan.ts'
import { createStore, type StoredFile } from './store.ts'
import type { Kubeconfig } from './types.ts'
import { type FileEntries, viewOf } from './view.ts'
import { watchFiles } from './watch.ts'
import { checkAccess, type WriteStep } from './write.ts'

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

/**
 * The kubeconfig files of this user: reads them as kubectl does and edits them as documents, which kubectl does not. A write takes kubectl's own lock,
 * reads again under it, keeps a backup, and replaces the file at once and only if it is still what was read.
 */
export function createKubeconfig(deps: KubeconfigDeps): Kubeconfig {
  const { env, homeDir, dataDir, changes, probe } = deps
  const store = createStore()
  const backups = createBackups(path.join(dataDir, 'backups'))
  const probes = new Map<string, Promise<Reach>>()
  let told = ''

  const paths = (): readonly string[] => kubeconfigPaths(env, homeDir)
  const editor = createEditor({ paths, store, backups, lockWaitMs: deps.lockWaitMs ?? 10_000, onStep: deps.onStep ?? (() => undefined) })

  async function look(): Promise<{ readonly snapshot: KubeconfigSnapshot; readonly signature: string }> {
    const stored = await store.load(paths())
    const files = await Promise.all(stored.map(fileState))
    const view = viewOf(stored.map(entriesOf), networkInterfaces())
    const signature = JSON.stringify(stored.map((file, index) => [file.path, file.version, files[index]?.writable]))
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

  return {
    paths,
    snapshot: async () => (await look()).snapshot,
    authorityOf: async (ref) => authorityOf((await store.load(paths())).map(entriesOf), ref),
    use: async (ref) => {
      await editor.edit((files) => planUse(files, ref), `use ${ref.name}`)
      return await lookAndTell()
    },
    setNamespace: async (ref, namespace) => {
      await editor.edit((files) => planNamespace(files, ref, namespace), `namespace ${namespace} for ${ref.name}`)
      return await lookAndTell()
    },
    remove: async (ref, reason) => {
      await editor.edit((files) => planRemove(files, ref), reason)
      return await lookAndTell()
    },
    removeUnused: async (entry, reason) => {
      await editor.edit((files) => planRemoveUnused(files, entry), reason)
      return await lookAndTell()
    },
    merge: async (text, options) => {
      const incoming = parseKubeconfig(text, '').entries
      await editor.edit((files) => planMerge(files, incoming, options), options.reason, options.signal)
      const snapshot = await lookAndTell()
      const contexts = [...incoming.contexts.keys()]
      const file =
        snapshot.contexts.find((context) => !context.shadowed && context.name === contexts[0])?.file ?? defaultFile(snapshot.files)
      return { file, contexts, snapshot }
    },
    checkWritable: editor.check,
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
      await editor.replace(backup.file, bytes, `restore ${new Date(backup.at).toISOString()}`)
      return await lookAndTell()
    },
    watch: () => {
      let closed = false
      const ready = look().then(
        ({ signature }) => {
          told = signature
        },
        () => undefined,
      )
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

const entriesOf = (file: StoredFile): FileEntries => ({
  path: file.path,
  entries: (file.document ?? file.lastGood)?.entries ?? null,
  failed: file.error !== null,
})

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
