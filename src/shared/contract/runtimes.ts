import { z } from 'zod'
import { contextRef, epochMs, procedure } from './base.ts'
import { hostPlanSchema } from './host-changes.ts'
import { targetIdSchema } from './targets.ts'

/** Docker and Mirantis are CRI runtimes through cri-dockerd alone. */
export const runtimeNameSchema = z.enum(['containerd', 'cri-o', 'docker', 'mirantis'])
export type RuntimeName = z.infer<typeof runtimeNameSchema>

export const cgroupDriverSchema = z.enum(['systemd', 'cgroupfs'])
export type CgroupDriver = z.infer<typeof cgroupDriverSchema>

const unitSchema = z.object({
  /** `containerd.service` */
  name: z.string(),
  /** `absent`: no such unit. `unknown`: no systemd, or it did not say. */
  state: z.enum(['running', 'stopped', 'failed', 'absent', 'unknown']),
  enabled: z.boolean().nullable(),
})
export type RuntimeUnit = z.infer<typeof unitSchema>

const programSchema = z.object({
  /** `unknown`: it could not be looked for. */
  installed: z.enum(['yes', 'no', 'unknown']),
  version: z.string().nullable(),
  /** Path of its program. */
  program: z.string().nullable(),
  /** What the system's package manager has it as. Null: none has it, or none was asked. */
  package: z.object({ name: z.string(), version: z.string(), manager: z.enum(['dpkg', 'rpm', 'pacman', 'apk']) }).nullable(),
  unit: unitSchema,
})
export type RuntimeProgram = z.infer<typeof programSchema>

const mirrorSchema = z.object({
  registry: z.string(),
  endpoints: z.array(z.string()),
  /** The file that says so. */
  file: z.string(),
})
export type RegistryMirror = z.infer<typeof mirrorSchema>

export const runtimeSchema = programSchema.extend({
  name: runtimeNameSchema,
  /** cri-dockerd, for Docker and Mirantis; null for the others. */
  shim: programSchema.nullable(),
  /** CRI sockets that are there. `listening`: somebody answers on it. */
  sockets: z.array(z.object({ path: z.string(), listening: z.boolean().nullable() })),
  /**
   * What it speaks to the kubelet. `disabled`: its CRI plugin is off. `none`: it needs cri-dockerd. `unknown`: it did not say.
   * `asked` is true where the socket itself answered, false where it follows from its version and plugins.
   */
  cri: z.object({ api: z.enum(['v1', 'v1alpha2', 'disabled', 'none', 'unknown']), asked: z.boolean() }),
  driver: cgroupDriverSchema.nullable(),
  sandboxImage: z.string().nullable(),
  configFile: z.string().nullable(),
  /** Of a containerd configuration. */
  configVersion: z.number().nullable(),
  /** Its configuration was written after it was started. */
  restartNeeded: z.boolean().nullable(),
  ociRuntime: z.string().nullable(),
  mirrors: z.array(mirrorSchema),
  /** The configuration as it would take effect could not be read; what it says. */
  problem: z.string().nullable(),
})
export type Runtime = z.infer<typeof runtimeSchema>

export const runtimeFindingIdSchema = z.enum([
  'no-runtime',
  'runtime-stopped',
  'docker-without-cri',
  'cri-disabled',
  'cri-too-old',
  'several-sockets',
  'driver-mismatch',
  'driver-not-systemd',
  'driver-agrees',
  'driver-unknown',
  'driver-from-runtime',
  'driver-not-told',
  'pods-elsewhere',
  'sandbox-differs',
  'restart-needed',
  'mirrors-deprecated',
  'config-unreadable',
])

export const runtimeFindingSchema = z.object({
  /** Stable; words in locales (namespace `runtimes`, `finding.<id>`). */
  id: runtimeFindingIdSchema,
  level: z.enum(['ok', 'warning', 'problem', 'unknown']),
  runtime: runtimeNameSchema.nullable(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
})
export type RuntimeFinding = z.infer<typeof runtimeFindingSchema>

export const hostDriversSchema = z.object({
  /** First process: `systemd`, `init` … */
  init: z.string().nullable(),
  cgroup: z.enum(['1', '2']).nullable(),
  /** What fits this host: systemd where systemd is the first process. */
  recommended: cgroupDriverSchema.nullable(),
})

export const kubeletDriverSchema = z.object({
  version: z.string().nullable(),
  unit: unitSchema,
  /** As configured; null: nothing says, so that it is cgroupfs. */
  configured: cgroupDriverSchema.nullable(),
  /** What it works with. Null: no kubelet, or it cannot be told. */
  effective: cgroupDriverSchema.nullable(),
  /** Where `effective` comes from. `runtime`: it asks the runtime (KubeletCgroupDriverFromCRI). `kubeadm`: it has no configuration yet, and kubeadm writes this one. */
  from: z.enum(['config', 'flag', 'runtime', 'default', 'kubeadm']).nullable(),
  /** `unix:///…` */
  endpoint: z.string().nullable(),
  /** It is a node of a cluster, and one that has its control plane. */
  joined: z.boolean(),
  controlPlane: z.boolean(),
})

export const runtimesSchema = z.object({
  target: targetIdSchema,
  asOf: epochMs,
  /** False: this system has no such runtimes (it is no Linux); everything else is empty then. */
  supported: z.boolean(),
  /** It was looked at as root. Without, sockets and some files stay unknown. */
  asRoot: z.boolean(),
  host: hostDriversSchema,
  kubelet: kubeletDriverSchema,
  kubeadm: z.object({
    version: z.string().nullable(),
    /** The sandbox image of its version. */
    sandboxImage: z.string().nullable(),
    /** Which socket `kubeadm init` takes when none is named. */
    choice: z.enum(['one', 'several', 'none', 'unknown']),
    sockets: z.array(z.string()),
  }),
  /** Where processes of pods really are: how many cgroups of containers by each driver. Null: not seen. */
  pods: z.object({ systemd: z.number().int(), cgroupfs: z.number().int(), other: z.number().int() }).nullable(),
  runtimes: z.array(runtimeSchema),
  findings: z.array(runtimeFindingSchema),
})
export type Runtimes = z.infer<typeof runtimesSchema>

const image = z
  .string()
  .max(300)
  .regex(/^[a-z0-9][\w.-]*(?::\d+)?(?:\/[\w.-]+)+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/i)
const registry = z
  .string()
  .max(250)
  .regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i)
