import type { ContextRef } from '#shared/contract/base.ts'
import type { ClusterImages, ClusterService, ClustersSnapshot, CreatePlan, CreateSpec } from '#shared/contract/clusters.ts'
import type { JobStepId } from '#shared/contract/jobs.ts'
import type { ToolName } from '#shared/contract/toolchain.ts'
import type { Changes } from '../changes.ts'
import type { Engines } from '../engines/types.ts'
import type { HostImages } from '../host-images/host-images.ts'
import type { Exec } from '../exec/types.ts'
import type { JobKind, Jobs, Reconcile } from '../jobs/types.ts'
import type { Kubeconfig } from '../kubeconfig/types.ts'
import type { Belonging, Provider, ProviderName } from '../providers/provider.ts'
import type { Toolchain } from '../toolchain/types.ts'
import type { Tunnels } from '../tunnels/tunnels.ts'
import type { ServerVersions } from '../workloads/server-versions.ts'
import type { ImageSource } from './actions.ts'

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
  start(id: string): Promise<{ readonly jobId: string }>
  stop(id: string): Promise<{ readonly jobId: string }>
  restart(id: string): Promise<{ readonly jobId: string }>
  pause(id: string): Promise<{ readonly jobId: string }>
  unpause(id: string): Promise<{ readonly jobId: string }>
  /** Throws `cannot-grow`, `cannot-add-control-plane`. */
  addNode(id: string, role: 'control-plane' | 'worker'): Promise<{ readonly jobId: string }>
  removeNode(id: string, node: string): Promise<{ readonly jobId: string }>
  /**
   * Delete and create as one job. `document`: what it is made from, and then on; null: the one it was made or adopted with. `image`: another than before, or than
   * that document says; null: the same. Throws `cannot-rebuild`, `document-invalid`.
   */
  rebuild(id: string, wish: { readonly image: string | null; readonly document: string | null }): Promise<{ readonly jobId: string }>
  /** What a create or rebuild makes where it ends well, whole, so that it can be asked for again long after; null: not such a job, or one of a Cove of before. */
  asked(jobId: string): CreateSpec | null
  /** The YAML it was made or adopted with, else what can be seen of it. `since`: when Cove was told it, in ms since 1970; null: not known. */
  document(id: string): Promise<{
    readonly provider: ProviderName
    readonly text: string
    readonly seen: 'made-from' | 'looked-at'
    readonly since: number | null
  }>
  /** It is rebuilt from this document from now on. `profileId`: the profile it belongs to; undefined: as before. Throws `document-invalid`. */
  adopt(id: string, profileId: string | null | undefined, document: string): Promise<void>
  /** Null: its provider has none. */
  addOns(id: string): Promise<{ readonly name: string; readonly enabled: boolean }[] | null>
  setAddOn(id: string, addOn: string, on: boolean): Promise<{ readonly jobId: string }>
  /** Null: its provider does not say. */
  services(id: string): Promise<ClusterService[] | null>
  /** What a delete removes. */
  belongings(id: string): Promise<{ kind: Belonging['kind'] | 'context'; name: string; sizeBytes: number | null }[]>
  /** What the nodes hold; each fails alone. */
  images(id: string): Promise<ClusterImages>
  /** Throws `image-invalid`, `bad-input`. */
  loadImage(id: string, from: ImageSource): Promise<{ readonly jobId: string }>
  /** `image` as `images` names it. */
  removeImage(id: string, image: string): Promise<{ readonly jobId: string }>
  /** `directory` null: a new folder in Cove's own. */
  exportLogs(id: string, directory: string | null): Promise<{ readonly jobId: string }>
  /** Names of the nodes of the local cluster that a context leads to, as far as they are containers of the engine, which have the same names; empty for any other context. As known now. */
  nodesOf(context: ContextRef): readonly string[]
  /** For `jobs.reconcile`. */
  readonly reconcileHandlers: Partial<Record<JobKind, Reconcile>>
  /** Begins to watch the engine and the kubeconfig; emits topic `clusters` when what `snapshot` says has changed. */
  watch(): void
  /** Resolves when what is known of jobs that have ended is on the disk. */
  dispose(): Promise<void>
}

/** Asks a cluster how far it is. Both throw AppError where kubectl cannot ask. */
export type Ready = {
  /** `since` (ms since 1970): only what a node said after that counts. What a stopped cluster last knew of itself is all still there when it starts. */
  nodes(
    kubeconfig: string,
    context: string,
    signal: AbortSignal,
    since?: number,
  ): Promise<{ readonly total: number; readonly ready: number }>
  /** True when the cluster's DNS has a ready server; with `since` also only when every one of them answers now. */
  dns(kubeconfig: string, context: string, signal: AbortSignal, since?: number): Promise<boolean>
  /**
   * Each node, deployment or endpoint slice of DNS as it is, and again whenever it changes; `ready` by the rules of `nodes` and `dns`. Ends with the API
   * server's patience, or the signal; throws AppError where kubectl cannot run.
   */
  follow(
    kubeconfig: string,
    context: string,
    what: 'nodes' | 'dns-deployment' | 'dns-endpoints',
    signal: AbortSignal,
  ): AsyncIterable<{ readonly name: string; readonly ready: boolean }>
}

export type ClustersDeps = {
  /** In the order in which they are shown. */
  readonly providers: readonly Provider[]
  readonly engines: Engines
  readonly toolchain: Toolchain
  readonly kubeconfig: Kubeconfig
  readonly jobs: Jobs
  readonly exec: Exec
  readonly changes: Changes
  readonly dataDir: string
  /** Told which Kubernetes the kubeconfig of a job leads to. Left out: the usual kubectl asks. */
  readonly versions?: Pick<ServerVersions, 'of' | 'note'>
  /** What works on nodes of clusters that no provider made. Left out: nothing does. */
  readonly hostImages?: () => Pick<HostImages, 'imagesOf' | 'loadInto' | 'removeFrom'>
  /** Ended before a cluster goes down. Left out: there are none. */
  readonly tunnels?: Pick<Tunnels, 'runs' | 'endOf'>
}

/** What works on the clusters of one provider. */
export type ProviderDeps = ClustersDeps & {
  readonly provider: Provider
  /** The document that a cluster was made from; null: Cove knows of none. */
  madeFrom(id: string): string | null
}

/** The step that fetches a tool. */
export const downloadStep = (tool: ToolName): JobStepId =>
  tool === 'minikube' ? 'download-minikube' : tool === 'kubectl' ? 'download-kubectl' : 'download-kind'

/** Key of the jobs on one cluster: they exclude each other. */
export const clusterKey = (provider: ProviderName, name: string): string => `${provider}:${name}`
