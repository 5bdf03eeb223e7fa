import type { CreateSpec } from '#shared/contract/clusters.ts'
import { registryOf } from '#shared/contract/cluster-extras.ts'
import { defaultSubnets } from '#shared/contract/kind-config.ts'
import { readDocument, type ClusterDocument } from '#core/document/read-document.ts'
import { AppError } from '../../error.ts'

/** What a create asks of the machine, out of its fields or its document. */
export type Wish = {
  readonly provider: CreateSpec['provider']
  readonly name: string
  readonly controlPlanes: number
  readonly workers: number
  /** `v1.34.4`; null: not known before the tool runs. */
  readonly version: string | null
  readonly ipFamily: 'ipv4' | 'ipv6' | 'dual'
  /** Networks inside the cluster, `10.244.0.0/16`; one each, or two of both IP families. */
  readonly pods: readonly string[]
  readonly services: readonly string[]
  /** True where a person chose one of them. */
  readonly subnetsChosen: boolean
  /** The network that the nodes themselves are in, where a person chose it; empty: the tool takes one that is free. */
  readonly nodeNetworks: readonly string[]
  /** Folders of this machine that nodes see. */
  readonly mounts: readonly string[]
  readonly ports: CreateSpec['ports']
  /** What each node asks for; null: the tool's default. */
  readonly cpus: number | null
  readonly memoryMiB: number | null
  /** Nodes are containers of the engine. */
  readonly containers: boolean
  /** What Cove does around the tool: images of the engine to load, manifests (paths and addresses), a registry on this machine. */
  readonly images: readonly string[]
  readonly manifests: readonly string[]
  readonly registry: { readonly name: string; readonly port: number } | null
}

/** Of both IP families: https://github.com/kubernetes-sigs/kind/blob/main/pkg/apis/config/v1alpha4/default.go */
const defaults6 = { pods: 'fd00:10:244::/56', services: 'fd00:10:96::/112' } as const
/** https://github.com/kubernetes/minikube/blob/master/pkg/minikube/constants/constants.go */
const minikubeServices = '10.96.0.0/12'

/** Pure. A document that cannot be read asks for nothing of its own: what is wrong with it is said where it is checked. */
export function wishOf(spec: CreateSpec, version: string | null): Wish {
  const { provider, name, controlPlanes, workers, ports } = spec
  const base: Wish = {
    provider,
    name,
    controlPlanes,
    workers,
    version: version === null || version === '' ? null : version,
    ipFamily: 'ipv4',
    pods: [defaultSubnets.pods],
    services: [provider === 'kind' ? defaultSubnets.services : minikubeServices],
    subnetsChosen: false,
    nodeNetworks: [],
    mounts: [],
    ports,
    cpus: null,
    memoryMiB: null,
    containers: true,
    images: [],
    manifests: [],
    registry: null,
  }
  const document = documentOf(spec.document)
  if (document === null) return base
  const { extras } = document
  const around = { images: extras?.images ?? [], manifests: extras?.manifests ?? [], registry: registryOf(extras) }
  if (document.provider === 'kind') {
    const { networking, nodes } = document.config
    const ipFamily = networking?.ipFamily || 'ipv4'
    const pick = (four: string, six: string) => (ipFamily === 'ipv4' ? [four] : ipFamily === 'ipv6' ? [six] : [four, six])
    return {
      ...base,
      ...around,
      ipFamily,
      pods: listed(networking?.podSubnet) ?? pick(defaultSubnets.pods, defaults6.pods),
      services: listed(networking?.serviceSubnet) ?? pick(defaultSubnets.services, defaults6.services),
      subnetsChosen: Boolean(networking?.podSubnet || networking?.serviceSubnet),
      mounts: (nodes ?? []).flatMap((node) => (node.extraMounts ?? []).flatMap((mount) => mount.hostPath || [])),
    }
  }
  const { config } = document
  const containers = !config.driver || config.driver === 'docker' || config.driver === 'podman'
  return {
    ...base,
    ...around,
    services: listed(config.serviceSubnet) ?? [minikubeServices],
    subnetsChosen: Boolean(config.serviceSubnet),
    // Of the other drivers minikube does not look at it: https://minikube.sigs.k8s.io/docs/commands/start/
    nodeNetworks: containers ? (listed(config.subnet) ?? []) : [],
    mounts: config.mount ? [config.mount.source] : [],
    cpus: typeof config.cpus === 'number' ? config.cpus : null,
    memoryMiB: mebibytes(config.memory ?? ''),
    containers,
  }
}

/** Networks of a cluster whose document is known; what it does not say is not guessed. Pure. */
export function chosenSubnets(document: string | null): readonly string[] {
  const read = documentOf(document)
  if (read === null) return []
  const texts =
    read.provider === 'kind'
      ? [read.config.networking?.podSubnet, read.config.networking?.serviceSubnet]
      : [read.config.serviceSubnet, read.config.subnet]
  return texts.flatMap((text) => listed(text) ?? [])
}

function documentOf(text: string | null): ClusterDocument | null {
  if (text === null) return null
  try {
    return readDocument(text)
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

function listed(text: string | null | undefined): string[] | null {
  return text ? text.split(',').map((part) => part.trim()) : null
}

/** minikube's sizes: `2200`, `2200mb`, `4g`. Null: none, `max`, `no-limit`. */
function mebibytes(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?)i?b?$/i.exec(text)
  if (match === null) return null
  const unit = (match[2] ?? '').toLowerCase()
  return Math.round(Number(match[1]) * (unit === 'g' ? 1024 : unit === 'k' ? 1 / 1024 : 1))
}
