import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { contextRef, epochMs, procedure } from './base.ts'

export const containerSchema = z.object({
  name: z.string(),
  kind: z.enum(['container', 'init', 'sidecar', 'ephemeral']),
  image: z.string(),
  state: z.enum(['running', 'waiting', 'terminated', 'unknown']),
  /** `CrashLoopBackOff`, `Completed`, … as the API says; empty when it says none. */
  reason: z.string(),
  exitCode: z.number().nullable(),
  ready: z.boolean(),
  restarts: z.number(),
  startedAt: epochMs.nullable(),
  /** A run before this one ended, so its log can be asked for. */
  hasPrevious: z.boolean(),
})
export const podSchema = z.object({
  uid: z.string(),
  namespace: z.string(),
  name: z.string(),
  /** As `kubectl get pods` prints it. */
  status: z.string(),
  health: z.enum(['ok', 'progressing', 'warning', 'bad', 'done', 'unknown']),
  ready: z.number(),
  total: z.number(),
  restarts: z.number(),
  lastRestartAt: epochMs.nullable(),
  node: z.string().nullable(),
  ip: z.string().nullable(),
  createdAt: epochMs,
  /** `Deployment/web`, through its ReplicaSet; null for a bare pod. */
  owner: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  containers: z.array(containerSchema),
})
export type Pod = z.infer<typeof podSchema>
export type PodContainer = z.infer<typeof containerSchema>

export const podsEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), pods: z.array(podSchema), asOf: epochMs }),
  z.object({ type: z.literal('changed'), upserted: z.array(podSchema), removed: z.array(z.string()), asOf: epochMs }),
  /** The source fails; the last rows stay, greyed. It goes on trying with back-off. */
  z.object({ type: z.literal('failed'), error: appErrorSchema }),
])
export type PodsEvent = z.infer<typeof podsEventSchema>

export const apiNodeSchema = z.object({
  name: z.string(),
  ready: z.enum(['ready', 'not-ready', 'unknown']),
  reason: z.string(),
  roles: z.array(z.string()),
  version: z.string(),
  address: z.string().nullable(),
  runtime: z.string(),
  createdAt: epochMs,
})
export type ApiNode = z.infer<typeof apiNodeSchema>

export const workloads = {
  namespaces: procedure.input(contextRef).output(z.array(z.string())),
  nodes: procedure.input(contextRef).output(z.array(apiNodeSchema)),
  pods: procedure.input(contextRef.extend({ namespace: z.string().nullable().default(null) })).output(z.array(podSchema)),
  /** `namespace: null` is all namespaces. */
  watchPods: procedure.input(contextRef.extend({ namespace: z.string().nullable().default(null) })).output(eventIterator(podsEventSchema)),
}