const endpoint = z
  .string()
  .max(500)
  .regex(/^https?:\/\/[a-z0-9.[\]:-]+(?:\/[\w./~%-]*)?$/i)

export const runtimeChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('driver'), runtime: runtimeNameSchema, driver: cgroupDriverSchema }),
  /** `image` null: the one that kubeadm of this host wants. */
  z.object({ kind: z.literal('sandbox-image'), runtime: runtimeNameSchema, image: image.nullable() }),
  z.object({ kind: z.literal('enable-cri'), runtime: z.literal('containerd') }),
  /** An empty list takes the mirrors of that registry away. */
  z.object({ kind: z.literal('mirrors'), runtime: runtimeNameSchema, registry, endpoints: z.array(endpoint).max(10) }),
  z.object({ kind: z.literal('install'), runtime: z.enum(['containerd', 'cri-o', 'docker']), source: z.enum(['distribution', 'vendor']) }),
  /** The units of a cri-dockerd whose program is there. */
  z.object({ kind: z.literal('cri-dockerd-unit') }),
  z.object({ kind: z.literal('restart'), runtime: runtimeNameSchema }),
])
export type RuntimeChange = z.infer<typeof runtimeChangeSchema>

/** Whose kubectl speaks to the cluster: this machine's, by a context, or that of a control plane with its own admin.conf. */
export const migrationKubeSchema = z.discriminatedUnion('through', [
  z.object({ through: z.literal('target'), target: targetIdSchema }),
  z.object({ through: z.literal('context'), context: contextRef }),
])
export type MigrationKube = z.infer<typeof migrationKubeSchema>

export const migrationSpecSchema = z.object({
  /** In this order, one after the other. */
  nodes: z.array(targetIdSchema).min(1).max(50),
  driver: cgroupDriverSchema,
  kube: migrationKubeSchema,
  drain: z.object({
    /** Pods with emptyDir volumes lose what they hold. */
    deleteEmptyDirData: z.boolean(),
    /** Pods that nothing brings back are deleted too. */
    force: z.boolean(),
    timeoutSeconds: z.number().int().min(10).max(3600),
  }),
})
export type MigrationSpec = z.infer<typeof migrationSpecSchema>

export const migrationSchema = z.object({
  id: z.string(),
  spec: migrationSpecSchema,
  startedAt: epochMs,
  jobId: z.string(),
  /** `halted`: it failed, was cancelled or Cove ended; it waits to be resumed or rolled back. */
  state: z.enum(['running', 'halted', 'done', 'rolled-back']),
  nodes: z.array(
    z.object({
      target: targetIdSchema,
      /** Its name in the cluster; null: not looked yet. */
      node: z.string().nullable(),
      state: z.enum(['waiting', 'started', 'done', 'rolled-back']),
      /** The last thing that was begun on it. */
      step: z.string().nullable(),
    }),
  ),
})
export type Migration = z.infer<typeof migrationSchema>

const byId = z.object({ id: z.string() })
const started = z.object({ jobId: z.string() })

export const runtimes = {
  /** Looks at once; changes nothing. Refused: `ssh-*`, `engine-*`, `not-found` (target), `command-output-unreadable`. */
  look: procedure.input(z.object({ target: targetIdSchema })).output(runtimesSchema),
  /**
   * What would be done. Refused: `runtime-not-installed`, `runtime-config-refused` (Cove cannot change this file without losing something),
   * `runtime-install-unknown` (no plan for this distribution), `host-unsupported`.
   */
  propose: procedure.input(z.object({ target: targetIdSchema, change: runtimeChangeSchema })).output(hostPlanSchema),
  /** Another cgroup driver for nodes of a kubeadm cluster, node by node. Refused: `migration-open`, `busy`. */
  migrate: procedure.input(migrationSpecSchema).output(started),
  /** Those that touch a target and are running or halted, newest first. */
  migrations: procedure.input(z.object({ target: targetIdSchema })).output(z.array(migrationSchema)),
  /** Goes on where it halted. Refused: `not-found` (migration). */
  resume: procedure.input(byId).output(started),
  /** Puts the files of each node back as they were, the last node first, and lets pods be scheduled there again. */
  rollBack: procedure.input(byId).output(started),
}
