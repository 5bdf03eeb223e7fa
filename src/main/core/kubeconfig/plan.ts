import { isDeepStrictEqual } from 'node:util'
import type { ContextRef } from '#shared/contract/base.ts'
import { AppError } from '#core/error.ts'
import type { KubeDocument } from './document.ts'
import type { Edit } from './edit.ts'
import { listNames, textOf, type Entries } from './entries.ts'
import { currentOf, ownersOf } from './view.ts'

/** One file of the list, readable. `document` null: it does not exist. */
export type PlanFile = {
  readonly path: string
  readonly document: KubeDocument | null
  readonly entries: Entries | null
  readonly failed: false
}
export type Plan = ReadonlyMap<string, readonly Edit[]>
export type UnusedEntry = { readonly file: string; readonly list: 'clusters' | 'users'; readonly name: string }

/** Where kubectl writes what has no owner yet, and current-context: the first file that exists, else the last of the list. */
export function defaultFile(files: readonly { readonly path: string; readonly exists: boolean }[]): string {
  const path = (files.find((file) => file.exists) ?? files.at(-1))?.path
  if (path === undefined) throw new Error('no kubeconfig file is listed')
  return path
}

/** Makes a context current. A context that kubectl cannot see, because an earlier file has the name, is refused with `context-taken`. */
export function planUse(files: readonly PlanFile[], ref: ContextRef): Plan {
  contextOf(files, ref)
  const owner = ownersOf(files)('contexts', ref.name)
  if (owner !== undefined && owner.path !== ref.file) throw new AppError('context-taken', { file: owner.path, name: ref.name })
  return collect([[defaultTarget(files), ...setCurrent(files, ref.name)]])
}

/** Sets the namespace of a context; '' for the cluster's default one. */
export function planNamespace(files: readonly PlanFile[], ref: ContextRef, namespace: string): Plan {
  const context = contextOf(files, ref)
  if (textOf(context.body, 'namespace') === namespace) return new Map()
  return collect([[ref.file, { do: 'set-namespace', context: ref.name, namespace }]])
}

/**
 * Removes a context, with its cluster and user where no other context of any file names them, and blanks current-context where it stood for this one.
 * kubectl leaves all three behind.
 */
export function planRemove(files: readonly PlanFile[], ref: ContextRef): Plan {
  const file = files.find((candidate) => candidate.path === ref.file)
  const context = file?.entries?.contexts.get(ref.name)
  if (file === undefined || context === undefined) return new Map()
  const owner = ownersOf(files)
  const edits: [string, ...Edit[]][] = [[ref.file, { do: 'drop', list: 'contexts', name: ref.name }]]
  for (const [list, key] of [
    ['clusters', 'cluster'],
    ['users', 'user'],
  ] as const) {
    const name = textOf(context.body, key)
    const used = files.some((other) =>
      [...(other.entries?.contexts.values() ?? [])].some(
        (entry) => (other !== file || entry.name !== ref.name) && textOf(entry.body, key) === name,
      ),
    )
    const home = file.entries?.[list].has(name) === true ? file : owner(list, name)
    if (!used && home !== undefined) edits.push([home.path, { do: 'drop', list, name }])
  }
  const wasSeen = owner('contexts', ref.name)?.path === ref.file
  if (wasSeen && currentOf(files)?.name === ref.name) {
    for (const other of files) if (other.entries?.current === ref.name) edits.push([other.path, { do: 'set-current', name: '' }])
  }
  return collect(edits)
}

/** Removes a cluster or user entry that no context of any file names; one that a context names stays. */
export function planRemoveUnused(files: readonly PlanFile[], { file, list, name }: UnusedEntry): Plan {
  const key = list === 'clusters' ? 'cluster' : 'user'
  const used = files.some((one) => [...(one.entries?.contexts.values() ?? [])].some((entry) => textOf(entry.body, key) === name))
  const home = files.find((one) => one.path === file)
  return used || home?.entries?.[list].has(name) !== true ? new Map() : collect([[file, { do: 'drop', list, name }]])
}

/** Adds entries to where kubectl would write new ones; replaces those of the same name in the file that owns them, or refuses with `context-taken`. */
export function planMerge(
  files: readonly PlanFile[],
  incoming: Entries,
  options: { readonly replace: boolean; readonly use: boolean },
): Plan {
  const owner = ownersOf(files)
  const target = defaultTarget(files)
  const edits: [string, ...Edit[]][] = []
  for (const list of listNames) {
    for (const [name, { value }] of incoming[list]) {
      const home = owner(list, name)
      const existing = home?.entries?.[list].get(name)
      if (existing !== undefined && isDeepStrictEqual(existing.value, value)) continue
      if (home !== undefined && !options.replace) throw new AppError('context-taken', { file: home.path, name })
      edits.push([home?.path ?? target, { do: 'put', list, name, value }])
    }
  }
  if (options.use && incoming.current !== '') edits.push([target, ...setCurrent(files, incoming.current)])
  return collect(edits)
}

/** The first existing file comes before all others that exist, so what is written there is what kubectl reads. */
function setCurrent(files: readonly PlanFile[], name: string): Edit[] {
  return currentOf(files)?.name === name ? [] : [{ do: 'set-current', name }]
}

function defaultTarget(files: readonly PlanFile[]): string {
  return defaultFile(files.map(({ path, document }) => ({ path, exists: document !== null })))
}

function contextOf(files: readonly PlanFile[], ref: ContextRef): { readonly body: Readonly<Record<string, unknown>> } {
  const context = files.find((file) => file.path === ref.file)?.entries?.contexts.get(ref.name)
  if (context === undefined) throw new AppError('context-not-found', { file: ref.file, name: ref.name })
  return context
}

function collect(edits: readonly (readonly [string, ...Edit[]])[]): Plan {
  const plan = new Map<string, Edit[]>()
  for (const [file, ...ofFile] of edits) if (ofFile.length > 0) plan.set(file, [...(plan.get(file) ?? []), ...ofFile])
  return plan
}
