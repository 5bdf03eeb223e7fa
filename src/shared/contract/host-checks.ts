import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { epochMs, procedure } from './base.ts'
import { hostPlanSchema } from './host-changes.ts'
import { hostEtcdSchema } from './host-etcd.ts'
import { targetIdSchema } from './targets.ts'

const subnet = z.string().max(60)

/** An etcd outside the cluster. */
export type HostEtcd = z.infer<typeof hostEtcdSchema>

/** What the machine is to be: the same machine can be right for one and wrong for another. */
export const hostIntentSchema = z.object({
  role: z.enum(['control-plane', 'worker']),
  /** `v1.34.4` or `v1.34`; null: as the kubeadm that is there, else the one that Cove knows best. */
  kubernetes: z
    .string()
    .regex(/^v?1\.\d{1,3}(?:\.\d{1,3})?(?:[-+][0-9A-Za-z.+-]+)?$/)
    .nullable(),
  /** CIDR. None given: not compared. */
  podSubnets: z.array(subnet).max(4),
  serviceSubnets: z.array(subnet).max(4),
  /** Path of the CRI socket that kubeadm will be told. Null: none, it looks itself. */
  criSocket: z
    .string()
    .max(300)
    .regex(/^\/[^\s\p{Cc}]*$/u)
    .nullable(),
  /** Of a control plane. Absent or null: the cluster has its own etcd, or no configuration is at hand. */
  etcd: hostEtcdSchema.nullish(),
})
export type HostIntent = z.infer<typeof hostIntentSchema>

export const hostCheckGroupSchema = z.enum([
  'system',
  'kernel',
  'swap',
  'cgroup',
  'runtime',
  'kubernetes',
  'ports',
  'network',
  'firewall',
  'resources',
  'programs',
  'security',
  'identity',
])
export type HostCheckGroup = z.infer<typeof hostCheckGroupSchema>

export const hostCheckResultSchema = z.enum(['ok', 'warning', 'problem', 'unknown', 'not-applicable'])
export type HostCheckResult = z.infer<typeof hostCheckResultSchema>

/** One result of a check. Its words are in `shared/words` (namespace `host-checks`): `check.<words>` with title, consequence, fix and `say.<variant>`. */
export const hostFindingSchema = z.object({
  /** Stable: `sysctl-ip-forward`. */
  id: z.string(),
  group: hostCheckGroupSchema,
  result: hostCheckResultSchema,
  /** Checks of one kind share their words: `tool` for `tool-socat`. */
  words: z.string(),
  /** Which of its sentences is true; of an unknown one why it is not known: `denied`, `absent`, `timeout`, `failed`. */
  variant: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  /** What was read: a file, a program, and its text. */
  evidence: z.array(z.object({ source: z.string(), text: z.string() })),
  /** Official page, English. */
  link: z.string(),
  /** Names of kubeadm's preflight checks that test the same. */
  preflight: z.array(z.string()),
  fixable: z.boolean(),
})
export type HostFinding = z.infer<typeof hostFindingSchema>

export const hostReportSchema = z.object({
  target: targetIdSchema,
  /** With the Kubernetes version that was meant. */
  intent: hostIntentSchema.extend({ kubernetes: z.string() }),
  at: epochMs,
  tookMs: z.number().nonnegative(),
  /** `Debian GNU/Linux 12 (bookworm)`, `6.1.0-18-amd64`, `x86_64`. */
  system: z.string(),
  kernel: z.string(),
  arch: z.string(),
  hostname: z.string(),
  /** It was looked at as root: without, some stay unknown. */
  root: z.boolean(),
  /** It is a node of a cluster already. */
  member: z.boolean(),
  findings: z.array(hostFindingSchema),
})
export type HostReport = z.infer<typeof hostReportSchema>

/** What must differ between machines of one cluster, as findings of each; one that could not be reached says why. */
export const hostComparisonSchema = z.object({
  machines: z.array(z.object({ target: targetIdSchema, findings: z.array(hostFindingSchema) })),
  unreached: z.array(z.object({ target: targetIdSchema, error: appErrorSchema })),
})
export type HostComparison = z.infer<typeof hostComparisonSchema>

export const hostChecks = {
  /** Looks, changes nothing. Refused: those of `Target.run`, `command-output-unreadable`. */
  run: procedure.input(z.object({ target: targetIdSchema, intent: hostIntentSchema })).output(hostReportSchema),
  /** Looks again and plans what puts right those of `ids` that are not; empty: all that can be, save packages that Kubernetes runs without. Refused: `host-nothing-to-fix`. */
  plan: procedure
    .input(z.object({ target: targetIdSchema, intent: hostIntentSchema, ids: z.array(z.string().max(100)).max(200) }))
    .output(hostPlanSchema),
  /** Names, addresses of network cards and ids of several machines beside each other. */
  compare: procedure.input(z.object({ targets: z.array(targetIdSchema).min(2).max(50) })).output(hostComparisonSchema),
}
