import { z } from 'zod'
import type { KubeadmFacts } from '#shared/contract/kubeadm-config-procedures.ts'
import type { Target } from '../../targets/types.ts'
import { kubeadmVersion } from './program.ts'

/** Sockets that kubeadm knows, https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/#installing-runtime, and k3s's containerd. */
const sockets = ['/var/run/containerd/containerd.sock', '/var/run/crio/crio.sock', '/var/run/cri-dockerd.sock']

/** What of a machine a document has to fit. What it does not tell is null or empty. Throws where the machine cannot be reached. */
export async function readFacts(target: Target, signal?: AbortSignal): Promise<KubeadmFacts> {
  const run = (argv: readonly [string, ...string[]]) => target.run({ argv, quiet: true, timeoutMs: 20_000, ...(signal ? { signal } : {}) })
  const file = (path: string) => target.readFile(path, signal ? { signal } : {}).catch(() => null)
  const [version, found, hostname, addresses, containerd] = await Promise.all([
    kubeadmVersion(target, signal),
    run(['find', ...sockets, '-maxdepth', '0', '-type', 's']),
    file('/proc/sys/kernel/hostname'),
    run(['ip', '-json', 'address', 'show', 'scope', 'global', 'up']),
    file('/etc/containerd/config.toml'),
  ])
  return {
    version,
    sockets: sockets.filter((socket) => found.stdout.split('\n').includes(socket)).map((socket) => `unix://${socket}`),
    hostname: hostname?.trim() || null,
    addresses: parseAddresses(addresses.stdout),
    cgroupDriver: driverOf(containerd ?? ''),
  }
}

const addressesSchema = z.array(
  z.object({
    ifname: z.string().default(''),
    addr_info: z.array(z.object({ family: z.string(), local: z.string() })).default([]),
  }),
)

/** Of `ip -json address`, IPv4 first, without those of bridges for containers. Pure. */
export function parseAddresses(json: string): string[] {
  try {
    const links = addressesSchema
      .parse(JSON.parse(json))
      .filter(({ ifname }) => !/^(?:docker|br-|cni|veth|flannel|cali|kube-|virbr|podman)/.test(ifname))
    const all = links.flatMap((link) => link.addr_info)
    return ['inet', 'inet6'].flatMap((family) => all.filter((one) => one.family === family).map((one) => one.local))
  } catch {
    return []
  }
}

/** What `SystemdCgroup` of containerd's file says; null: it does not say it. Pure. */
export function driverOf(toml: string): KubeadmFacts['cgroupDriver'] {
  const said = /^\s*SystemdCgroup\s*=\s*(true|false)/m.exec(toml)?.[1]
  return said === undefined ? null : said === 'true' ? 'systemd' : 'cgroupfs'
}
