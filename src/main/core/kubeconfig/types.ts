import type { ContextRef } from '#shared/contract/base.ts'
import type { KubeconfigSnapshot, Reach } from '#shared/contract/kubeconfig.ts'
import type { UnusedEntry } from './plan.ts'

export type Backup = { readonly id: string; readonly file: string; readonly at: number; readonly reason: string; readonly bytes: number }

export type Kubeconfig = {
  /** Files of KUBECONFIG (or ~/.kube/config), in order. */
  paths(): readonly string[]
  /** Reads what changed on disk (by inode, size, mtime) and answers; never throws for a bad file, which is shown with its error. */
  snapshot(): Promise<KubeconfigSnapshot>
  /** PEM of the authority that a context trusts; null: it names none, or its file cannot be read. */
  authorityOf(ref: ContextRef): Promise<string | null>
  use(ref: ContextRef): Promise<KubeconfigSnapshot>
  setNamespace(ref: ContextRef, namespace: string): Promise<KubeconfigSnapshot>
  /** Removes context, and cluster and user that nothing else uses. Missing: no change, no error. */
  remove(ref: ContextRef, reason: string): Promise<KubeconfigSnapshot>
  /** Removes a cluster or user that no context names. One that a context names by now stays; missing: no change, no error. */
  removeUnused(entry: UnusedEntry, reason: string): Promise<KubeconfigSnapshot>
  /**
   * Adds the clusters, users and contexts of a kubeconfig text (what kind wrote to its temporary file) to the file kubectl would write new entries to.
   * An entry of the same name is replaced (in whichever file it lives) only when `replace` says so, else `context-taken`. `use`: also makes its current-context current.
   * Throws before anything is changed: `kubeconfig-invalid`, `-read-only`, `-locked`, `-changed`, `disk-full`.
   */
  merge(
    text: string,
    options: { readonly replace: boolean; readonly use: boolean; readonly reason: string; readonly signal?: AbortSignal },
  ): Promise<{ readonly file: string; readonly contexts: readonly string[]; readonly snapshot: KubeconfigSnapshot }>
  /** Throws what a merge would meet now (invalid, read-only, locked), changing nothing: for checks before a long job. */
  checkWritable(): Promise<void>
  reach(ref: ContextRef): Promise<Reach>
  backups(): Promise<Backup[]>
  restore(id: string): Promise<KubeconfigSnapshot>
  /** Watches the files; emits topic `kubeconfig` within 500 ms of a change on disk. Returns the way out. */
  watch(): () => void
}
