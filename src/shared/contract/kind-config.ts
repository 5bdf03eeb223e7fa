import { z } from '../zod.ts'
import { flag, ipAddress, port, subnet, subnetsOverlap, text } from './document.ts'

/**
 * kind's own document, `kind.x-k8s.io/v1alpha4`: https://kind.sigs.k8s.io/docs/user/configuration/ and
 * https://github.com/kubernetes-sigs/kind/blob/main/pkg/apis/config/v1alpha4/types.go. Fields that are not here stay in what is parsed, though
 * kind refuses a file with one that it does not know.
 */
export const kindApiVersion = 'kind.x-k8s.io/v1alpha4'

export const kindMountSchema = z.looseObject({
  hostPath: text.nullish(),
  containerPath: text.nullish(),
  readOnly: flag.nullish(),
  selinuxRelabel: flag.nullish(),
  propagation: z.enum(['', 'None', 'HostToContainer', 'Bidirectional']).nullish(),
})

export const kindPortSchema = z.looseObject({
  containerPort: port,
  /** 0 or none: kind picks a free one and keeps it; -1: the engine picks at each start. */
  hostPort: z.int().min(-1).max(65_535).nullish(),
  /** kind's own default is `0.0.0.0`: every address of this machine. */
  listenAddress: ipAddress.nullish(),
  protocol: z.enum(['', 'TCP', 'UDP', 'SCTP']).nullish(),
})

/** RFC 6902; kustomize's form of it. */
export const kindJsonPatchSchema = z.looseObject({ group: text.nullish(), version: text.nullish(), kind: text, patch: text })

const patches = {
  /** YAML texts, merged by `kind:` (and `apiVersion:`) of kubeadm's objects. */
  kubeadmConfigPatches: z.array(text).nullish(),
  kubeadmConfigPatchesJSON6902: z.array(kindJsonPatchSchema).nullish(),
}

export const kindNodeSchema = z.looseObject({
  role: z.enum(['', 'control-plane', 'worker']).nullish(),
  image: text.nullish(),
  labels: z.record(z.string(), text.nullable()).nullish(),
  extraMounts: z.array(kindMountSchema).nullish(),
  extraPortMappings: z.array(kindPortSchema).nullish(),
  /** `all`: every GPU of the engine (kind's main branch). */
  gpus: text.nullish(),
  ...patches,
})
export type KindNode = z.infer<typeof kindNodeSchema>

export const kindNetworkingSchema = z.looseObject({
  ipFamily: z.enum(['', 'ipv4', 'ipv6', 'dual']).nullish(),
  /** 0 or none: kind picks a free one and keeps it; -1: the engine picks at each start. */
  apiServerPort: z.int().min(-1).max(65_535).nullish(),
  apiServerAddress: ipAddress.nullish(),
  podSubnet: subnet.nullish(),
  serviceSubnet: subnet.nullish(),
  disableDefaultCNI: flag.nullish(),
  kubeProxyMode: z.enum(['', 'iptables', 'ipvs', 'nftables', 'none']).nullish(),
  dnsSearch: z.array(text).nullish(),
})

export const kindConfigSchema = z
  .looseObject({
    kind: z.literal('Cluster'),
    apiVersion: z.literal(kindApiVersion),
    name: text.nullish(),
    /** None: one control plane. */
    nodes: z.array(kindNodeSchema).nullish(),
    networking: kindNetworkingSchema.nullish(),
    featureGates: z.record(z.string(), flag.nullable()).nullish(),
    runtimeConfig: z.record(z.string(), text.nullable()).nullish(),
    ...patches,
    /** TOML texts. */
    containerdConfigPatches: z.array(text).nullish(),
    /** RFC 6902, as JSON or YAML. */
    containerdConfigPatchesJSON6902: z.array(text).nullish(),
  })
  .superRefine((config, context) => {
    const nodes = config.nodes ?? []
    const fail = (message: string, path: (string | number)[]) => context.addIssue({ code: 'custom', message, path })
    if (nodes.length > 0 && nodes.every((node) => roleOf(node) === 'worker')) fail('control-plane-missing', ['nodes'])
    const { podSubnet, serviceSubnet, apiServerPort, apiServerAddress } = config.networking ?? {}
    // One that is not given is kind's default, which is worth a look only beside one that is.
    if ((podSubnet || serviceSubnet) && subnetsOverlap(podSubnet || defaultSubnets.pods, serviceSubnet || defaultSubnets.services))
      fail('subnets-overlap', ['networking', serviceSubnet ? 'serviceSubnet' : 'podSubnet'])
    const seen = new Set<string>()
    if ((apiServerPort ?? 0) > 0) seen.add(`${apiServerPort}/TCP/${apiServerAddress || '127.0.0.1'}`)
    nodes.forEach((node, index) => {
      node.extraPortMappings?.forEach((mapping, at) => {
        if ((mapping.hostPort ?? 0) <= 0) return
        // One port of this machine serves one node.
        const bound = `${mapping.hostPort}/${mapping.protocol || 'TCP'}/`
        const address = mapping.listenAddress || '0.0.0.0'
        const clashes = [...seen].some(
          (one) => one.startsWith(bound) && (one === bound + address || isAny(address) || isAny(one.slice(bound.length))),
        )
        if (clashes) fail('duplicate-port', ['nodes', index, 'extraPortMappings', at, 'hostPort'])
        seen.add(bound + address)
      })
      const places = new Set<string>()
      node.extraMounts?.forEach((mount, at) => {
        if (!mount.containerPath) return
        if (places.has(mount.containerPath)) fail('duplicate-mount', ['nodes', index, 'extraMounts', at, 'containerPath'])
        places.add(mount.containerPath)
      })
    })
  })
export type KindConfig = z.infer<typeof kindConfigSchema>

const isAny = (address: string) => address === '0.0.0.0' || address === '::'

/** kind's own, of the first IP family. */
export const defaultSubnets = { pods: '10.244.0.0/16', services: '10.96.0.0/16' } as const

/** kind takes a node without a role for a control plane. */
export function roleOf(node: Pick<KindNode, 'role'>): 'control-plane' | 'worker' {
  return node.role === 'worker' ? 'worker' : 'control-plane'
}
