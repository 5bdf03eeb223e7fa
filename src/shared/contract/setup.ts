import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { epochMs, procedure } from './base.ts'
import { hostPlanSchema } from './host-changes.ts'
import { targetIdSchema } from './targets.ts'
import { toolNameSchema } from './toolchain.ts'

/** A cluster on this computer; only kubectl; this Linux host as a node; what is here. */
export const setupIntentSchema = z.enum(['cluster', 'kubectl', 'node', 'look'])
export type SetupIntent = z.infer<typeof setupIntentSchema>

export const setupStepIdSchema = z.enum([
  'engine',
  'kubectl',
  'kind',
  'cluster',
  'context',
  'kubectl-path',
  'completion',
  'system',
  'checks',
  'runtime',
  'cgroup-driver',
  'programs',
  'kubeadm',
  'network',
])
export type SetupStepId = z.infer<typeof setupStepIdSchema>

/** What one press does about a step. */
export const setupActionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('download'), tool: toolNameSchema, version: z.string() }),
  z.object({ kind: z.literal('link'), tool: toolNameSchema }),
  z.object({ kind: z.literal('create-cluster') }),
  /** A plan of changes, asked for by `propose`. */
  z.object({ kind: z.literal('plan') }),
  z.object({ kind: z.literal('open'), page: z.enum(['tools', 'runtimes', 'checks', 'kubeadm', 'clusters', 'contexts']) }),
])
export type SetupAction = z.infer<typeof setupActionSchema>

/** What would be fetched: from where, and what it is checked against. */
export const setupDownloadSchema = z.discriminatedUnion('kind', [
  /** `digestFrom`: the publisher's checksum file; `pin`: a digest that ships with Cove. */
  z.object({ kind: z.literal('file'), url: z.string(), digestFrom: z.string(), bytes: z.number().nullable(), to: z.string() }),
  /** By the package manager of the host, which checks them by digests in signed lists. `from`: host of the repository; null: those of the system. `key`: address of the key; null: keys that the system trusts. */
  z.object({ kind: z.literal('packages'), names: z.array(z.string()), from: z.string().nullable(), key: z.string().nullable() }),
  /** `digest`: each is named by it. Else by tags, whose digests the registry says. Those that are there already are not fetched. */
  z.object({ kind: z.literal('images'), names: z.array(z.string()), from: z.string(), digest: z.boolean() }),
])
export type SetupDownload = z.infer<typeof setupDownloadSchema>

export const setupStepSchema = z.object({
  id: setupStepIdSchema,
  /** `waiting`: an earlier step comes first. `optional`: it is not there and need not be. `unknown`: it could not be looked at, with `error`. */
  state: z.enum(['done', 'todo', 'waiting', 'optional', 'unknown', 'running']),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  root: z.boolean(),
  /** Official page, English; the reader's language is found from it. */
  link: z.string(),
  /** The same by hand, a shell line each. */
  commands: z.array(z.string()),
  download: setupDownloadSchema.nullable(),
  action: setupActionSchema.nullable(),
  jobId: z.string().nullable(),
  error: appErrorSchema.nullable(),
})
export type SetupStep = z.infer<typeof setupStepSchema>

export const setupPlanSchema = z.object({
  intent: setupIntentSchema,
  target: targetIdSchema,
  /** Kubernetes of the node that is prepared: `v1.34`. */
  kubernetes: z.string(),
  steps: z.array(setupStepSchema),
  asOf: epochMs,
})
export type SetupPlan = z.infer<typeof setupPlanSchema>

const wish = z.object({
  intent: setupIntentSchema,
  target: targetIdSchema.default('local'),
  role: z.enum(['control-plane', 'worker']).default('control-plane'),
  /** `v1.34`; null: as the kubeadm that is there, else what Cove knows best. */
  kubernetes: z
    .string()
    .regex(/^v1\.\d{1,3}$/)
    .nullable()
    .default(null),
})

export const setup = {
  /** Looks at the machine and says what is there, what is missing and what would be done; changes nothing and asks the network for nothing. Each step fails alone. */
  plan: procedure.input(wish).output(setupPlanSchema),
  /** The changes of a step whose action is `plan`. Refused: as `hostChecks.plan`, `runtimes.propose`; `runtime-install-unknown` (no plan for this distribution). */
  propose: procedure.input(wish.extend({ step: setupStepIdSchema })).output(hostPlanSchema),
}
