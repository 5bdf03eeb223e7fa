import { registryDefaults } from '#shared/contract/cluster-extras.ts'
import type { PairView } from '../../document/fields.tsx'
import { isRecord } from '../../document/plain.ts'
import { plainOf } from '../../document/text.ts'
import { readTaints, type Taint } from './taints.ts'
import { parseText, type Provider, providerOf } from './text.ts'

/** A document as the form shows it. Every value is text as it stands, also where it is wrong; nothing that is absent is invented. */
export type PortView = {
  readonly hostPort: string
  readonly containerPort: string
  readonly protocol: string
  readonly listenAddress: string
}
export type MountView = {
  readonly hostPath: string
  readonly containerPath: string
  readonly readOnly: boolean
  readonly propagation: string
}
export type NodeView = {
  readonly role: 'control-plane' | 'worker'
  readonly image: string
  readonly labels: readonly PairView[]
  readonly taints: readonly Taint[]
  readonly ports: readonly PortView[]
  readonly mounts: readonly MountView[]
  readonly patches: readonly string[]
  /** RFC 6902 patches: edited in the text only. */
  readonly jsonPatches: number
}
export type KindView = {
  readonly provider: 'kind'
  readonly name: string
  /** At least one: a document without nodes is one control plane. */
  readonly nodes: readonly NodeView[]
  readonly networking: {
    readonly ipFamily: string
    readonly apiServerPort: string
    readonly apiServerAddress: string
    readonly podSubnet: string
    readonly serviceSubnet: string
    readonly disableDefaultCNI: boolean
    readonly kubeProxyMode: string
    readonly dnsSearch: readonly string[]
  }
  readonly featureGates: readonly PairView[]
  readonly runtimeConfig: readonly PairView[]
  readonly patches: readonly string[]
  readonly containerdPatches: readonly string[]
  readonly jsonPatches: number
  readonly extras: ExtrasView
}
export type MinikubeView = {
  readonly provider: 'minikube'
  readonly name: string
  readonly driver: string
  readonly containerRuntime: string
  readonly kubernetesVersion: string
  readonly nodes: string
  readonly controlPlanes: string
  readonly cpus: string
  readonly memory: string
  readonly diskSize: string
  readonly cni: string
  readonly addons: readonly string[]
  readonly mount: { readonly source: string; readonly target: string } | null
  readonly ports: readonly string[]
  readonly extraConfig: readonly string[]
  readonly featureGates: readonly PairView[]
  readonly serviceSubnet: string
  readonly subnet: string
  readonly insecureRegistries: readonly string[]
  readonly registryMirrors: readonly string[]
  readonly apiServerPort: string
  readonly extras: ExtrasView
}
export type ExtrasView = {
  readonly images: readonly string[]
  readonly manifests: readonly string[]
  readonly registry: { readonly name: string; readonly port: string } | null
  /** Each registry with its mirrors, `https://a.example, https://b.example`. */
  readonly mirrors: readonly PairView[]
}
export type View = KindView | MinikubeView

/** The port of this machine that the registry takes, also where the document leaves it out; none: ''. Pure. */
export const registryPort = ({ registry }: ExtrasView): string =>
  registry === null ? '' : registry.port.trim() || String(registryDefaults.port)

/** The form of a text; null where it does not parse or is no document of a cluster: then only the text can be edited. Pure. */
export function viewOf(text: string): View | null {
  try {
    const parsed = parseText(text)
    if (parsed.cluster === null || parsed.all.some((part) => part.errors.length > 0)) return null
    const provider = providerOf(parsed.cluster)
    const value = plainOf(parsed.cluster)
    if (provider === null || !isRecord(value)) return null
    const extras = extrasOf(plainOf(parsed.extras))
    return provider === 'kind' ? kindView(value, extras) : minikubeView(value, extras)
  } catch {
    return null
  }
}

