import { parseAllDocuments, stringify } from 'yaml'
import { kindApiVersion } from '#shared/contract/kind-config.ts'
import type { Engines } from '../../engines/types.ts'
import type { Exec } from '../../exec/types.ts'
import type { ProviderCluster } from '../provider.ts'

/**
 * The document of a living cluster of kind, as far as it can be seen: images, ports and mounts in what the engine says of the containers; network,
 * feature gates and labels in the configuration that kind left in each node, where the node runs. Patches can be seen nowhere. Throws as `engines.require`.
 */
export async function documentOfCluster({ exec, engines }: { exec: Exec; engines: Engines }, cluster: ProviderCluster): Promise<string> {
  const { docker } = await engines.require()
  const nodes = cluster.nodes.filter((node) => node.role !== 'load-balancer')
  const ids = nodes.map((node) => node.containerId)
  const quiet = { quiet: true, timeoutMs: 10_000 }
  const inspected = await exec.run({ file: docker, args: ['inspect', '--type=container', '--format={{json .}}', '--', ...ids], ...quiet })
  const containers = inspected.stdout.split('\n').flatMap((line) => {
    try {
      return line.trim() === '' ? [] : [JSON.parse(line) as Container]
    } catch {
      return []
    }
  })
  const configurations = await Promise.all(
    nodes.map(async (node) => {
      if (node.state !== 'running') return null
      const result = await exec.run({ file: docker, args: ['exec', node.containerId, 'cat', '/kind/kubeadm.conf'], ...quiet })
      return result.exitCode === 0 ? result.stdout : null
    }),
  )
  const seen = nodes.map((node, index) => ({
    role: node.role,
    image: node.image,
    container: containers.find((one) => one.Id === node.containerId || one.Name === `/${node.name}`) ?? null,
    kubeadm: configurations[index] ?? null,
  }))
  return livingDocument(cluster.name, seen)
}

export type SeenNode = {
  readonly role: string
  readonly image: string
  /** As `docker inspect` says it. */
  readonly container: Container | null
  /** `/kind/kubeadm.conf` of the node; null: not read. */
  readonly kubeadm: string | null
}

type Binding = { readonly HostIp?: string; readonly HostPort?: string }
export type Container = {
  readonly Id?: string
  readonly Name?: string
  readonly Config?: { readonly Image?: string }
  readonly HostConfig?: { readonly PortBindings?: Readonly<Record<string, readonly Binding[] | null>> | null }
  readonly Mounts?: readonly {
    readonly Type?: string
    readonly Source?: string
    readonly Destination?: string
    readonly RW?: boolean
    readonly Propagation?: string
  }[]
}

/** Pure. The port of the API server is left out: kind chose it, and chooses another one for the next cluster. */
export function livingDocument(name: string, nodes: readonly SeenNode[]): string {
  const known = nodes.map((node) => (node.kubeadm === null ? [] : objectsOf(node.kubeadm)))
  const first = known.find((objects) => objects.length > 0) ?? []
  const document = {
    kind: 'Cluster',
    apiVersion: kindApiVersion,
    name,
    ...entry('networking', networkingOf(first)),
    ...entry('featureGates', record(find(first, 'KubeletConfiguration')?.['featureGates'])),
    ...entry('runtimeConfig', pairs(argument(record(find(first, 'ClusterConfiguration')?.['apiServer'])['extraArgs'], 'runtime-config'))),
    nodes: nodes.map((node, index) => ({
      role: node.role,
      image: node.container?.Config?.Image ?? node.image,
      ...entry('labels', labelsOf(known[index] ?? [])),
      ...entry('extraMounts', mountsOf(node.container)),
      ...entry('extraPortMappings', portsOf(node.container)),
    })),
  }
  const note = first.length === 0 ? ' Its network, feature gates and labels could not be read.' : ''
  return `# ${name} as its nodes show it; patches cannot be seen.${note}\n${stringify(document, { lineWidth: 0 })}`
}

