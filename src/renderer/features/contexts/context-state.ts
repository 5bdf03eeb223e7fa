import type { KubeconfigSnapshot, KubeContext } from '#shared/contract/kubeconfig.ts'

export type KubeFile = KubeconfigSnapshot['files'][number]

export type CurrentContext =
  | { readonly kind: 'loading' }
  /** No file could be read, so nothing is said about what is chosen. */
  | { readonly kind: 'unknown'; readonly error: unknown }
  | { readonly kind: 'none' }
  /** current-context names one that no file has. */
  | { readonly kind: 'dangling'; readonly name: string }
  /** `old`: its file cannot be read now; this is what it last said. */
  | { readonly kind: 'chosen'; readonly context: KubeContext; readonly old: boolean }

/** What the header says. A file that cannot be read makes "none" unknown, never empty. */
export function currentContext(snapshot: KubeconfigSnapshot | undefined, error: unknown): CurrentContext {
  if (!snapshot) return error ? { kind: 'unknown', error } : { kind: 'loading' }
  const context = snapshot.contexts.find((one) => one.current)
  if (context) return { kind: 'chosen', context, old: isOld(context, snapshot) }
  if (snapshot.dangling !== null) return { kind: 'dangling', name: snapshot.dangling }
  const broken = snapshot.files.find(isUnreadable)
  return broken ? { kind: 'unknown', error: broken.error } : { kind: 'none' }
}

/** A lock keeps writers out; what the file holds is known all the same. */
export function isUnreadable(file: KubeFile): boolean {
  return file.error !== null && file.error.code !== 'kubeconfig-locked'
}

/** Its file cannot be read now, so this is the last known. */
export function isOld(context: KubeContext, snapshot: KubeconfigSnapshot): boolean {
  return snapshot.files.some((file) => file.path === context.file && isUnreadable(file))
}

/** Files in kubectl's order, each with its contexts. */
export function byFile(snapshot: KubeconfigSnapshot): readonly { readonly file: KubeFile; readonly contexts: readonly KubeContext[] }[] {
  return snapshot.files.map((file) => ({ file, contexts: snapshot.contexts.filter((context) => context.file === file.path) }))
}

export const contextId = (context: { readonly file: string; readonly name: string }) => `${context.file}|${context.name}`

/** What a filter looks in. */
export const contextText = (context: KubeContext) =>
  [context.name, context.cluster, context.user, context.namespace ?? '', context.server ?? '', context.file].join('\n')
