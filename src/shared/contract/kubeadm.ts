import { z } from 'zod'
import { contextRef, epochMs, longText, procedure } from './base.ts'
import { targetIdSchema } from './targets.ts'

/** One line `[ERROR x]` or `[WARNING x]` of kubeadm's preflight checks. */
export const preflightFindingSchema = z.object({
  level: z.enum(['problem', 'warning']),
  /** kubeadm's own name, which `--ignore-preflight-errors` takes: `Port-6443`. */
  check: z.string(),
  /** Ids of the host checks that look at the same; empty: none does. */
  checkIds: z.array(z.string()),
  /** kubeadm's own words. */
  text: z.string(),
})
export type PreflightFinding = z.infer<typeof preflightFindingSchema>

export const kubeadmNodeSchema = z.object({
  name: z.string(),
  controlPlane: z.boolean(),
  ready: z.boolean(),
  /** `v1.34.4` of its kubelet. */
  version: z.string(),
  addresses: z.array(z.string()),
})
export type KubeadmNode = z.infer<typeof kubeadmNodeSchema>

/** What `kubeadm upgrade plan` says can be done. */
export const kubeadmUpgradePlanSchema = z.object({
  at: epochMs,
  /** Version of the kubeadm that was asked: it knows of none that is newer than itself. */
  kubeadm: z.string(),
  /** Null: it says its plan only for people to read, in the output of the job. */
  upgrades: z
    .array(
      z.object({
        /** `v1.34.4`, as `kubeadm upgrade apply` takes it. */
        version: z.string(),
        /** Versions as kubeadm says them: `3.5.21-0` of etcd. `node`: null where it is the cluster's. */
        components: z.array(z.object({ name: z.string(), node: z.string().nullable(), from: z.string(), to: z.string() })),
      }),
    )
    .nullable(),
  /** API groups whose configuration must be made new by hand before. */
  manual: z.array(z.string()),
})
export type KubeadmUpgradePlan = z.infer<typeof kubeadmUpgradePlanSchema>

export const kubeadmStateSchema = z.object({
  /** `half`: something that kubeadm makes is there, but neither a whole control plane nor a whole worker. */
  kind: z.enum(['none', 'control-plane', 'worker', 'half']),
  /** Versions, `v1.34.4`; null: not there. */
  programs: z.object({ kubeadm: z.string().nullable(), kubelet: z.string().nullable(), kubectl: z.string().nullable() }),
  /** Name it has, or would have, as a node. */
  node: z.string(),
  /** Files that say what it is. */
  signs: z.array(z.string()),
  kubeletRunning: z.boolean(),
  /** A network plugin's configuration is in /etc/cni/net.d. */
  network: z.boolean(),
  /** Of the cluster it belongs to; null: none, or it cannot be asked. */
  cluster: z
    .object({
      name: z.string(),
      version: z.string(),
      /** `172.18.0.2:6443` */
      endpoint: z.string(),
      podSubnet: z.string(),
      serviceSubnet: z.string(),
    })
    .nullable(),
  /** Null: this is no control plane, or it does not answer. */
  nodes: z.array(kubeadmNodeSchema).nullable(),
  /** The context of this user that leads there. */
  context: contextRef.nullable(),
  /** The job that works on it now. */
  jobId: z.string().nullable(),
  /** What the last preflight here found; null: none since Cove was started. */
  preflight: z.object({ at: epochMs, of: z.enum(['init', 'join']), findings: z.array(preflightFindingSchema) }).nullable(),
  /** What kubeadm last planned here; null: nothing of this cluster since Cove was started or it was upgraded. */
  upgradePlan: kubeadmUpgradePlanSchema.nullable(),
})
export type KubeadmState = z.infer<typeof kubeadmStateSchema>

export const kubeadmTokenSchema = z.object({
  /** The public half; the secret half crosses the contract only when a token is made. */
  id: z.string(),
  description: z.string(),
  /** Null: never. */
  expiresAt: epochMs.nullable(),
  usages: z.array(z.string()),
})
export type KubeadmToken = z.infer<typeof kubeadmTokenSchema>

export const kubeadmCertificateSchema = z.object({
  name: z.string(),
  /** A certificate authority; `renew` leaves it as it is. */
  authority: z.boolean(),
  signedBy: z.string(),
  expiresAt: epochMs.nullable(),
  missing: z.boolean(),
  /** kubeadm does not renew what others manage. */
  external: z.boolean(),
})
export type KubeadmCertificate = z.infer<typeof kubeadmCertificateSchema>

/** What `kubeadm reset` leaves, or would leave. */
export const kubeadmLeftoverSchema = z.object({
  /** Stable for one host: what is confirmed is named by it. */
  id: z.string(),
  kind: z.enum([
    'cni-file',
    'cni-state',
    'kubernetes-file',
    'etcd-data',
    'kubelet-data',
    'kubeconfig',
    'rules',
    'ipvs',
    'interface',
    'route',
  ]),
  /** Path, interface, route, or command whose rules it is: `iptables`, `ip6tables-legacy`. */
  name: z.string(),
  /** How many chains and rules, or virtual services. */
  count: z.number().nullable(),
  /** `kubeadm reset` removes it itself. */
  byReset: z.boolean(),
})
export type KubeadmLeftover = z.infer<typeof kubeadmLeftoverSchema>

export const joinFactsSchema = z.object({
  endpoint: z.string(),
  tokenId: z.string(),
  hashes: z.array(z.string()),
  controlPlane: z.boolean(),
})

/**
 * Where the programs of an upgrade come from: a folder of each host that holds kubeadm, kubelet and kubectl; they are there already (a package manager); or each host
 * fetches them from where Kubernetes publishes them, behind the mirror that is set, checked by the publisher's digests.
 */
