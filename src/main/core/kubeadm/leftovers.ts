import type { KubeadmLeftover } from '#shared/contract/kubeadm.ts'
import { askHost } from './ask-host.ts'
import { kubernetesRules } from './chains.ts'
import type { Host } from './types.ts'

/** Interfaces of network plugins and kube-proxy: bridge, flannel, Calico, Cilium, Weave, kube-router, IPVS, node-local DNS. Those of pods go with their pods. */
const interfaces =
  /^(?:cni\d+|cbr0|flannel(?:\.\d+|-v6\.\d+)|vxlan(?:-v6)?\.calico|wireguard\.cali|cilium_(?:host|net|vxlan|geneve)|weave|datapath|kube-bridge|kube-dummy-if|kube-ipvs0|nodelocaldns)$/

/** Commands that hold rules; a host may have the old tables and the new ones at once. */
export const ruleCommands = ['iptables', 'iptables-legacy', 'ip6tables', 'ip6tables-legacy'] as const

/** For `askHost`; `$1` is the pod subnet or empty. `iptables-save` says nothing where there is none. */
const script = `printf '\\n== files\\n'; find /etc/kubernetes /etc/cni/net.d /var/lib/cni /var/lib/kubelet /var/lib/etcd -mindepth 1 -maxdepth 2 2>/dev/null
printf '\\n== config\\n'; cat /root/.kube/config 2>/dev/null
printf '\\n== links\\n'; ip -o link show 2>/dev/null
printf '\\n== routes\\n'; [ -z "$1" ] || ip -o route show root "$1" 2>/dev/null
printf '\\n== ipvs\\n'; cat /proc/net/ip_vs 2>/dev/null
${ruleCommands.map((command) => `printf '\\n== ${command}\\n'; ${command}-save 2>/dev/null`).join('\n')}
printf '\\n== end\\n'`

/** What of Kubernetes is on a host, whoever made it. `podSubnet`: routes and masquerading of it are a network plugin's. Throws as `askHost`. */
export async function findLeftovers(host: Host, podSubnet: string | null, signal?: AbortSignal): Promise<KubeadmLeftover[]> {
  const part = await askHost(host, script, [podSubnet ?? ''], signal)
  const of = (name: string) => part.get(name) ?? ''
  return [
    ...fileLeftovers(of('files').split('\n'), of('config')),
    ...ruleCommands.flatMap((command) => {
      const { count } = kubernetesRules(of(command), podSubnet)
      return count === 0 ? [] : [leftover('rules', command, { count })]
    }),
    ...virtualServices(of('ipvs')),
    ...interfacesIn(of('links')).map((name) => leftover('interface', name)),
    ...routesIn(of('routes')).map((route) => leftover('route', route)),
  ]
}

/** Paths that `find` names. Folders that packages make are left, as long as nothing is in them. Pure. */
export function fileLeftovers(paths: readonly string[], rootConfig: string): KubeadmLeftover[] {
  const under = (folder: string) => paths.filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'))
  const any = (folder: string) => paths.some((path) => path.startsWith(`${folder}/`))
  const own = under('/etc/kubernetes').filter((path) => path.endsWith('.conf'))
  return [
    ...own.map((path) => leftover('kubernetes-file', path, { byReset: true })),
    ...['/etc/kubernetes/manifests', '/etc/kubernetes/pki'].filter(any).map((path) => leftover('kubernetes-file', path, { byReset: true })),
    ...(any('/var/lib/etcd') ? [leftover('etcd-data', '/var/lib/etcd', { byReset: true })] : []),
    ...(any('/var/lib/kubelet') ? [leftover('kubelet-data', '/var/lib/kubelet', { byReset: true })] : []),
    ...under('/etc/cni/net.d').map((path) => leftover('cni-file', path)),
    ...(any('/var/lib/cni') ? [leftover('cni-state', '/var/lib/cni')] : []),
    ...(isAdminOnly(rootConfig) ? [leftover('kubeconfig', '/root/.kube/config')] : []),
  ]
}

/** A copy of admin.conf and nothing else, as `kubeadm init` tells people to make one; one with other contexts in it is not to be removed. */
function isAdminOnly(config: string): boolean {
  const contexts = config.match(/^- context:|^ {2}context:/gm) ?? []
  return contexts.length === 1 && /^ {2}name: kubernetes-admin@/m.test(config)
}

/** Names in `ip -o link show`. Pure. */
export function interfacesIn(text: string): string[] {
  return text
    .split('\n')
    .flatMap((line) => /^\d+: ([^:@\s]+)/.exec(line)?.[1] ?? [])
    .filter((name) => interfaces.test(name))
}

/** Routes in `ip -o route show` through another node; those of an interface go with it. Pure. */
export function routesIn(text: string): string[] {
  return text.split('\n').flatMap((line) => /^(\S+ via \S+ dev \S+)/.exec(line.trim())?.[1] ?? [])
}

/** Virtual services in /proc/net/ip_vs: lines that begin with a protocol. Pure. */
function virtualServices(text: string): KubeadmLeftover[] {
  const count = text.split('\n').filter((line) => /^(?:TCP|UDP|SCTP|FWM) /.test(line)).length
  return count === 0 ? [] : [leftover('ipvs', 'ipvsadm', { count })]
}

function leftover(kind: KubeadmLeftover['kind'], name: string, more: { count?: number; byReset?: boolean } = {}): KubeadmLeftover {
  return { id: `${kind}:${name}`, kind, name, count: more.count ?? null, byReset: more.byReset ?? false }
}
