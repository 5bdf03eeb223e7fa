import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { epochMs, procedure } from './base.ts'
import { findingSchema } from './findings.ts'

export const jobKindSchema = z.enum([
  'cluster.create',
  'cluster.delete',
  'cluster.rebuild',
  'cluster.start',
  'cluster.stop',
  'cluster.restart',
  'cluster.pause',
  'cluster.unpause',
  'cluster.add-node',
  'cluster.remove-node',
  'cluster.load-image',
  'cluster.remove-image',
  'cluster.add-on',
  'cluster.export-logs',
  'leftovers.remove',
  'tool.download',
  'component.download',
  'images.pull',
  'images.save',
  'host.load-images',
  'host.remove-image',
  'host.apply',
  'host.undo',
  'cgroup.migrate',
  'cgroup.roll-back',
  'cgroup.replace',
  'cgroup.take-back',
  'kubeadm.preflight',
  'kubeadm.pull-images',
  'kubeadm.init',
  'kubeadm.network',
  'kubeadm.join',
  'kubeadm.renew-certificates',
  'kubeadm.plan-upgrade',
  'kubeadm.upgrade',
  'kubeadm.reset',
  'network.apply',
  'network.remove',
  'network.test',
])
export const jobStateSchema = z.enum(['running', 'cancelling', 'succeeded', 'failed', 'cancelled', 'interrupted'])
export type JobState = z.infer<typeof jobStateSchema>

export const stepSchema = z.object({
  /** Names the step; its words live in locales. */
  id: z.enum([
    'check-machine',
    'download-kubectl',
    'download-kind',
    'find-image',
    'pull-image',
    'prepare-nodes',
    'configure-balancer',
    'write-configuration',
    'start-control-plane',
    'install-cni',
    'install-storage',
    'join-control-planes',
    'join-workers',
    'wait-control-plane',
    'wait-nodes',
    'wait-dns',
    'add-context',
    'delete-nodes',
    'remove-context',
    'verify-gone',
    'download-minikube',
    'start-machine',
    'pull-base-image',
    'create-machine',
    'prepare-kubernetes',
    'generate-certificates',
    'boot-control-plane',
    'configure-rbac',
    'configure-network',
    'enable-add-ons',
    'verify-kubernetes',
    'start-worker',
    'end-tunnel',
    'stop-nodes',
    'start-nodes',
    'check-addresses',
    'pause-nodes',
    'unpause-nodes',
    'wait-api',
    'set-up-registry',
    'load-images',
    'apply-manifests',
    'add-node',
    'remove-node',
    'remove-image',
    'add-on',
    'remove-leftovers',
    'load-image',
    'export-logs',
    'download',
    'check-signature',
    'pull-images',
    'save-images',
    'apply-changes',
    'undo-changes',
    'look-at-host',
    'preflight',
    'pull-images',
    'write-kubeconfigs',
    'write-manifests',
    'start-kubelet',
    'upload-configuration',
    'mark-control-plane',
    'make-token',
    'install-add-ons',
    'check-discovery',
    'upload-certificates',
    'join-etcd',
    'wait-node',
    'drain-node',
    'reset-host',
    'forget-node',
    'renew-certificates',
    'restart-components',
    'plan-upgrade',
    'upgrade-first',
    'upgrade-others',
    'wait-network',
    'delete-objects',
    'make-test-pods',
    'wait-test-pods',
    'try-pods',
    'try-services',
    'try-names',
    'try-beyond',
    'migrate-look',
    'migrate-config-map',
    'migrate-drain',
    'migrate-stop',
    'migrate-change',
    'migrate-restore',
    'migrate-start',
    'migrate-check',
    'migrate-uncordon',
    'set-driver',
    'restore-node',
    'check-drivers',
    'find-cause',
    'clean-up',
  ]),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  state: z.enum(['pending', 'running', 'done', 'failed', 'skipped', 'cancelled']),
  startedAt: epochMs.nullable(),
  /** Monotonic duration in ms; null until it ended. */
  tookMs: z.number().nullable(),
  /** Median of earlier runs here in ms, else a measured default; the weight of the step in the bar. */
  usualMs: z.number().nullable(),
  /** 0…1 within the step, null when the tool does not say. */
  progress: z.number().min(0).max(1).nullable(),
})
export type JobStep = z.infer<typeof stepSchema>
export type JobStepId = JobStep['id']

