import { z } from 'zod'
import type { KubeadmFacts } from '#shared/contract/kubeadm-config-procedures.ts'
import type { Runtimes } from '#shared/contract/runtimes.ts'
import { look } from '../../runtimes/look.ts'
import { servedBy } from '../../runtimes/read-look.ts'
import type { Target } from '../../targets/types.ts'
import { kubeadmVersion } from './program.ts'

/** What of a machine a document has to fit. What it does not tell is null or empty. Throws where the machine cannot be reached. */
export async function readFacts(target: Target, signal?: AbortSignal): Promise<KubeadmFacts> {
  const abort = signal ? { signal } : {}
  const version = await kubeadmVersion(target, signal)
  const [runtimes, hostname, addresses] = await Promise.all([
    look(target, signal).catch(() => null),
    target.readFile('/proc/sys/kernel/hostname', abort).catch(() => null),
    target.run({ argv: ['ip', '-json', 'address', 'show', 'scope', 'global', 'up'], quiet: true, timeoutMs: 20_000, ...abort }),
  ])
  return {
    version,
    sockets: runtimes?.kubeadm.sockets ?? [],
    hostname: hostname?.trim() || null,
    addresses: parseAddresses(addresses.stdout),
    cgroupDriver: runtimes === null ? null : driverFor(runtimes),
  }
}

/** The driver that a kubelet must be given here; null: nobody can tell, or it will ask the runtime itself and take no other. Pure. */
export function driverFor({ kubelet, runtimes }: Pick<Runtimes, 'kubelet' | 'runtimes'>): KubeadmFacts['cgroupDriver'] {
  return kubelet.from === 'runtime' ? null : (servedBy(null, runtimes)?.driver ?? null)
}

// What `scope global` leaves out stands there as `{}`: links, and addresses of links.
const addressesSchema = z.array(
  z.object({
    ifname: z.string().default(''),
    addr_info: z.array(z.object({ family: z.string().default(''), local: z.string().default('') })).default([]),
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
