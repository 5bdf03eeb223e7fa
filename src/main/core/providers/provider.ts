import type { Cluster, ClusterNode, CreateSpec, NodeImage } from '#shared/contract/clusters.ts'
import type { JobStepId } from '#shared/contract/jobs.ts'
import type { KubeContext } from '#shared/contract/kubeconfig.ts'
import type { ToolName } from '#shared/contract/toolchain.ts'
import type { AppError } from '../error.ts'

export type ProviderName = 'kind' | 'minikube'

/** What a provider knows about one of its clusters. Context, job and what the kubeconfig says are added by clusters/. */
export type ProviderCluster = Pick<
  Cluster,
  'id' | 'name' | 'state' | 'reason' | 'version' | 'nodes' | 'createdAt' | 'server' | 'driver' | 'runtime'
> & { readonly provider: ProviderName }

/** What tells whose a context is. */
export type ContextSigns = Pick<KubeContext, 'cluster' | 'local' | 'certificate'>

export type ProviderStep = {
  readonly id: JobStepId
  readonly usualMs: number
  /** As in `JobDefinition`. */
  readonly size?: number
}

export type ProviderRun = { readonly jobId: string; readonly signal: AbortSignal }

export type CreateRequest = {
  readonly spec: CreateSpec
  /** The image all nodes run; chosen already. Empty where the provider chooses by the Kubernetes version. */
  readonly image: string
  /** A folder of this job alone: kubeconfig and configuration go here. */
  readonly folder: string
  /** Absolute path of the provider's program. */
  readonly program: string
}

/** A cluster that something is done to. */
export type ClusterTarget = {
  readonly name: string
  readonly nodes: readonly Pick<ClusterNode, 'name' | 'role' | 'state' | 'containerId'>[]
  /** A folder of this job alone, made already. */
  readonly folder: string
}

/** Says how far a long operation is. `enter`: that step begins (the one before is done). */
export type Progress = {
  enter(step: JobStepId, facts?: Readonly<Record<string, string | number | null>>): void
  /** 0…1 within the step, null: unknown. */
  progress(step: JobStepId, fraction: number | null, facts?: Readonly<Record<string, string | number | null>>): void
}

export type HeldImage = {
  /** `docker.io/library/busybox:1.36`; the id where it has no name. */
  readonly ref: string
  readonly id: string
  readonly sizeBytes: number | null
}

