import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { contextRef, epochMs, procedure } from './base.ts'

export const contextSchema = contextRef.extend({
  cluster: z.string(),
  user: z.string(),
  namespace: z.string().nullable(),
  server: z.string().nullable(),
  /** By server address: loopback or a container network of this machine is local. Null: no server known. */
  local: z.boolean().nullable(),
  /** Absolute path of the user's client certificate; absent where there is none or it stands in the kubeconfig itself. */
  certificate: z.string().optional(),
  /** A program, or a server elsewhere, gives the user's credentials: a question to the cluster runs it. Absent: none does. */
  plugin: z.literal(true).optional(),
  current: z.boolean(),
  /** Another file earlier in the list defines the same name, so kubectl never sees this one. */
  shadowed: z.boolean(),
  /** References that point nowhere: cluster or user missing. */
  problem: appErrorSchema.nullable(),
})
export type KubeContext = z.infer<typeof contextSchema>

export const kubeconfigFileSchema = z.object({
  path: z.string(),
  exists: z.boolean(),
  /** False: only shown; invalid, read-only, or locked. */
  writable: z.boolean(),
  contexts: z.number(),
  asOf: epochMs,
  error: appErrorSchema.nullable(),
})

export const kubeconfigSnapshotSchema = z.object({
  files: z.array(kubeconfigFileSchema),
  contexts: z.array(contextSchema),
  current: contextRef.nullable(),
  /** current-context names a context that no file has. */
  dangling: z.string().nullable(),
})
export type KubeconfigSnapshot = z.infer<typeof kubeconfigSnapshotSchema>

export const reachSchema = z.object({
  state: z.enum(['reachable', 'unreachable', 'unauthorized', 'unknown']),
  version: z.string().nullable(),
  tookMs: z.number().nullable(),
  error: appErrorSchema.nullable(),
})
export type Reach = z.infer<typeof reachSchema>

export const backupSchema = z.object({ id: z.string(), file: z.string(), at: epochMs, reason: z.string(), bytes: z.number() })

export const kubeconfig = {
  list: procedure.output(kubeconfigSnapshotSchema),
  /** Asks the API server of one context for its version, with a limit of 5 s. */
  reach: procedure.input(contextRef).output(reachSchema),
  /** Writes current-context where kubectl would. */
  use: procedure.input(contextRef).output(kubeconfigSnapshotSchema),
  setNamespace: procedure.input(contextRef.extend({ namespace: z.string() })).output(kubeconfigSnapshotSchema),
  /** Removes the context, and its cluster and user where nothing else uses them. */
  remove: procedure.input(contextRef).output(kubeconfigSnapshotSchema),
  backups: procedure.output(z.array(backupSchema)),
  /** Puts a backup back; what is there now becomes a backup first. */
  restore: procedure.input(z.object({ id: z.string() })).output(kubeconfigSnapshotSchema),
}
