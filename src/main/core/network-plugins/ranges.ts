import { parse } from 'yaml'
import type { NetworkLook } from '#shared/contract/network.ts'
import type { ApiPod, ConfigMap } from './api-objects.ts'
import { cidrsIn, parseCidr } from './cidr.ts'

/** Where a cluster says its ranges. */
export const rangePaths = {
  kubeadm: '/api/v1/namespaces/kube-system/configmaps/kubeadm-config',
  components: '/api/v1/namespaces/kube-system/pods?labelSelector=tier%3Dcontrol-plane',
}

type ClusterRanges = Pick<NetworkLook, 'clusterCidrs' | 'clusterCidrFrom' | 'serviceCidrs'>

/**
 * The ranges of pods and services that a cluster was made with: kubeadm's ConfigMap, else the flags of its components.
 * https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/ (`--cluster-cidr`). Pure.
 */
export function clusterRanges(kubeadm: ConfigMap | null, components: readonly ApiPod[]): ClusterRanges {
  const networking = networkingIn(kubeadm?.data?.['ClusterConfiguration'] ?? '')
  const [pods, services] = [cidrsIn(networking.podSubnet), cidrsIn(networking.serviceSubnet)]
  const flagged = cidrsIn(flagOf(components, 'cluster-cidr'))
  return {
    clusterCidrs: pods.length > 0 ? pods : flagged,
    clusterCidrFrom: pods.length > 0 ? 'kubeadm-config' : flagged.length > 0 ? 'controller-manager' : null,
    serviceCidrs: services.length > 0 ? services : cidrsIn(flagOf(components, 'service-cluster-ip-range')),
  }
}

function networkingIn(text: string): { podSubnet: string; serviceSubnet: string } {
  try {
    const networking = (parse(text) as { networking?: Record<string, unknown> } | null)?.networking
    const word = (value: unknown) => (typeof value === 'string' ? value : '')
    return { podSubnet: word(networking?.['podSubnet']), serviceSubnet: word(networking?.['serviceSubnet']) }
  } catch {
    return { podSubnet: '', serviceSubnet: '' }
  }
}

function flagOf(pods: readonly ApiPod[], flag: string): string {
  const words = pods.flatMap(({ spec }) => spec.containers.flatMap(({ command, args }) => [...command, ...args]))
  const prefix = `--${flag}=`
  return words.find((one) => one.startsWith(prefix))?.slice(prefix.length) ?? ''
}

/** Flannel's: `net-conf.json` of the ConfigMap `kube-flannel-cfg` (Canal's: `canal-config`). Pure. */
export function flannelRanges(map: ConfigMap | null): string[] {
  try {
    const conf = JSON.parse(map?.data?.['net-conf.json'] ?? '{}') as Record<string, unknown>
    return [conf['Network'], conf['IPv6Network']].filter((one): one is string => typeof one === 'string' && parseCidr(one) !== null)
  } catch {
    return []
  }
}

/** Cilium's, where it hands out addresses of a pool: https://docs.cilium.io/en/stable/network/concepts/ipam/cluster-pool/. Pure. */
export function ciliumRanges(map: ConfigMap | null): string[] {
  const data = map?.data ?? {}
  if (!(data['ipam'] ?? 'cluster-pool').startsWith('cluster-pool')) return []
  return cidrsIn(`${data['cluster-pool-ipv4-cidr'] ?? ''} ${data['cluster-pool-ipv6-cidr'] ?? ''}`)
}