/** Provider that a text is for, also where nothing else of it can be read. */
export function providerIn(text: string): Provider {
  return /^kind:\s*["']?MinikubeCluster/m.test(text) ? 'minikube' : 'kind'
}

function kindView(value: Plain, extras: ExtrasView): KindView {
  const networking = record(value['networking'])
  const nodes = list(value['nodes']).map((node) => nodeView(record(node)))
  return {
    provider: 'kind',
    name: text(value['name']),
    nodes: nodes.length > 0 ? nodes : [nodeView({})],
    networking: {
      ipFamily: text(networking['ipFamily']),
      apiServerPort: text(networking['apiServerPort']),
      apiServerAddress: text(networking['apiServerAddress']),
      podSubnet: text(networking['podSubnet']),
      serviceSubnet: text(networking['serviceSubnet']),
      disableDefaultCNI: truth(networking['disableDefaultCNI']),
      kubeProxyMode: text(networking['kubeProxyMode']),
      dnsSearch: list(networking['dnsSearch']).map(text),
    },
    featureGates: pairs(value['featureGates']),
    runtimeConfig: pairs(value['runtimeConfig']),
    patches: list(value['kubeadmConfigPatches']).map(text),
    containerdPatches: list(value['containerdConfigPatches']).map(text),
    jsonPatches: list(value['kubeadmConfigPatchesJSON6902']).length + list(value['containerdConfigPatchesJSON6902']).length,
    extras,
  }
}

function nodeView(node: Plain): NodeView {
  const patches = list(node['kubeadmConfigPatches']).map(text)
  return {
    role: node['role'] === 'worker' ? 'worker' : 'control-plane',
    image: text(node['image']),
    labels: pairs(node['labels']),
    taints: readTaints(patches) ?? [],
    ports: list(node['extraPortMappings']).map((one) => {
      const port = record(one)
      return {
        hostPort: text(port['hostPort']),
        containerPort: text(port['containerPort']),
        protocol: text(port['protocol']) || 'TCP',
        listenAddress: text(port['listenAddress']),
      }
    }),
    mounts: list(node['extraMounts']).map((one) => {
      const mount = record(one)
      return {
        hostPath: text(mount['hostPath']),
        containerPath: text(mount['containerPath']),
        readOnly: truth(mount['readOnly']),
        propagation: text(mount['propagation']) || 'None',
      }
    }),
    patches,
    jsonPatches: list(node['kubeadmConfigPatchesJSON6902']).length,
  }
}

function minikubeView(value: Plain, extras: ExtrasView): MinikubeView {
  const mount = isRecord(value['mount']) ? value['mount'] : null
  return {
    provider: 'minikube',
    name: text(value['name']),
    driver: text(value['driver']),
    containerRuntime: text(value['containerRuntime']),
    kubernetesVersion: text(value['kubernetesVersion']),
    nodes: text(value['nodes']) || (value['controlPlanes'] === 3 ? '3' : '1'),
    controlPlanes: text(value['controlPlanes']) || '1',
    cpus: text(value['cpus']),
    memory: text(value['memory']),
    diskSize: text(value['diskSize']),
    cni: text(value['cni']),
    addons: list(value['addons']).map(text),
    mount: mount === null ? null : { source: text(mount['source']), target: text(mount['target']) },
    ports: list(value['ports']).map(text),
    extraConfig: list(value['extraConfig']).map(text),
    featureGates: pairs(value['featureGates']),
    serviceSubnet: text(value['serviceSubnet']),
    subnet: text(value['subnet']),
    insecureRegistries: list(value['insecureRegistries']).map(text),
    registryMirrors: list(value['registryMirrors']).map(text),
    apiServerPort: text(value['apiServerPort']),
    extras,
  }
}

function extrasOf(value: unknown): ExtrasView {
  const extras = record(value)
  const registry = isRecord(extras['registry']) ? extras['registry'] : null
  return {
    images: list(extras['images']).map(text),
    manifests: list(extras['manifests']).map(text),
    mirrors: Object.entries(record(extras['mirrors'])).map(([name, urls]) => [name, list(urls).map(text).join(', ')]),
    registry: registry === null ? null : { name: text(registry['name']), port: text(registry['port']) },
  }
}

type Plain = Readonly<Record<string, unknown>>
const record = (value: unknown): Plain => (isRecord(value) ? value : {})
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])
const pairs = (value: unknown): PairView[] => Object.entries(record(value)).map(([name, one]) => [name, text(one)])
const truth = (value: unknown) => value === true || (typeof value === 'string' && /^(?:y|yes|on|true)$/i.test(value))
/** As it stands; of what is no scalar, its JSON, so that it is not taken for empty. */
function text(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean)
}
