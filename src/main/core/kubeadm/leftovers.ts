import type { KubeadmLeftover } from '#shared/contract/kubeadm.ts'
import { askHost } from './ask-host.ts'
import { kubernetesRules, nftablesCount } from './chains.ts'
import { authorityIn } from './join-command.ts'
import type { Host } from './types.ts'

/** Interfaces of network plugins and kube-proxy: bridge, flannel, Calico, Cilium, Weave, kube-router, IPVS, node-local DNS. Those of pods go with their pods. */
const interfaces =
  /^(?:cni\d+|cbr0|flannel(?:\.\d+|-v6\.\d+)|vxlan(?:-v6)?\.calico|wireguard\.cali|cilium_(?:host|net|vxlan|geneve)|weave|datapath|kube-bridge|kube-dummy-if|kube-ipvs0|nodelocaldns)$/

/** Commands that hold rules; a host may have the old tables and the new ones at once. */
export const ruleCommands = ['iptables', 'iptables-legacy', 'ip6tables', 'ip6tables-legacy'] as const

/** Tables that kube-proxy has in its nftables mode, by family: https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-mode-nftables */
export const nftTables = ['ip', 'ip6'].map((family) => ({ family, name: `nft ${family} kube-proxy` }))

const rootConfig = '/root/.kube/config'

/**
 * For `askHost`; `$1` is the pod subnet or empty. `iptables-save` says nothing where there is none. Configurations of people, whose text may look like a section, come
 * encoded, and none of a link: it may lead to what is not theirs.
 */
const script = `printf '\\n== files\\n'; find /etc/kubernetes /etc/cni/net.d /var/lib/cni /var/lib/kubelet /var/lib/etcd -mindepth 1 -maxdepth 2 2>/dev/null
printf '\\n== configs\\n'; { echo /root; cut -d: -f6 /etc/passwd; printf '%s\\n' /home/*; } 2>/dev/null | sort -u | while IFS= read -r home; do
  file=$home/.kube/config; [ -f "$file" ] && [ ! -L "$file" ] && [ ! -L "$home/.kube" ] && printf '%s %s\\n' "$(head -c 262144 "$file" | base64 | tr -d '\\n')" "$file"
done 2>/dev/null
printf '\\n== links\\n'; ip -o link show 2>/dev/null
printf '\\n== routes\\n'; [ -z "$1" ] || ip -o route show root "$1" 2>/dev/null
printf '\\n== ipvs\\n'; cat /proc/net/ip_vs 2>/dev/null
${nftTables.map(({ family, name }) => `printf '\\n== ${name}\\n'; nft list table ${family} kube-proxy 2>/dev/null`).join('\n')}
${ruleCommands.map((command) => `printf '\\n== ${command}\\n'; ${command}-save 2>/dev/null`).join('\n')}
printf '\\n== end\\n'`

export type KnownCluster = {
  /** Routes and masquerading of it are a network plugin's. */
  readonly podSubnet: string | null
  /** Hash of its authority, by which copies of its admin.conf are told from those of other clusters. Null: those of ordinary users are not looked for. */
  readonly authority?: string | null
  /** Configurations that are somebody else's to edit. */
  readonly keep?: readonly string[]
}

/** What of Kubernetes is on a host, whoever made it. Throws as `askHost`. */
export async function findLeftovers(host: Host, known: KnownCluster, signal?: AbortSignal): Promise<KubeadmLeftover[]> {
  const { podSubnet } = known
  const part = await askHost(host, script, [podSubnet ?? ''], signal)
  const of = (name: string) => part.get(name) ?? ''
  return [
    ...fileLeftovers(of('files').split('\n')),
    ...copiesOf(configsIn(of('configs')), known).map((path) => leftover('kubeconfig', path)),
    ...ruleCommands.flatMap((command) => {
      const { count } = kubernetesRules(of(command), podSubnet)
      return count === 0 ? [] : [leftover('rules', command, { count })]
    }),
    ...nftTables.flatMap(({ name }) => {
      const count = nftablesCount(of(name))
      return count === 0 ? [] : [leftover('rules', name, { count })]
    }),
    ...virtualServices(of('ipvs')),
    ...interfacesIn(of('links')).map((name) => leftover('interface', name)),
    ...routesIn(of('routes')).map((route) => leftover('route', route)),
  ]
}

/** Paths that `find` names. Folders that packages make are left, as long as nothing is in them. Pure. */
export function fileLeftovers(paths: readonly string[]): KubeadmLeftover[] {
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
  ]
}

/** Path and text of each. Pure. */
function configsIn(text: string): { readonly path: string; readonly text: string }[] {
  return text.split('\n').flatMap((line) => {
    const [, encoded = '', path = ''] = /^([A-Za-z0-9+/=]+) (\/.*)$/.exec(line) ?? []
    return path === '' ? [] : [{ path, text: Buffer.from(encoded, 'base64').toString('utf8') }]
  })
}

/**
 * Paths of copies of this cluster's admin.conf. An address alone says little, as clusters come and go under one and the same, so it is the authority that counts. Where
 * that is not known, a copy that is root's is taken for one of what was here. Pure.
 */
export function copiesOf(
  configs: readonly { readonly path: string; readonly text: string }[],
  { authority = null, keep = [] }: KnownCluster,
): string[] {
  return configs
    .filter(({ path, text }) => isAdminOnly(text) && !keep.includes(path))
    .filter(({ path, text }) => (authority === null ? path === rootConfig : authorityIn(text) === authority))
    .map(({ path }) => path)
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