/** Makes, shows and removes clusters of one sort. Knows its own tool and the engine; nothing of jobs, kubeconfig files or other providers. */
export type Provider = {
  readonly name: ProviderName
  /** The program it drives. */
  readonly tool: ToolName
  /** True: the node image is an image of the engine that Cove pulls before the tool runs. False: the tool fetches what it needs itself, and `images` are Kubernetes versions (`ref` is the version). */
  readonly nodeImages: boolean
  /** True where a create of this spec works through the container engine. Pure. */
  needsEngine(spec: CreateSpec): boolean
  /** Where its tool keeps the disks of nodes that are not the engine's; null where a create of this spec makes none. Absent: it never does. */
  machinesFolder?(spec: CreateSpec): Promise<string | null>
  /** Label of the containers that are its nodes. */
  readonly label: string
  /** Name of the entry its tool writes into a kubeconfig. */
  contextName(name: string): string
  /** True for a context that leads to a cluster of that name of this provider, by what its tool writes; also where the cluster is stopped or gone. Pure. */
  ownsContext(context: ContextSigns, name: string): boolean
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
  /** Every cluster there is, also stopped and half-made ones. Throws AppErrors: as `engines.containers`, or as its tool. `tool-absent` where it has nothing to ask. */
  list(): Promise<ProviderCluster[]>
  /** Calls back when `list` may say something else, beside the events of the engine on `label`. Returns the way out. */
  watch(listener: () => void): () => void
  /** The spec that a document of this provider's form describes, for everything that is checked before; the document stays in it. Throws `document-invalid`. Pure. */
  readDocument(text: string, wish: { readonly name: string | null; readonly image: string | null }): CreateSpec
  /** The document of a living cluster, as far as it can be seen. */
  documentOf(cluster: ProviderCluster): Promise<string>
  /** False: a cluster of this spec comes up without a pod network, so its nodes are not ready by themselves. Pure. */
  bringsNetwork(spec: CreateSpec): boolean
  /** Steps that its tool will announce for this spec, in order, with what they usually take. */
  steps(spec: CreateSpec): readonly ProviderStep[]
  /** Node images to choose from, best first: those the engine holds, then those the tool's release was made for. Throws as `engines.images`. */
  images(): Promise<NodeImage[]>
  /** As `images` without asking anybody: what was seen last, or only the release's own. */
  knownImages(): readonly NodeImage[]
  /** Every node image that a create of this spec uses, each once. `image`: the chosen one. Pure. */
  imagesNeeded(spec: CreateSpec, image: string): readonly string[]
  /** Container names that a create makes. */
  nodeNames(spec: CreateSpec): readonly string[]
  /** argv of a create, for people to read before it runs. */
  createCommand(request: CreateRequest): readonly string[]
  /** Runs the tool; calls `enter` for each step it announces. Resolves when the API server answers; nodes need not be ready. Throws AppErrors. */
  create(request: CreateRequest, run: ProviderRun, enter: (step: JobStepId) => void): Promise<void>
  /**
   * Removes every container, volume and file of that name; also where its tool or the containers are gone. `settleMs`: how long no new one may appear,
   * for an engine that may still be making what a killed tool asked for. Then looks: what still exists, as `left` says it. Throws as `engines.require`.
   */
  remove(name: string, folder: string, settleMs: number, run: ProviderRun): Promise<string[]>
  /** What still exists of that name: `container dev-control-plane`, `network kind: dev-worker`, `volume 8f0c…` (only after a remove, which knows their names). */
  left(name: string): Promise<string[]>
  /** What a delete removes, by name, for people to read before: containers, volumes, networks that nobody else uses, files. */
  belongings(cluster: ProviderCluster): Promise<Belonging[]>
  /** Copies an image of the engine, or of a tar file, into every node. */
  loadImage(
    target: ClusterTarget,
    from: { readonly image: string } | { readonly archive: string },
    run: ProviderRun,
    progress: Progress,
  ): Promise<void>
  exportLogs(name: string, directory: string, program: string, run: ProviderRun): Promise<void>
  /** Writes `kubeconfigFile(folder)` for a cluster that runs. */
  writeKubeconfig(target: ClusterTarget, run: ProviderRun): Promise<void>
  /** What a node's runtime holds. */
  heldImages(cluster: { readonly name: string; readonly nodes: readonly unknown[] }, node: string): Promise<HeldImage[]>
  removeImage(target: ClusterTarget, image: string, run: ProviderRun): Promise<void>
  readonly life: Life
  /** What its tool brings with it and can turn on and off, of a cluster that runs. Absent: it has no such thing. */
  addOns?(name: string): Promise<readonly { readonly name: string; readonly enabled: boolean }[]>
  setAddOn?(target: ClusterTarget, addOn: string, on: boolean, run: ProviderRun): Promise<void>
  /**
   * Ends what a load of an image, or waits for what a change of an add-on left going on inside the nodes when its tool was killed with Cove; as these do themselves where
   * they are cancelled. A node that does not answer is passed over. Absent: nothing goes on there.
   */
  settle?(target: Omit<ClusterTarget, 'folder'>, what: 'load-image' | 'add-on'): Promise<void>
  /** Services and where this machine reaches them. `folder`: of the caller alone. Absent: its tool does not say. */
  services?(
    name: string,
    folder: string,
  ): Promise<readonly { readonly namespace: string; readonly name: string; readonly urls: readonly string[] }[]>
}

export type BelongingKind = 'container' | 'volume' | 'network' | 'file'

/** `sizeBytes` null: not known without a long look. */
export type Belonging = { readonly kind: BelongingKind; readonly name: string; readonly sizeBytes: number | null }

/** Stopping and starting of whole clusters. What is not there is what this provider cannot do. Each resolves when its tool is done; waiting for the API, nodes and DNS is clusters/ work. */
export type Life = {
  /** Steps each announces, in order. */
  steps(what: 'start' | 'stop' | 'pause' | 'unpause', target: Pick<ClusterTarget, 'nodes'>): readonly ProviderStep[]
  stop(target: ClusterTarget, run: ProviderRun, progress: Progress): Promise<void>
  /** Returns what it had to heal, for people: `dev-worker 172.18.0.3 → 172.18.0.4`. */
  start(target: ClusterTarget, run: ProviderRun, progress: Progress): Promise<readonly string[]>
  pause(target: ClusterTarget, run: ProviderRun, progress: Progress): Promise<void>
  unpause(target: ClusterTarget, run: ProviderRun, progress: Progress): Promise<void>
  /** Brings every node back into the state that `target` says, after a cancel in the middle of any of these. Then looks: what is otherwise, for people. */
  restore(target: ClusterTarget, run: ProviderRun): Promise<readonly string[]>
  /** Null: a cluster of this provider cannot grow. */
  readonly nodes: {
    /** Why a cluster cannot get a node of this role, or null. Pure. */
    problem(cluster: Pick<ClusterTarget, 'name' | 'nodes'>, role: 'control-plane' | 'worker'): AppError | null
    add(target: ClusterTarget, role: 'control-plane' | 'worker', run: ProviderRun, progress: Progress): Promise<void>
    remove(target: ClusterTarget, node: string, run: ProviderRun, progress: Progress): Promise<void>
    /**
     * After a `remove` that did not come to its end: a node that is whole takes part again, one that is not goes. Then looks: what is otherwise than `target` says,
     * for people.
     */
    keep(target: ClusterTarget, node: string, run: ProviderRun): Promise<readonly string[]>
  } | null
  /** Ends what a job of a Cove that was killed left running beside the nodes. Then looks: what is still there, for people. Absent: there is no such thing. */
  release?(run: ProviderRun): Promise<readonly string[]>
}
