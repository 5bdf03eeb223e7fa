import type { Cluster, CreateSpec, NodeImage } from '#shared/contract/clusters.ts'
import type { JobStepId } from '#shared/contract/jobs.ts'
import type { AppError } from '../error.ts'

/** What a provider knows about one of its clusters. Context, job and what the kubeconfig says are added by clusters/. */
export type ProviderCluster = Pick<Cluster, 'id' | 'provider' | 'name' | 'state' | 'reason' | 'version' | 'nodes' | 'createdAt' | 'server'>

export type ProviderStep = { readonly id: JobStepId; readonly usualMs: number }

export type ProviderRun = { readonly jobId: string; readonly signal: AbortSignal }

export type CreateRequest = {
  readonly spec: CreateSpec
  /** The image all nodes run; chosen already. */
  readonly image: string
  /** A folder of this job alone: kubeconfig and configuration go here. */
  readonly folder: string
  /** Absolute path of the provider's program. */
  readonly program: string
}

/** Makes, shows and removes clusters of one sort. Knows its own tool and the engine; nothing of jobs, kubeconfig files or other providers. */
export type Provider = {
  readonly name: 'kind'
  /** Label of the containers that are its nodes. */
  readonly label: string
  /** Name of the entry its tool writes into a kubeconfig. */
  contextName(name: string): string
  /** Its tool's kubeconfig of a cluster being made. */
  kubeconfigFile(folder: string): string
  /** Why this name cannot be used (`name-*`), or null. `taken`: names in use. Pure. */
  checkName(name: string, controlPlanes: number, taken: readonly string[]): AppError | null
  /** A name nobody has: `dev`, `dev-2` … Pure. */
  proposeName(taken: readonly string[]): string
  /** The first image that starts on this machine. Pure. */
  bestImage(images: readonly NodeImage[], cgroupVersion: '1' | '2' | null): NodeImage | undefined
  /** Why an image of this version does not start on this machine, or null. Pure. */
  imageProblem(version: string | null, cgroupVersion: '1' | '2' | null): AppError | null
  /** Version in the name of an image, `v1.34.4`; null where it does not say. */
  versionOf(image: string): string | null
  /** Every cluster the engine holds, also stopped and half-made ones. Throws as `engines.containers`. */
  list(): Promise<ProviderCluster[]>
  /** Steps that its tool will announce for this spec, in order, with what they usually take. */
  steps(spec: CreateSpec): readonly ProviderStep[]
  /** Node images to choose from, best first: those the engine holds, then those the tool's release was made for. Throws as `engines.images`. */
  images(): Promise<NodeImage[]>
  /** As `images` without asking anybody: what was seen last, or only the release's own. */
  knownImages(): readonly NodeImage[]
  /** Container names that a create makes. */
  nodeNames(spec: CreateSpec): readonly string[]
  /** argv of a create, for people to read before it runs. */
  createCommand(request: CreateRequest): readonly string[]
  /** Runs the tool; calls `enter` for each step it announces. Resolves when the API server answers; nodes need not be ready. Throws AppErrors. */
  create(request: CreateRequest, run: ProviderRun, enter: (step: JobStepId) => void): Promise<void>
  /**
   * Removes every container and volume of that name; also where its tool or the containers are gone. `settleMs`: how long no new one may appear,
   * for an engine that may still be making what a killed tool asked for. Then looks: what still exists, as `left` says it. Throws as `engines.require`.
   */
  remove(name: string, folder: string, settleMs: number, run: ProviderRun): Promise<string[]>
  /** What still exists of that name: `container dev-control-plane`, `network kind: dev-worker`, `volume 8f0c…` (only after a remove, which knows their names). */
  left(name: string): Promise<string[]>
  loadImage(name: string, image: string, program: string, run: ProviderRun): Promise<void>
  exportLogs(name: string, directory: string, program: string, run: ProviderRun): Promise<void>
}
