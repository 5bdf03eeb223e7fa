import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { networkPluginIds } from '../messages/network-plugins.ts'
import { epochMs, longText, procedure } from './base.ts'
import { targetIdSchema } from './targets.ts'

export const networkPluginIdSchema = z.enum(networkPluginIds)
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.null()]))

/** A DaemonSet that puts the plugin on the nodes. */
const workloadSchema = z.object({ namespace: z.string(), name: z.string(), desired: z.number(), ready: z.number() })

export const networkPluginSchema = z.object({
  id: networkPluginIdSchema,
  /** `Calico`; of an unknown one the name of its DaemonSet, or the type in its file. */
  name: z.string(),
  /** `v3.30.3`, from the tag of the image; null where it does not say. */
  version: z.string().nullable(),
  image: z.string().nullable(),
  /** Null: only files of nodes say that it is there. */
  workload: workloadSchema.nullable(),
  /** Files of nodes that name it, without doubles. */
  files: z.array(z.string()),
})
export type NetworkPlugin = z.infer<typeof networkPluginSchema>

export const cniFileSchema = z.object({
  path: z.string(),
  /** The network's name in it. */
  name: z.string(),
  /** Plugin programs in their order: `bridge`, `portmap`. */
  types: z.array(z.string()),
  /** Ranges that pods get addresses from, as far as the file says. */
  ranges: z.array(z.string()),
  /** The runtime takes this one: the first in the order of names. */
  taken: z.boolean(),
  /** Why the runtime cannot read it; null: it can. */
  fault: z.string().nullable(),
  /** Programs that it names and that are not there; null: nobody looked. */
  missing: z.array(z.string()).nullable(),
})
export type CniFile = z.infer<typeof cniFileSchema>

export const networkNodeSchema = z.object({
  name: z.string(),
  ready: z.boolean(),
  /** What the API says where it is not. */
  reason: z.string().nullable(),
  podCidrs: z.array(z.string()),
  target: targetIdSchema.nullable(),
  /** Null: not read, `error` says why; without an error: no target that is known is this node. */
  files: z.array(cniFileSchema).nullable(),
  error: appErrorSchema.nullable(),
})
export type NetworkNode = z.infer<typeof networkNodeSchema>

export const networkFindingIdSchema = z.enum([
  ...(['no-plugin', 'plugin-not-ready', 'config-invalid', 'program-missing', 'file-range-differs', 'plugin-range-outside'] as const),
  ...(['pod-range-missing', 'service-overlap', 'several-plugins', 'several-files', 'ended', 'no-routes'] as const),
])
export const networkFindingSchema = z.object({ id: networkFindingIdSchema, level: z.enum(['problem', 'warning']), facts })
export type NetworkFinding = z.infer<typeof networkFindingSchema>

const installSchema = z.object({
  id: z.string(),
  kind: z.enum(['manifest', 'chart']),
  /** What the person gave: a file's name, an address, a chart. */
  name: z.string(),
  appliedAt: epochMs,
  objects: z.number(),
  /** Of these, those that a removal leaves: they were there before, or another install has them too. */
  stays: z.number(),
})
export type NetworkInstall = z.infer<typeof installSchema>

export const networkLookSchema = z.object({
  plugins: z.array(networkPluginSchema),
  nodes: z.array(networkNodeSchema),
  /** Range of all pods as the cluster was made with; empty: it does not say. */
  clusterCidrs: z.array(z.string()),
  clusterCidrFrom: z.enum(['kubeadm-config', 'controller-manager']).nullable(),
  serviceCidrs: z.array(z.string()),
  /** Ranges that plugins were told. */
  pluginCidrs: z.array(z.object({ plugin: networkPluginIdSchema, cidr: z.string(), from: z.string() })),
  findings: z.array(networkFindingSchema),
  /** What could not be asked, so that what rests on it is unknown. */
  gaps: z.array(z.object({ what: z.string(), error: appErrorSchema })),
  /** What Cove applied here and holds the text of. */
  installs: z.array(installSchema),
})
export type NetworkLook = z.infer<typeof networkLookSchema>

export const manifestReviewSchema = z.object({
  objects: z.array(z.object({ kind: z.string(), namespace: z.string().nullable(), name: z.string() })),
  images: z.array(z.string()),
  plugins: z.array(networkPluginIdSchema),
  /** Ranges of pods in it. `fits`: it is the cluster's; null: the cluster's is not known. */
  ranges: z.array(z.object({ cidr: z.string(), where: z.string(), line: z.number(), fits: z.boolean().nullable() })),
  /** The text with each range that does not fit made the cluster's; null: nothing to correct. */
  corrected: z.string().nullable(),
})
export type ManifestReview = z.infer<typeof manifestReviewSchema>

