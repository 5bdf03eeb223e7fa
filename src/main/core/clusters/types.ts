import type { ContextRef } from '#shared/contract/base.ts'
import type { ClustersSnapshot, CreatePlan, CreateSpec } from '#shared/contract/clusters.ts'
import type { Changes } from '../changes.ts'
import type { Engines } from '../engines/types.ts'
import type { Exec } from '../exec/types.ts'
import type { JobKind, Jobs, Reconcile } from '../jobs/types.ts'
import type { Kubeconfig } from '../kubeconfig/types.ts'
import type { Provider } from '../providers/provider.ts'
import type { Toolchain } from '../toolchain/types.ts'

export type PlanSpec = Omit<CreateSpec, 'name'> & { readonly name: string | null }

export type Clusters = {
  /** What is known now, without waiting for any tool. */
  snapshot(): Promise<ClustersSnapshot>
  /** Asks every source again and waits for the answers; each fails alone. */
  refresh(): Promise<ClustersSnapshot>
  /** What a create would do and what stands in its way. Changes nothing, asks the network for nothing. */
  plan(spec: PlanSpec): Promise<CreatePlan>
  /** Starts the job. Throws at once what needs no machine to see: `name-*` (not `-taken`), `port-invalid`, `image-invalid`; `busy` where another job works on that name. */
  create(spec: CreateSpec): Promise<{ readonly jobId: string }>
  /** Throws `not-found` where no cluster has that identity, which a cluster re-created under the same name has not. */
  delete(id: string): Promise<{ readonly jobId: string }>
  loadImage(id: string, image: string): Promise<{ readonly jobId: string }>
  /** `directory` null: a new folder in Cove's own. */
  exportLogs(id: string, directory: string | null): Promise<{ readonly jobId: string }>
  /** Names of the nodes of the local cluster that a context leads to, which are also names of its containers in the engine; empty for any other context. As known now. */
  nodesOf(context: ContextRef): readonly string[]
  /** For `jobs.reconcile`. */
  readonly reconcileHandlers: Partial<Record<JobKind, Reconcile>>
  /** Begins to watch the engine and the kubeconfig; emits topic `clusters` when what `snapshot` says has changed. */
  start(): void
  dispose(): void
}

/** Asks a cluster how far it is. Both throw AppError where kubectl cannot ask. */
export type Ready = {
  nodes(kubeconfig: string, context: string, signal: AbortSignal): Promise<{ readonly total: number; readonly ready: number }>
  /** True when the cluster's DNS has a ready server. */
  dns(kubeconfig: string, context: string, signal: AbortSignal): Promise<boolean>
}

export type ClustersDeps = {
  readonly kind: Provider
  readonly engines: Engines
  readonly toolchain: Toolchain
  readonly kubeconfig: Kubeconfig
  readonly jobs: Jobs
  readonly exec: Exec
  readonly changes: Changes
  readonly dataDir: string
}

/** Key of the jobs on one cluster: they exclude each other. */
export const clusterKey = (name: string): string => `kind:${name}`
