import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { kubeadmCommands } from '#shared/messages/kubeadm-commands.ts'
import type { KubeadmNode, KubeadmState } from '#shared/contract/kubeadm.ts'
import { askHost } from './ask-host.ts'
import { authorityIn } from './join-command.ts'
import { parseNodes } from './parse.ts'
import type { Host } from './types.ts'

/** What a host is, without what only this Cove knows of it. */
export type Look = Omit<KubeadmState, 'context' | 'jobId' | 'preflight' | 'upgradePlan'> & {
  /** Hash of the authority of its cluster; null: none, or not known. */
  readonly authority: string | null
}

const folder = '/etc/kubernetes'
const kubeletConf = `${folder}/kubelet.conf`
const adminConf = `${folder}/admin.conf`

/** For `askHost`. What is not there says nothing. */
const script = `printf '\\n== files\\n'; find /etc/kubernetes /etc/cni/net.d /var/lib/etcd /var/lib/kubelet/config.yaml -maxdepth 2 2>/dev/null
printf '\\n== kubeadm\\n'; kubeadm version --output=short 2>/dev/null
printf '\\n== kubelet\\n'; kubelet --version 2>/dev/null
printf '\\n== kubectl\\n'; kubectl version --client --output=json 2>/dev/null
printf '\\n== hostname\\n'; cat /proc/sys/kernel/hostname 2>/dev/null || hostname
printf '\\n== flags\\n'; cat /var/lib/kubelet/kubeadm-flags.env 2>/dev/null
printf '\\n== service\\n'; systemctl is-active kubelet 2>/dev/null
printf '\\n== end\\n'`

/** Reads what a host is. Throws as `askHost`; what Kubernetes does not answer is null. */
export async function lookAt(host: Host, signal?: AbortSignal): Promise<Look> {
  const part = await askHost(host, script, [], signal)
  const { kind, signs, network } = readSigns((part.get('files') ?? '').split('\n'))
  const known = kind === 'control-plane' || kind === 'worker'
  const conf = kind === 'worker' ? kubeletConf : adminConf
  const [config, said, nodes] = known
    ? await Promise.all([
        host.readFile(conf, { root: true }).catch(() => null),
        askCluster(host, conf),
        kind === 'control-plane' ? nodesOf(host) : null,
      ])
    : [null, null, null]
  return {
    kind,
    signs,
    network,
    programs: {
      kubeadm: version(part.get('kubeadm') ?? ''),
      kubelet: version(part.get('kubelet') ?? ''),
      kubectl: version(part.get('kubectl') ?? ''),
    },
    node: nodeName(part.get('hostname') ?? '', part.get('flags') ?? ''),
    kubeletRunning: part.get('service')?.trim() === 'active',
    cluster: said === null ? null : clusterIn(said, serverOf(config ?? '')),
    nodes,
    authority: authorityIn(config ?? ''),
  }
}

/** What the files say. A control plane has the kubelet's credentials, the admin's, and manifests; a worker only the first. Pure. */
export function readSigns(paths: readonly string[]): Pick<Look, 'kind' | 'signs' | 'network'> {
  const has = (path: string) => paths.includes(path)
  const manifests = paths.filter((path) => path.startsWith(`${folder}/manifests/`))
  const own = paths.filter((path) => /^\/etc\/kubernetes\/[a-z-]+\.conf$/.test(path))
  const signs = [
    ...own,
    ...manifests,
    ...paths.filter((path) => path.startsWith(`${folder}/pki/`)).slice(0, 1),
    ...(paths.some((path) => path.startsWith('/var/lib/etcd/')) ? ['/var/lib/etcd'] : []),
    ...(has('/var/lib/kubelet/config.yaml') ? ['/var/lib/kubelet/config.yaml'] : []),
  ]
  const api = has(`${folder}/manifests/kube-apiserver.yaml`)
  const kind =
    signs.length === 0
      ? 'none'
      : has(kubeletConf) && api && has(adminConf)
        ? 'control-plane'
        : has(kubeletConf) && manifests.length === 0 && own.length === 1
          ? 'worker'
          : 'half'
  const network = paths.some((path) => /^\/etc\/cni\/net\.d\/[^/]+\.(?:conf|conflist|json)$/.test(path))
  return { kind, signs, network }
}

const version = (text: string): string | null => /v\d+\.\d+\.\d+[\w.+-]*/.exec(text)?.[0] ?? null

/** kubeadm takes the host's name in lower case, or what it was told. Pure. */
export function nodeName(hostname: string, flags: string): string {
  return (/--hostname-override=([^\s"]+)/.exec(flags)?.[1] ?? hostname.trim()).toLowerCase()
}

/** What kubeadm keeps in the cluster; nodes may read it too: https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/ */
async function askCluster(host: Host, kubeconfig: string): Promise<string | null> {
  const argv = ['kubectl', `--kubeconfig=${kubeconfig}`, '--namespace=kube-system', 'get', 'configmap', 'kubeadm-config'] as const
  const said = await host.run({ argv: [...argv, '--output=json', '--request-timeout=5s'], root: true, quiet: true, timeoutMs: 10_000 })
  return said.exitCode === 0 ? said.stdout : null
}

function clusterIn(configMap: string, server: string | null): Look['cluster'] {
  try {
    const map = z.object({ data: z.object({ ClusterConfiguration: z.string() }) }).parse(JSON.parse(configMap))
    return parseCluster(map.data.ClusterConfiguration, server)
  } catch {
    return null
  }
}

const configurationSchema = z.object({
  clusterName: z.string().default('kubernetes'),
  kubernetesVersion: z.string().default(''),
  controlPlaneEndpoint: z.string().nullish(),
  networking: z.object({ podSubnet: z.string().nullish(), serviceSubnet: z.string().nullish() }).nullish(),
})

/** Throws where it is no such document. Pure. */
export function parseCluster(text: string, server: string | null): NonNullable<Look['cluster']> {
  const read = configurationSchema.parse(parseYaml(text))
  return {
    name: read.clusterName,
    version: read.kubernetesVersion,
    endpoint: read.controlPlaneEndpoint || (server?.replace(/^https:\/\//, '') ?? ''),
    podSubnet: read.networking?.podSubnet ?? '',
    serviceSubnet: read.networking?.serviceSubnet ?? '',
  }
}

export const serverOf = (kubeconfig: string): string | null => /^\s*server: (\S+)$/m.exec(kubeconfig)?.[1] ?? null

async function nodesOf(host: Host): Promise<KubeadmNode[] | null> {
  const said = await host.run({ argv: kubeadmCommands.nodes(), root: true, quiet: true, timeoutMs: 10_000 })
  try {
    return said.exitCode === 0 ? parseNodes(said.stdout) : null
  } catch {
    return null
  }
}