/** `pod-node`: the kubelet's port of a node. `dns-outside` and `outside` only where an address was given. */
export const networkCheckIdSchema = z.enum([
  ...(['pod-same-node', 'pod-other-node', 'service', 'api', 'dns', 'pod-node', 'host-port', 'dns-outside', 'outside'] as const),
])
export const networkCheckSchema = z.object({
  check: networkCheckIdSchema,
  /** Node that it was tried from. */
  from: z.string(),
  /** `10.244.1.3:8080` */
  to: z.string(),
  /** Node that `to` is on; null: on none in particular. */
  toNode: z.string().nullable(),
  state: z.enum(['pending', 'ok', 'failed', 'unknown']),
  /** As agnhost says it: `TIMEOUT`, `REFUSED`, `DNS: …`, `OTHER: …`. */
  said: z.string(),
})
export type NetworkCheck = z.infer<typeof networkCheckSchema>

export const networkTestSchema = z.object({
  jobId: z.string(),
  startedAt: epochMs,
  image: z.string(),
  outside: z.string().nullable(),
  nodes: z.array(z.string()),
  /** Nodes that were left out, as they are not ready or there are too many. */
  without: z.array(z.string()),
  checks: z.array(networkCheckSchema),
})
export type NetworkTest = z.infer<typeof networkTestSchema>

const byId = z.object({ id: z.string() })
const started = z.object({ jobId: z.string() })
/** Never an option. */
const word = z
  .string()
  .max(1000)
  .regex(/^[^-\p{Cc}][^\p{Cc}]*$/u)
const dnsName = z
  .string()
  .max(53)
  .regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/)

export const chartSchema = z.object({
  /** File, folder, `oci://` or https address, as `helm` takes it. */
  chart: word,
  release: dnsName,
  namespace: dnsName,
  /** YAML. */
  values: z.string().max(1_000_000),
})
export type NetworkChart = z.infer<typeof chartSchema>

export const network = {
  /** Reads; changes nothing. Refused: `not-found` (cluster), `context-not-found`, `api-*`. */
  look: procedure.input(byId).output(networkLookSchema),
  /** Gets a manifest from an address that the person has confirmed. Refused: `download-*`, `manifest-too-large`. */
  fetch: procedure
    .input(
      z.object({
        url: z
          .url({ protocol: /^https?$/ })
          .max(2000)
          .regex(/^(?:https:|http:\/\/(?:127\.0\.0\.1|localhost)[:/])/),
      }),
    )
    .output(z.object({ text: z.string(), url: z.string(), redirected: z.boolean(), sha256: z.string(), bytes: z.number() })),
  /** What is in a manifest, against the cluster. Refused: `manifest-invalid`. */
  review: procedure.input(byId.extend({ text: longText })).output(manifestReviewSchema),
  /** What a chart would make, as text for a review. Refused: `tool-absent` (helm), `command-failed`, `manifest-too-large`. */
  template: procedure.input(byId.extend({ chart: chartSchema })).output(z.object({ text: z.string() })),
  /** Applies and waits until its DaemonSets and the nodes are ready. A cancel ends the wait; what was applied stays. */
  apply: procedure
    .input(
      byId.extend({
        install: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('manifest'), name: word, text: longText }),
          z.object({ kind: z.literal('chart'), chart: chartSchema }),
        ]),
      }),
    )
    .output(started),
  /** Deletes what an `apply` made, and looks whether it is gone. */
  remove: procedure.input(byId.extend({ installId: z.string() })).output(started),
  /** What a test would use: nodes, and which of them hold the image as far as the API says. */
  testPlan: procedure
    .input(byId.extend({ image: word }))
    .output(z.object({ nodes: z.array(z.object({ name: z.string(), used: z.boolean(), holds: z.boolean() })) })),
  /** Tries connections between pods of its own, in a namespace of its own that is removed whatever happens. */
  test: procedure
    .input(
      byId.extend({
        image: word,
        /** `example.com:443`; null: nothing outside of the cluster is asked. */
        outside: z
          .string()
          .max(300)
          .regex(/^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/)
          .nullable(),
        hostPort: z.boolean(),
      }),
    )
    .output(started),
  /** The last test of this cluster, also while it runs; null: none. */
  lastTest: procedure.input(byId).output(networkTestSchema.nullable()),
}
