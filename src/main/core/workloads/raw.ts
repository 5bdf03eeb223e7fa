import { z } from 'zod'

/**
 * The parts of the Kubernetes API's objects that Cove reads. Go leaves out what is empty and may write null for lists; fields that are not named here pass unseen,
 * so that a newer API changes nothing.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
const text = z.string().nullish()
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? [])

export const rawMetadataSchema = z.object({
  name: z.string(),
  namespace: text,
  uid: z.string(),
  resourceVersion: text,
  creationTimestamp: text,
  deletionTimestamp: text,
  labels: z.record(z.string(), z.string()).nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
  ownerReferences: list(z.object({ kind: z.string(), name: z.string(), controller: z.boolean().nullish() })),
})

const terminated = z.object({
  exitCode: z.number(),
  signal: z.number().nullish(),
  reason: text,
  message: text,
  startedAt: text,
  finishedAt: text,
  containerID: text,
})
const containerState = z.object({
  waiting: z.object({ reason: text, message: text }).nullish(),
  running: z.object({ startedAt: text }).nullish(),
  terminated: terminated.nullish(),
})
export type RawContainerState = z.infer<typeof containerState>

const containerStatus = z.object({
  name: z.string(),
  ready: z.boolean().nullish(),
  started: z.boolean().nullish(),
  restartCount: z.number().nullish(),
  containerID: text,
  image: text,
  state: containerState.nullish(),
  lastState: containerState.nullish(),
})
export type RawContainerStatus = z.infer<typeof containerStatus>

const container = z.object({ name: z.string(), image: text, restartPolicy: text })
const condition = z.object({ type: z.string(), status: z.string(), reason: text, message: text })

export const rawPodSchema = z.object({
  metadata: rawMetadataSchema,
  spec: z.object({
    nodeName: text,
    restartPolicy: text,
    containers: list(container),
    initContainers: list(container),
    ephemeralContainers: list(container),
  }),
  status: z
    .object({
      phase: text,
      reason: text,
      message: text,
      podIP: text,
      conditions: list(condition),
      containerStatuses: list(containerStatus),
      initContainerStatuses: list(containerStatus),
      ephemeralContainerStatuses: list(containerStatus),
    })
    .default({ conditions: [], containerStatuses: [], initContainerStatuses: [], ephemeralContainerStatuses: [] }),
})
export type RawPod = z.infer<typeof rawPodSchema>

export const rawNodeSchema = z.object({
  metadata: rawMetadataSchema,
  status: z.object({
    conditions: list(condition),
    addresses: list(z.object({ type: z.string(), address: z.string() })),
    nodeInfo: z.object({ kubeletVersion: text, containerRuntimeVersion: text }).nullish(),
  }),
})
export type RawNode = z.infer<typeof rawNodeSchema>

export const rawNamespaceSchema = z.object({ metadata: z.object({ name: z.string() }) })

/** A list as the API itself writes it, with the version from which it can be watched. */
export const rawListSchema = <T extends z.ZodType>(item: T) =>
  z.object({
    metadata: z.object({ resourceVersion: text, continue: text }),
    items: z
      .array(item)
      .nullable()
      .transform((items) => items ?? []),
  })

/** One line of a watch. The object of ERROR is a Status, that of BOOKMARK carries only its resourceVersion. */
export const watchLineSchema = z.object({ type: z.string(), object: z.unknown() })
export const statusSchema = z.object({ code: z.number().nullish(), reason: text, message: text })
export const bookmarkSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) })
