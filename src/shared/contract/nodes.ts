import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { nodeSchema } from './clusters.ts'
import { epochMs, procedure } from './base.ts'

/** What one source says of a node. `value: null` with `error` is unknown; both null: this source knows no such node. */
const facts = <T extends z.ZodType>(value: T) => z.object({ value: value.nullable(), error: appErrorSchema.nullable() })

export const nodeConditionSchema = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string(),
  /** Since when it is so. */
  since: epochMs.nullable(),
})
export type NodeCondition = z.infer<typeof nodeConditionSchema>

/** As the API has it. Quantities are the API's own text: `2`, `24685072Ki`. */
export const nodeApiSchema = z.object({
  createdAt: epochMs.nullable(),
  /** False: no new pods are put on it. */
  schedulable: z.boolean(),
  versions: z.object({
    kubelet: z.string(),
    runtime: z.string(),
    osImage: z.string(),
    kernel: z.string(),
    architecture: z.string(),
  }),
  addresses: z.array(z.object({ type: z.string(), address: z.string() })),
  podCidrs: z.array(z.string()),
  conditions: z.array(nodeConditionSchema),
  resources: z.array(z.object({ name: z.string(), capacity: z.string(), allocatable: z.string() })),
  taints: z.array(z.object({ key: z.string(), value: z.string(), effect: z.string() })),
  labels: z.record(z.string(), z.string()),
})
export type NodeApi = z.infer<typeof nodeApiSchema>

/** The container that is the node, as the engine has it. */
export const nodeContainerSchema = z.object({
  id: z.string(),
  image: z.string(),
  state: z.string(),
  startedAt: epochMs.nullable(),
  finishedAt: epochMs.nullable(),
  exitCode: z.number().nullable(),
  oomKilled: z.boolean(),
  restartPolicy: z.string(),
  /** Null: no limit. */
  cpus: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  ports: z.array(z.object({ hostIp: z.string(), hostPort: z.number(), containerPort: z.number(), protocol: z.string() })),
  mounts: z.array(z.object({ type: z.string(), name: z.string(), source: z.string(), destination: z.string(), writable: z.boolean() })),
  networks: z.array(z.object({ name: z.string(), ipv4: z.string(), ipv6: z.string() })),
})
export type NodeContainer = z.infer<typeof nodeContainerSchema>

export const nodeDetailsSchema = z.object({
  /** As the list of clusters has it; null: only the API knows it. */
  node: nodeSchema.nullable(),
  api: facts(nodeApiSchema),
  container: facts(nodeContainerSchema),
  /** Its container takes a shell now. */
  shell: z.boolean(),
  asOf: epochMs,
})
export type NodeDetails = z.infer<typeof nodeDetailsSchema>

export const nodeUsageSchema = z.object({
  node: z.string(),
  /** Cores, over the last seconds: 0.25. */
  cpu: z.number().nullable(),
  /** Cores that it may use. */
  cpus: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  memoryLimitBytes: z.number().nullable(),
})
export type NodeUsage = z.infer<typeof nodeUsageSchema>

export const usageEventSchema = z.discriminatedUnion('type', [
  /** `metrics`: the cluster's metrics-server; `engine`: what the engine counts of the nodes' containers. */
  z.object({ type: z.literal('usage'), source: z.enum(['metrics', 'engine']), nodes: z.array(nodeUsageSchema), asOf: epochMs }),
  /** What was said last stays; it goes on trying. */
  z.object({ type: z.literal('failed'), error: appErrorSchema }),
])
export type UsageEvent = z.infer<typeof usageEventSchema>

export const nodes = {
  details: procedure.input(z.object({ id: z.string(), node: z.string() })).output(nodeDetailsSchema),
  /** Use of CPU and memory of every node of a cluster, every few seconds while somebody reads it. */
  usage: procedure.input(z.object({ id: z.string() })).output(eventIterator(usageEventSchema)),
}

const size = { rows: z.number().int().min(2).max(500), cols: z.number().int().min(2).max(1000) }
const byShell = z.object({ shellId: z.string() })

export const shellEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('opened'), shellId: z.string() }),
  /** What the terminal shows next, with its escape sequences. */
  z.object({ type: z.literal('output'), data: z.string() }),
  /** The shell ended by itself. Last. */
  z.object({ type: z.literal('ended'), exitCode: z.number().nullable() }),
])
export type ShellEvent = z.infer<typeof shellEventSchema>

export const shell = {
  /** A login shell in a node of a local cluster. It lives as long as the stream is read. Refused: `not-found` (node), `shell-unavailable`, `shells-too-many`. */
  open: procedure.input(z.object({ id: z.string(), node: z.string(), ...size })).output(eventIterator(shellEventSchema)),
  /** What was typed. */
  write: procedure.input(byShell.extend({ data: z.string().max(65_536) })).output(z.null()),
  resize: procedure.input(byShell.extend(size)).output(z.null()),
  /** So much of `data`, in UTF-16 units, is shown. Core sends at most half a million ahead of that, so that a flood makes the shell wait and not the page grow. */
  taken: procedure.input(byShell.extend({ length: z.number().int().min(0).max(10_000_000) })).output(z.null()),
  close: procedure.input(byShell).output(z.null()),
}
