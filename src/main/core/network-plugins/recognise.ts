import type { CniFile, NetworkPlugin } from '#shared/contract/network.ts'
import { networkPlugins, type NetworkPluginId } from '#shared/messages/network-plugins.ts'
import type { DaemonSet } from './api-objects.ts'

/**
 * DaemonSets by name and by the image of their main container, as the manifests and charts of the publishers have them. Canal before Calico and Flannel, as it
 * is made of both.
 */
const daemons: readonly { readonly id: NetworkPluginId; readonly name: RegExp; readonly image: RegExp }[] = [
  { id: 'canal', name: /^(?:rke2-)?canal$/, image: /\/(?:calico-)?node[:@]/ },
  { id: 'calico', name: /^calico-node$/, image: /calico.*\/node[:@]|\/calico-node[:@]/ },
  { id: 'cilium', name: /^cilium$/, image: /\/cilium[:@]/ },
  { id: 'flannel', name: /^kube-flannel(?:-ds)?(?:-[a-z0-9]+)?$/, image: /\/flannel[:@]/ },
  { id: 'weave', name: /^weave-net$/, image: /\/weave-(?:kube|npc)[:@]/ },
  { id: 'kindnet', name: /^kindnet$/, image: /\/kindnetd?[:@]/ },
  { id: 'kube-router', name: /^kube-router$/, image: /\/kube-router[:@]/ },
  { id: 'antrea', name: /^antrea-agent$/, image: /\/antrea-(?:agent-)?[a-z-]*[:@]/ },
  { id: 'ovn-kubernetes', name: /^ovnkube-node$/, image: /\/ovn-kube[a-z-]*[:@]/ },
  { id: 'kube-ovn', name: /^kube-ovn-cni$/, image: /\/kube-ovn[:@]/ },
]

/** What a type in a file belongs to; `bridge` and `ptp` are taken by several, whose name is in the file. */
const types: Readonly<Record<string, NetworkPluginId>> = {
  calico: 'calico',
  'cilium-cni': 'cilium',
  flannel: 'flannel',
  'weave-net': 'weave',
  'cni-kindnet': 'kindnet',
  antrea: 'antrea',
  'ovn-k8s-cni-overlay': 'ovn-kubernetes',
  'kube-ovn': 'kube-ovn',
  bridge: 'bridge',
  ptp: 'ptp',
}

/** Pure. */
export function pluginOfFile({ path, types: [first = ''] }: Pick<CniFile, 'path' | 'types'>): NetworkPluginId {
  const file = path.split('/').at(-1) ?? ''
  if (first === 'ptp' && /kindnet/.test(file)) return 'kindnet'
  if (first === 'bridge' && /kube-?router/.test(file)) return 'kube-router'
  if (first === 'calico' && /canal/.test(file)) return 'canal'
  return types[first] ?? 'unknown'
}

/** Null: it has nothing to do with the network of pods. Pure. */
export function pluginOfDaemonSet({ metadata, spec: { template } }: DaemonSet): NetworkPluginId | null {
  const { containers, volumes } = template.spec
  for (const one of daemons) if (one.name.test(metadata.name) && containers.some(({ image }) => one.image.test(image ?? ''))) return one.id
  // Renamed by a chart, or out of a registry of one's own: then it still writes files there.
  const writes = volumes.some(({ hostPath }) => /^\/(?:etc\/cni|opt\/cni)(?:\/|$)/.test(hostPath?.path ?? ''))
  if (!writes) return null
  return daemons.find((one) => containers.some(({ image }) => one.image.test(image ?? '')))?.id ?? 'unknown'
}

/** `v3.30.3` of an image's tag; null where it is none of a release. Pure. */
export function versionOfImage(image: string): string | null {
  return /:v?(\d+\.\d+[^@/:]*)(?:@|$)/.exec(image)?.[0].slice(1).replace(/@$/, '') ?? null
}

/**
 * The plugins of a cluster: its DaemonSets, and files of nodes that no DaemonSet stands for. One that nobody knows is named after its DaemonSet; where the files
 * say that all it does is to set up the bridge or ptp plugin, it is that. Pure.
 */
export function pluginsOf(daemonSets: readonly DaemonSet[], files: readonly CniFile[]): NetworkPlugin[] {
  const found = daemonSets.flatMap((one): NetworkPlugin[] => {
    const id = pluginOfDaemonSet(one)
    if (id === null) return []
    const image = one.spec.template.spec.containers[0]?.image ?? null
    const { desiredNumberScheduled, numberReady } = one.status ?? {}
    const workload = {
      namespace: one.metadata.namespace ?? '',
      name: one.metadata.name,
      desired: desiredNumberScheduled ?? 0,
      ready: numberReady ?? 0,
    }
    const name = id === 'unknown' ? one.metadata.name : networkPlugins[id].name
    return [{ id, name, version: image === null ? null : versionOfImage(image), image, workload, files: [] }]
  })
  const byFile = new Map<string, NetworkPlugin>()
  for (const file of files.filter(({ fault }) => fault === null)) {
    const id = pluginOfFile(file)
    const name = id === 'unknown' ? (file.types[0] ?? file.name) : networkPlugins[id].name
    const there = byFile.get(name)
    byFile.set(name, { id, name, version: null, image: null, workload: null, files: [...new Set([...(there?.files ?? []), file.path])] })
  }
  const plugins = found.map((plugin): NetworkPlugin => {
    const own = byFile.get(plugin.name)
    if (own === undefined) return plugin
    byFile.delete(plugin.name)
    return { ...plugin, files: own.files }
  })
  const unnamed = plugins.filter(({ id }) => id === 'unknown')
  const rest = [...byFile.values()]
  const [one, file] = [unnamed[0], rest[0]]
  if (one !== undefined && file !== undefined && unnamed.length === 1 && rest.length === 1) {
    const name = file.id === 'unknown' ? one.name : file.name
    return plugins.map((plugin) => (plugin === one ? { ...plugin, id: file.id, name, files: file.files } : plugin))
  }
  return [...plugins, ...rest]
}
