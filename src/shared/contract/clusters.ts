import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { contextRef, epochMs, procedure, sourceState } from './base.ts'
import { findingSchema } from './findings.ts'

export const clusterStateSchema = z.enum(['running', 'stopped', 'paused', 'starting', 'partly-running', 'broken', 'unknown'])

export const nodeSchema = z.object({
  name: z.string(),
  role: z.enum(['control-plane', 'worker', 'load-balancer']),
  state: z.enum(['running', 'exited', 'paused', 'created', 'restarting', 'removing', 'dead', 'unknown']),
  image: z.string(),
  /** `v1.34.4`, from the image's tag; null where the tag does not say. */
  version: z.string().nullable(),
  containerId: z.string(),
  createdAt: epochMs.nullable(),
  /** Container start of the present run; null when it does not run or was not asked. */
  startedAt: epochMs.nullable(),
  ports: z.array(z.object({ hostIp: z.string(), hostPort: z.number(), containerPort: z.number(), protocol: z.string() })),
})
export type ClusterNode = z.infer<typeof nodeSchema>

export const clusterSchema = z.object({
  /** provider + name + creation identity, so that a re-created cluster of the same name is another one. */
  id: z.string(),
  /** `kubeadm`: a context with the names that kubeadm gives; `external`: any other context. */
  provider: z.enum(['kind', 'minikube', 'kubeadm', 'external']),
  name: z.string(),
  state: clusterStateSchema,
  /** Why the state is what it is, as facts: `{ stopped: 2, nodes: 3 }`, `{ node, exitCode }`. */
  reason: z.object({
    code: z.enum([
      'none',
      'nodes-down',
      'all-stopped',
      'half-created',
      'source-failed',
      'kubelet-down',
      'api-down',
      'profile-damaged',
      'tool-silent',
      /**
       * A context leads to it, and not the engine in use has it but another one; or one that does not answer may. Facts: `engine`, and of one that has it `way`
       * to make it the one in use (`context`, `no-variable`, `none`) and `variable`, which now stands before every docker context.
       */
      'other-engine',
      'engine-silent',
      /**
       * Known by a context alone. What its API server said: nothing listens at its address; no answer in time; something else answers, or is not to be trusted;
       * the login is refused; kubectl could not ask. Or it was not asked yet, or not unbidden: on another machine, or a program would be run for the login;
       * or cannot be: the context lacks a cluster, a user, or a server.
       */
      'api-refused',
      'api-silent',
      'api-untrusted',
      'api-login',
      'api-unasked',
      'asking',
      'remote',
      'plugin',
      'context-broken',
    ]),
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  version: z.string().nullable(),
  /** What its nodes run on: `docker`, `podman`, `kvm2`, … Null: not known (contexts). */
  driver: z.string().nullable(),
  /** Container runtime inside its nodes: `containerd`, `cri-o`, `docker`. Null: not known. */
  runtime: z.string().nullable(),
  nodes: z.array(nodeSchema),
  createdAt: epochMs.nullable(),
  /** The profile it was made from or adopted with; null: Cove holds no document of it. */
  profileId: z.string().nullable(),
  /** The context that leads to it, if a kubeconfig holds one. */
  context: contextRef.nullable(),
  currentContext: z.boolean(),
  /** `https://127.0.0.1:43117` */
  server: z.string().nullable(),
  /** The running job on this cluster, if any. */
  jobId: z.string().nullable(),
})
export type Cluster = z.infer<typeof clusterSchema>

export const clustersSnapshotSchema = z.object({
  clusters: z.array(clusterSchema),
  /** Answers of each source: `engine` (kind's clusters), `minikube`, `kubeconfig`. `value` is how many clusters it knows. */
  sources: z.array(sourceState(z.number())),
})
export type ClustersSnapshot = z.infer<typeof clustersSnapshotSchema>

export const nodeImageSchema = z.object({
  ref: z.string(),
  version: z.string(),
  /** True: the engine already holds it, nothing to pull. */
  local: z.boolean(),
  sizeBytes: z.number().nullable(),
})
export type NodeImage = z.infer<typeof nodeImageSchema>

export const portMappingSchema = z.object({
  hostPort: z.number().int(),
  containerPort: z.number().int(),
  protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP'),
  /** Loopback unless told otherwise. */
  listenAddress: z.string().default('127.0.0.1'),
})

export const createSpecSchema = z.object({
  name: z.string(),
  provider: z.enum(['kind', 'minikube']).default('kind'),
  /**
   * The whole specification as YAML: kind's `Cluster` (v1alpha4) or Cove's `MinikubeCluster`, each perhaps followed by a `ClusterExtras` document.
   * Null: what the other fields say. Where it is given, it says the nodes and ports; `name` and `image` still win.
   */
  document: z.string().max(200_000).nullable().default(null),
  /** The profile that the document is; null: none. */
  profileId: z.string().nullable().default(null),
  /** Null: the best image that the engine holds, else the default of the kind release. */
  image: z.string().nullable().default(null),
  controlPlanes: z.number().int().min(1).max(9).default(1),
  workers: z.number().int().min(0).max(50).default(0),
  ports: z.array(portMappingSchema).default([]),
})
export type CreateSpec = z.infer<typeof createSpecSchema>
export type CreateSpecInput = z.input<typeof createSpecSchema>

/** One line of "what Create cluster will do". */
export const planStepSchema = z.object({
  id: z.enum(['download-kubectl', 'download-tool', 'use-version', 'use-image', 'pull-image', 'create', 'wait', 'context']),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  /** Milliseconds it usually takes here; null when never measured. */
  usualMs: z.number().nullable(),
  bytes: z.number().nullable(),
})
export const createPlanSchema = z.object({
  spec: createSpecSchema,
  image: z.string(),
  images: z.array(nodeImageSchema),
  steps: z.array(planStepSchema),
  /** argv of the commands that will run, in order. */
  commands: z.array(z.array(z.string())),
  /** What stands in the way, found before anything is changed; each is a reason the create would be refused. */
  problems: z.array(appErrorSchema),
  /** What was found of the machine beyond that: a `warning` does not stop the create; a `problem` is among `problems` too. */
  findings: z.array(findingSchema),
})
export type CreatePlan = z.infer<typeof createPlanSchema>

export const heldImageSchema = z.object({
  /** `docker.io/library/busybox:1.36`; the id where it has no name. */
  ref: z.string(),
  id: z.string(),
  /** As its layers are kept, packed. Null: not known. */
  sizeBytes: z.number().nullable(),
})
/** What one node holds. `images: null` with `error` is unknown; with neither: the node does not run, so nobody can look. */
export const nodeImagesSchema = z.object({
  node: z.string(),
  images: z.array(heldImageSchema).nullable(),
  error: appErrorSchema.nullable(),
})
export const clusterImagesSchema = z.object({ nodes: z.array(nodeImagesSchema), asOf: epochMs })
export type ClusterImages = z.infer<typeof clusterImagesSchema>
export const engineImageSchema = z.object({ ref: z.string(), id: z.string(), sizeBytes: z.number() })
export type EngineImageChoice = z.infer<typeof engineImageSchema>

export const serviceSchema = z.object({
  namespace: z.string(),
  name: z.string(),
  /** Where this machine reaches it without more, as the provider's tool says. */
  urls: z.array(z.string()),
  /** Of type LoadBalancer: `10.101.90.184:8080` for each address and port; empty: it has no address yet. Null: of another type, or nobody could say. */
  balancer: z.array(z.string()).nullable(),
})
export type ClusterService = z.infer<typeof serviceSchema>

/** What minikube can run its nodes on. */
export const driverSchema = z.object({
  name: z.string(),
  usable: z.boolean(),
  /** `os`: not for this system; `program`: `detail` is not installed; `root`: not as root; `engine`: the engine does not answer. Null: usable. */
  problem: z.enum(['os', 'program', 'root', 'needs-root', 'no-kvm', 'engine']).nullable(),
  detail: z.string().nullable(),
})

export type Driver = z.infer<typeof driverSchema>

const byId = z.object({ id: z.string() })
const started = z.object({ jobId: z.string() })

export const clusters = {
  list: procedure.output(clustersSnapshotSchema),
  /** Ask every source again now. */
  refresh: procedure.output(clustersSnapshotSchema),
  /** A snapshot, then a new one after each change. */
  watch: procedure.output(eventIterator(clustersSnapshotSchema)),
  /** What a create would do; changes nothing. Without a name: proposes one that is free. */
  plan: procedure.input(createSpecSchema.extend({ name: z.string().nullable().default(null) })).output(createPlanSchema),
  create: procedure.input(createSpecSchema).output(started),
  delete: procedure.input(byId).output(started),
  start: procedure.input(byId).output(started),
  stop: procedure.input(byId).output(started),
  restart: procedure.input(byId).output(started),
  pause: procedure.input(byId).output(started),
  unpause: procedure.input(byId).output(started),
  addNode: procedure.input(byId.extend({ role: z.enum(['control-plane', 'worker']) })).output(started),
  removeNode: procedure.input(byId.extend({ node: z.string() })).output(started),
  /**
   * Delete and create as one job, images loaded again. `document`: what it is made from, as its profile says now; null: the one it was made or adopted with.
   * `image`: another one than before, or than the given document says. Throws `cannot-rebuild`, `document-invalid`.
   */
  rebuild: procedure
    .input(byId.extend({ image: z.string().nullable().default(null), document: z.string().max(200_000).nullable().default(null) }))
    .output(started),
  /** What a create or rebuild was to make, whole: after a failure it is made from that, also by another window and another start of Cove. Null: not such a job. */
  asked: procedure.input(z.object({ jobId: z.string() })).output(createSpecSchema.nullable()),
  /** The YAML a cluster was made from, or, where Cove holds none, what can be seen of it. `since`: when Cove was told it; null: not known. */
  document: procedure.input(byId).output(
    z.object({
      provider: z.enum(['kind', 'minikube']),
      text: z.string(),
      seen: z.enum(['made-from', 'looked-at']),
      since: epochMs.nullable(),
    }),
  ),
  /** From now on the cluster is rebuilt from this document and belongs to this profile (null: to none; omitted: to the one it did). */
  adopt: procedure
    .input(byId.extend({ profileId: z.string().nullable().optional(), document: z.string().max(200_000) }))
    .output(z.object({})),
  /** What the provider's tool can turn on and off in a cluster that runs; null: it has no such thing. */
  addOns: procedure.input(byId).output(z.array(z.object({ name: z.string(), enabled: z.boolean() })).nullable()),
  setAddOn: procedure.input(byId.extend({ addOn: z.string(), on: z.boolean() })).output(started),
  /** Services and where this machine reaches them, as the provider's tool says it; null: it does not. */
  services: procedure.input(byId).output(z.array(serviceSchema).nullable()),
  /** What a delete removes. */
  belongings: procedure.input(byId).output(
    z.array(
      z.object({
        kind: z.enum(['container', 'volume', 'network', 'file', 'context']),
        name: z.string(),
        sizeBytes: z.number().nullable(),
      }),
    ),
  ),
  /** What the runtimes of its nodes hold; each node fails alone. */
  images: procedure.input(byId).output(clusterImagesSchema),
  /** Images of the engine that have a name, to choose from. */
  engineImages: procedure.output(z.array(engineImageSchema)),
  /** Drivers of minikube: which this machine can use, and why not the others; the usual ones first. */
  drivers: procedure.output(z.array(driverSchema)),
  /** Copies an image of the engine, or what a tar file (`docker save`) on the machine of Cove holds, into every node: one of the two is given. */
  loadImage: procedure
    .input(byId.extend({ image: z.string().nullable().default(null), archive: z.string().nullable().default(null) }))
    .output(started),
  /** Takes a name, as `images` has it, away from every node; of a cluster that no provider made from those that are machines Cove knows. */
  removeImage: procedure.input(byId.extend({ image: z.string() })).output(started),
  exportLogs: procedure.input(byId.extend({ directory: z.string().nullable().default(null) })).output(started),
}