export const jobSchema = z.object({
  id: z.string(),
  kind: jobKindSchema,
  /** Name of what it works on: cluster name, tool name. */
  subject: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  state: jobStateSchema,
  steps: z.array(stepSchema),
  startedAt: epochMs,
  finishedAt: epochMs.nullable(),
  /** Monotonic, in ms, as of this message. */
  elapsedMs: z.number(),
  usualMs: z.number().nullable(),
  cancellable: z.boolean(),
  /** What cancel will remove, said before it is pressed: container names, files, contexts. */
  undo: z.array(z.string()),
  /** After a cancel or failure: what was checked and is still there. Empty: nothing is left. Null: not checked. */
  left: z.array(z.string()).nullable(),
  error: appErrorSchema.nullable(),
  /** Why it failed, or why a step may take so long; the most certain cause first. */
  findings: z.array(findingSchema).default([]),
  /** e.g. `{ clusterId, context, file }` */
  result: z.record(z.string(), z.string()).nullable(),
})
export type Job = z.infer<typeof jobSchema>

export const commandSchema = z.object({
  id: z.string(),
  jobId: z.string().nullable(),
  argv: z.array(z.string()),
  cwd: z.string(),
  /** Names (not values) of the variables that differ from the environment Cove was started in. */
  envNames: z.array(z.string()),
  pid: z.number().nullable(),
  startedAt: epochMs,
  durationMs: z.number().nullable(),
  exitCode: z.number().nullable(),
  signal: z.string().nullable(),
  state: z.enum(['running', 'succeeded', 'failed', 'cancelled', 'timed-out', 'not-started', 'lost']),
  /** Last lines, secrets redacted. */
  tail: z.array(z.string()),
  outputBytes: z.number(),
  /** True: the middle of the output was dropped. */
  truncated: z.boolean(),
})
export type Command = z.infer<typeof commandSchema>

export const outputLineSchema = z.object({ commandId: z.string(), stream: z.enum(['stdout', 'stderr']), text: z.string() })
export type OutputLine = z.infer<typeof outputLineSchema>

export const jobEventSchema = z.discriminatedUnion('type', [
  /** First: the whole state, with the last output lines (at most 500) and the commands so far. */
  z.object({ type: z.literal('snapshot'), job: jobSchema, commands: z.array(commandSchema), output: z.array(outputLineSchema) }),
  z.object({ type: z.literal('job'), job: jobSchema }),
  z.object({ type: z.literal('command'), command: commandSchema }),
  z.object({ type: z.literal('output'), lines: z.array(outputLineSchema) }),
])
export type JobEvent = z.infer<typeof jobEventSchema>

const byId = z.object({ id: z.string() })

export const jobs = {
  /** Newest first. */
  list: procedure.input(z.object({ limit: z.number().int().min(1).max(1000).default(200) })).output(z.array(jobSchema)),
  get: procedure.input(byId).output(jobSchema),
  /** Ends when the job has ended. Stopping it stops only the view. */
  watch: procedure.input(byId).output(eventIterator(jobEventSchema)),
  cancel: procedure.input(byId).output(z.object({ state: jobStateSchema })),
  /** Newest first. The most that may be asked for is more than is kept. */
  commands: procedure
    .input(z.object({ jobId: z.string().nullable().default(null), limit: z.number().int().min(1).max(3000).default(200) }))
    .output(z.array(commandSchema)),
  /** Everything that somebody who is to help needs to know of a job, as one text; secrets, names of this user and machine taken out. */
  report: procedure.input(byId).output(z.object({ name: z.string(), text: z.string() })),
  /** Spooled output of one command: both streams in order of arrival, at most `limit` bytes from `offset`. */
  commandOutput: procedure
    .input(
      z.object({
        id: z.string(),
        offset: z.number().int().nonnegative().default(0),
        limit: z.number().int().min(1).max(1_000_000).default(200_000),
      }),
    )
    .output(z.object({ text: z.string(), nextOffset: z.number().nullable(), totalBytes: z.number() })),
}
