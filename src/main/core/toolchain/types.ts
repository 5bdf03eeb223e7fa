import type { ToolCare } from './care.ts'
import type { ToolchainSnapshot, ToolName, Tool } from '#shared/contract/toolchain.ts'

export type ResolvedTool = {
  readonly name: ToolName
  readonly path: string
  readonly version: string | null
  readonly origin: 'cove' | 'path' | 'login-shell' | 'well-known' | 'chosen'
}

export type DownloadProgress = { readonly receivedBytes: number; readonly totalBytes: number | null }

export type DownloadPlan = {
  readonly tool: ToolName
  readonly version: string
  readonly url: string
  readonly digestFrom: string
  readonly bytes: number | null
  /** A copy that can be used as well, though it does not fit the Kubernetes that was asked for; null: none is there. */
  readonly instead: string | null
}

export type ResolveOptions = {
  /** Version of the API server that kubectl is to talk to: of the copies that can be used the first that fits it is taken. Null: not known. */
  readonly kubernetes?: string | null
}

export type EnsureOptions = {
  /** `v1.34.4`; used only when nothing usable is there and it must be downloaded. Of kubectl the Kubernetes that it must fit. Default: the tool's wanted version. */
  readonly version?: string
  readonly signal?: AbortSignal
  readonly progress?: (progress: DownloadProgress) => void
  readonly jobId?: string
}

export type Toolchain = {
  /** What is known now, without waiting for tools that have not answered (they are `loading`). Starts the first look. */
  snapshot(): ToolchainSnapshot['tools']
  /** Looks at everything again and waits for all answers (10 s limit per tool). */
  refresh(): Promise<Tool[]>
  /** The copy to run. Re-checks the digest of Cove's own copies (by inode, size, times; hash when these changed). Throws `tool-absent`, `tool-unusable`, `tool-changed`. */
  resolve(name: ToolName, options?: ResolveOptions): Promise<ResolvedTool>
  /** As `resolve`, but downloads where absent, or where no copy fits and none was chosen by hand. One fetch when two ask. */
  ensure(name: ToolName, options?: EnsureOptions): Promise<ResolvedTool>
  /** What `ensure` would fetch; null when nothing. Changes nothing, asks the network for nothing. */
  plan(name: ToolName, version?: string): Promise<DownloadPlan | null>
  /** A job that downloads `version` (`v1.34.4`, `stable`, null = wanted). The running one where there is one. */
  startDownload(name: ToolName, version: string | null): Promise<{ jobId: string }>
  /** Throws `tool-unusable` where the path does not answer. Null: choose by itself. */
  choose(name: ToolName, path: string | null): Promise<Tool[]>
  /** Asks the publishers what is newest. */
  askNewest(): Promise<Tool[]>
  readonly care: ToolCare
  readonly os: string
  readonly arch: string
  readonly binDir: string
}