/** kind's own defaults are left out: https://github.com/kubernetes-sigs/kind/blob/main/pkg/apis/config/v1alpha4/default.go */
function networkingOf(objects: readonly Plain[]): Plain {
  if (objects.length === 0) return {}
  const { podSubnet, serviceSubnet } = record(find(objects, 'ClusterConfiguration')?.['networking']) as Record<string, string | undefined>
  const pods = podSubnet ?? ''
  const family = pods.includes(',') ? 'dual' : pods.includes(':') ? 'ipv6' : 'ipv4'
  const mode = find(objects, 'KubeProxyConfiguration')?.['mode']
  const isDefault = (value: string) => ['10.244.0.0/16', '10.96.0.0/16', 'fd00:10:244::/56', 'fd00:10:96::/112'].includes(value)
  return {
    ...(family === 'ipv4' ? {} : { ipFamily: family }),
    ...(pods === '' || isDefault(pods) ? {} : { podSubnet: pods }),
    ...(serviceSubnet === undefined || isDefault(serviceSubnet) ? {} : { serviceSubnet }),
    ...(mode === undefined ? { kubeProxyMode: 'none' } : mode === 'iptables' || mode === '' ? {} : { kubeProxyMode: mode }),
  }
}

function labelsOf(objects: readonly Plain[]): Plain {
  for (const kind of ['InitConfiguration', 'JoinConfiguration']) {
    const registration = record(find(objects, kind)?.['nodeRegistration'])
    const labels = pairs(argument(registration['kubeletExtraArgs'], 'node-labels'))
    if (Object.keys(labels).length > 0) return labels
  }
  return {}
}

function portsOf(container: Container | null): Plain[] {
  return Object.entries(container?.HostConfig?.PortBindings ?? {}).flatMap(([key, bindings]) => {
    const [containerPort = '', protocol = 'tcp'] = key.split('/')
    if (containerPort === '6443') return []
    return (bindings ?? []).map((binding) => ({
      containerPort: Number(containerPort),
      hostPort: Number(binding.HostPort ?? 0),
      ...(binding.HostIp && binding.HostIp !== '0.0.0.0' ? { listenAddress: binding.HostIp } : {}),
      ...(protocol === 'tcp' ? {} : { protocol: protocol.toUpperCase() }),
    }))
  })
}

/** Without those that kind gives every node. */
function mountsOf(container: Container | null): Plain[] {
  const own = ['/lib/modules', '/dev/mapper', '/dev/fuse', '/sys/fs/cgroup']
  const propagation: Readonly<Record<string, string>> = { rslave: 'HostToContainer', rshared: 'Bidirectional' }
  return (container?.Mounts ?? []).flatMap((mount) =>
    mount.Type !== 'bind' || !mount.Source || !mount.Destination || own.includes(mount.Destination)
      ? []
      : [
          {
            hostPath: mount.Source,
            containerPath: mount.Destination,
            ...(mount.RW === false ? { readOnly: true } : {}),
            ...entry('propagation', propagation[mount.Propagation ?? '']),
          },
        ],
  )
}

type Plain = Readonly<Record<string, unknown>>

function objectsOf(text: string): Plain[] {
  const parsed = parseAllDocuments(text, { logLevel: 'error' })
  return (Array.isArray(parsed) ? parsed : []).flatMap((one) => (one.errors.length > 0 ? [] : [record(one.toJS({ maxAliasCount: 100 }))]))
}

const find = (objects: readonly Plain[], kind: string) => objects.find((one) => one['kind'] === kind)
const record = (value: unknown): Plain => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {})

/** kubeadm's arguments are a map up to v1beta3 and a list of name and value from v1beta4 on. */
function argument(args: unknown, name: string): string {
  const value = Array.isArray(args) ? (args as readonly Plain[]).find((one) => record(one)['name'] === name)?.['value'] : record(args)[name]
  return typeof value === 'string' ? value : ''
}

/** `a=b,c=d` */
function pairs(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(',')
      .filter((pair) => pair.includes('='))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
}

/** Nothing where there is nothing to say. */
function entry(key: string, value: unknown): Plain {
  const empty = value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  return empty ? {} : { [key]: value }
}
