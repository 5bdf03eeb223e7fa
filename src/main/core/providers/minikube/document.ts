import { stringify } from 'yaml'
import { readDocument } from '#core/document/read-document.ts'
import { coveApiVersion } from '#shared/contract/cluster-extras.ts'
import type { CreateSpec } from '#shared/contract/clusters.ts'
import { type MinikubeConfig, portMappingOf } from '#shared/contract/minikube-config.ts'
import { AppError } from '../../error.ts'
import type { ProfileConfig } from './profiles.ts'

/** The document of a spec that has one. Throws `document-invalid`, also where it is another provider's. Pure. */
export function minikubeConfigOf(text: string): MinikubeConfig {
  const document = readDocument(text)
  if (document.provider !== 'minikube')
    throw new AppError('document-invalid', { line: 1, column: 1, field: 'kind', reason: 'one-of', expected: 'MinikubeCluster' })
  return document.config
}

/** What a document says, as the spec that is checked before a create; the document stays in it. `wish` wins over the document. Throws `document-invalid`. Pure. */
export function readMinikubeDocument(text: string, wish: { readonly name: string | null; readonly image: string | null }): CreateSpec {
  const config = minikubeConfigOf(text)
  const controlPlanes = config.controlPlanes ?? 1
  const nodes = Math.max(config.nodes ?? controlPlanes, controlPlanes)
  return {
    name: wish.name ?? (config.name || 'minikube'),
    provider: 'minikube',
    document: text,
    profileId: null,
    image: wish.image ?? (config.kubernetesVersion || null),
    controlPlanes,
    workers: nodes - controlPlanes,
    ports: (config.ports ?? []).map((mapping) => {
      const { listen, ...port } = portMappingOf(mapping)
      return { ...port, listenAddress: listen.replace(/^\[(.*)\]$/, '$1') || '0.0.0.0' }
    }),
  }
}

/** Add-ons that minikube turns on by itself: https://minikube.sigs.k8s.io/docs/commands/addons/ */
const usualAddOns = new Set(['storage-provisioner', 'default-storageclass'])

/** The document of a cluster as its profile describes it; what is minikube's default is left out. Pure. */
export function documentText(name: string, config: ProfileConfig): string {
  const kubernetes = config.KubernetesConfig
  const nodes = config.Nodes ?? []
  const controlPlanes = nodes.filter((node) => node.ControlPlane).length
  const machine = config.Driver !== 'docker' && config.Driver !== 'podman'
  const gates = (kubernetes?.FeatureGates ?? '').split(',').flatMap((one) => {
    const [gate = '', value = ''] = one.split('=')
    return gate === '' ? [] : [[gate, value === 'true'] as const]
  })
  const addOns = Object.entries(config.Addons ?? {}).flatMap(([addOn, on]) => (on && !usualAddOns.has(addOn) ? [addOn] : []))
  const [source, target] = config.Mount ? splitMount(config.MountString) : [null, null]
  const document: Record<string, unknown> = {
    kind: 'MinikubeCluster',
    apiVersion: coveApiVersion,
    name,
    ...given('driver', config.Driver),
    ...given('containerRuntime', kubernetes?.ContainerRuntime === 'crio' ? 'cri-o' : kubernetes?.ContainerRuntime),
    ...given('kubernetesVersion', kubernetes?.KubernetesVersion),
    nodes: Math.max(1, nodes.length),
    ...(controlPlanes >= 3 ? { controlPlanes: 3 } : {}),
    ...(config.CPUs > 0 ? { cpus: config.CPUs } : {}),
    ...(config.Memory > 0 ? { memory: `${config.Memory}mb` } : {}),
    ...(machine && config.DiskSize > 0 ? { diskSize: `${config.DiskSize}mb` } : {}),
    ...given('cni', kubernetes?.CNI),
    ...list('addons', addOns.sort()),
    ...(source && target ? { mount: { source, target } } : {}),
    ...list('ports', config.ExposedPorts),
    ...list(
      'extraConfig',
      (kubernetes?.ExtraOptions ?? []).map(({ Component, Key, Value }) => `${Component}.${Key}=${Value}`),
    ),
    ...(gates.length === 0 ? {} : { featureGates: Object.fromEntries(gates) }),
    ...(kubernetes?.ServiceCIDR === '10.96.0.0/12' ? {} : given('serviceSubnet', kubernetes?.ServiceCIDR)),
    ...given('subnet', config.Subnet),
    ...list('insecureRegistries', config.InsecureRegistry),
    ...list('registryMirrors', config.RegistryMirror),
    ...(config.APIServerPort > 0 && config.APIServerPort !== 8443 ? { apiServerPort: config.APIServerPort } : {}),
  }
  return stringify(document, { lineWidth: 0 })
}

const given = (key: string, value: string | null | undefined) => (value ? { [key]: value } : {})
const list = (key: string, values: readonly string[] | null) => (values === null || values.length === 0 ? {} : { [key]: [...values] })

/** At the last colon, as a Windows path has one of its own: https://github.com/kubernetes/minikube/blob/v1.36.0/cmd/minikube/cmd/mount.go */
function splitMount(text: string): [string | null, string | null] {
  const at = text.lastIndexOf(':')
  return at < 1 ? [null, null] : [text.slice(0, at), text.slice(at + 1)]
}
