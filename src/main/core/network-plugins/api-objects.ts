import { z } from 'zod'

const text = z.string().nullish()
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? [])
const metadata = z.object({ name: z.string(), namespace: text, generation: z.number().nullish() })
const containerSchema = z.object({
  name: text,
  image: text,
  command: list(z.string()),
  args: list(z.string()),
  env: list(z.object({ name: z.string(), value: text })),
})
const podSpecSchema = z.object({
  containers: list(containerSchema),
  initContainers: list(containerSchema),
  volumes: list(z.object({ hostPath: z.object({ path: z.string() }).nullish() })),
})

/** The parts of objects of the API that tell of networks. */
export const daemonSetSchema = z.object({
  metadata,
  spec: z.object({ template: z.object({ spec: podSpecSchema }) }),
  status: z
    .object({ desiredNumberScheduled: z.number().nullish(), numberReady: z.number().nullish(), observedGeneration: z.number().nullish() })
    .nullish(),
})
export type DaemonSet = z.infer<typeof daemonSetSchema>

export const nodeSchema = z.object({
  metadata,
  spec: z.object({ podCIDR: text, podCIDRs: list(z.string()), unschedulable: z.boolean().nullish() }),
  status: z.object({
    addresses: list(z.object({ type: z.string(), address: z.string() })),
    conditions: list(z.object({ type: z.string(), status: z.string(), reason: text, message: text })),
    nodeInfo: z.object({ machineID: text }).nullish(),
    images: list(z.object({ names: list(z.string()) })),
  }),
})
export type ApiNode = z.infer<typeof nodeSchema>

export const podSchema = z.object({
  metadata,
  spec: z.object({ containers: list(containerSchema), nodeName: text }),
  status: z
    .object({
      podIP: text,
      conditions: list(z.object({ type: z.string(), status: z.string() })),
      containerStatuses: list(z.object({ state: z.object({ waiting: z.object({ reason: text, message: text }).nullish() }).nullish() })),
    })
    .nullish(),
})
export type ApiPod = z.infer<typeof podSchema>

export const configMapSchema = z.object({ data: z.record(z.string(), z.string()).nullish() })
export type ConfigMap = z.infer<typeof configMapSchema>
export const ipPoolSchema = z.object({ metadata, spec: z.object({ cidr: text, disabled: z.boolean().nullish() }).nullish() })
export const serviceSchema = z.object({ spec: z.object({ clusterIP: text, ports: list(z.object({ port: z.number() })) }) })
export const items = <T extends z.ZodType>(item: T) => z.object({ items: list(item) })