export const upgradeProgramsSchema = z.discriminatedUnion('from', [
  z.object({
    from: z.literal('folder'),
    folder: z
      .string()
      .regex(/^\/[^\p{Cc}]+$/u)
      .max(1000),
  }),
  z.object({ from: z.literal('there') }),
  z.object({ from: z.literal('publisher') }),
])

const started = z.object({ jobId: z.string() })
const onTarget = z.object({ target: targetIdSchema })
/** Names of preflight checks as kubeadm gives them. */
export const ignoredChecksSchema = z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/)).max(100)
const ignore = ignoredChecksSchema.default([])
const document = z.string().max(200_000)
/** As kubeadm takes it: `unix:///var/run/crio/crio.sock`. */
const criSocket = z
  .string()
  .regex(/^unix:\/\/\/[^\s\p{Cc}]+$/u)
  .max(200)
const tokenId = z.string().regex(/^[a-z0-9]{6}$/)
const hours = z.number().int().min(0).max(8760)

/** Which cluster a machine is to join, and as what. */
const joinWish = z.object({
  via: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('target'), target: targetIdSchema }),
    z.object({ kind: z.literal('command'), command: z.string().max(10_000) }),
  ]),
  controlPlane: z.boolean(),
  /** Null: there is only one, which kubeadm finds. */
  criSocket: criSocket.nullable().default(null),
})

export const kubeadm = {
  /** Reads; changes nothing. Refused: as `targets.look`, `host-root-needed`. */
  state: procedure.input(onTarget).output(kubeadmStateSchema),
  /**
   * The checks of `kubeadm init`, or of `kubeadm join` where `join` says to which cluster, and nothing else; what they find is in the state afterwards. For a join a
   * token is made on its control plane and taken back, as the cluster is asked for its configuration; as a control plane the images are pulled too.
   */
  preflight: procedure
    .input(onTarget.extend({ document: document.nullable().default(null), join: joinWish.nullable().default(null) }))
    .output(started),
  pullImages: procedure.input(onTarget.extend({ document: document.nullable().default(null) })).output(started),
  /**
   * Makes a control plane of it and takes its admin.conf into the kubeconfig of this user. A cancel takes all back with `kubeadm reset`.
   * The job fails with `kubeadm-not-clean` where something of kubeadm is there already, `kubeadm-preflight`, `kubeadm-configuration`.
   */
  init: procedure.input(onTarget.extend({ document, ignore })).output(started),
  /** Takes the admin.conf of a control plane into the kubeconfig of this user. Refused: `kubeadm-no-control-plane`. */
  takeContext: procedure.input(onTarget).output(z.object({ context: contextRef, server: z.string(), reachable: z.boolean() })),
  /** Applies a manifest that the person gives, on a control plane, and waits until the nodes are ready. */
  applyNetwork: procedure.input(onTarget.extend({ manifest: longText })).output(started),
  /** What a pasted `kubeadm join` line says. Refused: `join-command-invalid`. */
  readJoin: procedure.input(z.object({ command: z.string().max(10_000) })).output(joinFactsSchema),
  /** Joins it to the cluster of a control plane that is a target, or by a line that somebody gave. */
  join: procedure.input(onTarget.extend({ ...joinWish.shape, ignore })).output(started),
  tokens: procedure.input(onTarget).output(z.array(kubeadmTokenSchema)),
  /** Shown once: the whole line to join with. `hours` 0: the token never expires. */
  createToken: procedure
    .input(
      onTarget.extend({
        hours,
        description: z
          .string()
          .max(200)
          .regex(/^[^\p{Cc}]*$/u),
      }),
    )
    .output(z.object({ id: z.string(), joinCommand: z.string() })),
  /** From now on, in hours. */
  renewToken: procedure.input(onTarget.extend({ id: tokenId, hours: hours.min(1) })).output(z.array(kubeadmTokenSchema)),
  deleteToken: procedure.input(onTarget.extend({ id: tokenId })).output(z.array(kubeadmTokenSchema)),
  certificates: procedure.input(onTarget).output(z.array(kubeadmCertificateSchema)),
  /** Renews all, restarts the components that use them one after another, and waits until each runs again and the API answers. */
  renewCertificates: procedure.input(onTarget).output(started),
  /**
   * Upgrades the cluster, one node after another: the first target is the control plane that `kubeadm upgrade apply` runs on. Nodes that have the version already
   * are passed over, so that the same once more goes on where it halted.
   */
  upgrade: procedure
    .input(
      z
        .object({
          targets: z.array(targetIdSchema).min(1).max(100),
          /** Null: kubeadm names the versions that there are. Only where nothing is applied. */
          version: z
            .string()
            .regex(/^v\d+\.\d+\.\d+$/)
            .nullable(),
          programs: upgradeProgramsSchema,
          ignore,
          /** False: only what would be done is looked at (`kubeadm upgrade plan`), and is in the state afterwards. */
          apply: z.boolean(),
        })
        .refine(({ version, apply }) => version !== null || !apply, { path: ['version'] }),
    )
    .output(started),
  /** What is there that a reset removes or leaves. */
  leftovers: procedure.input(onTarget).output(z.array(kubeadmLeftoverSchema)),
  /**
   * `kubeadm reset`, then the leftovers that were named, then a look whether they are gone. `via`: the control plane that is to drain and forget the node.
   * `context`: the contexts of this user that lead there go too.
   */
  reset: procedure
    .input(
      onTarget.extend({
        leftovers: z.array(z.string().max(1000)).max(1000),
        via: targetIdSchema.nullable().default(null),
        context: z.boolean(),
      }),
    )
    .output(started),
}
