import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../error.ts'
import { dockerFailure } from '../../engines/run-docker.ts'
import type { Engines } from '../../engines/types.ts'
import type { CommandResult, Exec } from '../../exec/types.ts'
import type { ClusterTarget, ProviderRun } from '../provider.ts'

type Node = ClusterTarget['nodes'][number]

/** kind's network: https://github.com/kubernetes-sigs/kind/blob/main/pkg/cluster/internal/providers/docker/network.go */
const networkName = 'kind'
/** Where kubeadm wrote the address a node had when it ran last; a node image of kind rewrites it when it starts with another one. */
const flagsFile = '/var/lib/kubelet/kubeadm-flags.env'
const mostPlaceholders = 32
/** On a placeholder: the job that made it, and the cluster it works on. */
export const placeholderLabels = { job: 'cove.job', cluster: 'cove.cluster' } as const

export type Network = { readonly subnet: string; readonly gateway: string; readonly used: ReadonlyMap<string, string> }

/** Keeps nodes at the addresses they had. Members of an etcd know each other by address, so several control planes cannot start at others. */
export function createAddresses({ exec, engines }: { exec: Exec; engines: Engines }) {
  async function docker(args: readonly string[], run: ProviderRun): Promise<CommandResult> {
    const { docker: file } = await engines.require()
    const result = await exec.run({ file, args, jobId: run.jobId, signal: run.signal, timeoutMs: 60_000 })
    if (result.cancelled || run.signal.aborted) throw new AppError('cancelled', {}, { commandId: result.id })
    return result
  }

  /** A container asked for just before the end is made all the same: it is removed until it has not come for a second. */
  async function letGo(placeholders: readonly string[], run: ProviderRun): Promise<void> {
    if (placeholders.length === 0) return
    const { docker: file } = await engines.require()
    for (let round = 0; round < 4; round++) {
      if (round > 0) await sleep(350)
      await exec.run({ file, args: ['rm', '--force', '--', ...placeholders], jobId: run.jobId, timeoutMs: 30_000, quiet: round > 0 })
      if (!run.signal.aborted) return
    }
  }

  const network = async (run: ProviderRun): Promise<Network | null> => {
    const { exitCode, stdout } = await docker(['network', 'inspect', '--format={{json .}}', '--', networkName], run)
    return exitCode === 0 ? parseNetwork(stdout) : null
  }

  return {
    /** IPv4 address each node had when it ran last, by container id; a node that says none (the balancer) is not in it. */
    former: async (nodes: readonly Node[], run: ProviderRun): Promise<Map<string, string>> => {
      const found = new Map<string, string>()
      for (const node of nodes) {
        if (node.role === 'load-balancer') continue
        // A file of a container that does not run comes as an archive of one file, which is text all the same.
        const { stdout } = await docker(['container', 'cp', `${node.containerId}:${flagsFile}`, '-'], run)
        const address = addressIn(stdout)
        if (address !== null) found.set(node.containerId, address)
      }
      return found
    },

    /**
     * Starts nodes, each at its former address where `exact`: the engine gives the lowest that is free, so those below are held for a moment by placeholders.
     * Throws `node-address-taken` where somebody else has it.
     */
    start: async (
      nodes: readonly Node[],
      former: ReadonlyMap<string, string>,
      { exact, image, cluster }: { readonly exact: boolean; readonly image: string; readonly cluster: string },
      run: ProviderRun,
      startOne: (node: Node) => Promise<void>,
    ): Promise<void> => {
      const placeholders: string[] = []
      const loose = nodes.filter((node) => !former.has(node.containerId))
      // Before anything is started: half a quorum is no use to anybody.
      const held = exact ? ((await network(run))?.used ?? new Map<string, string>()) : new Map<string, string>()
      for (const node of nodes) {
        const address = former.get(node.containerId)
        const holder = address === undefined ? undefined : held.get(address)
        if (holder !== undefined && address !== undefined) throw new AppError('node-address-taken', { node: node.name, address, holder })
      }
      try {
        for (const node of inOrder(nodes, former)) {
          const wanted = former.get(node.containerId)
          while (exact && wanted !== undefined) {
            const now = await network(run)
            const next = now === null ? wanted : nextFree(now)
            if (next === wanted || now === null) break
            const holder = now.used.get(wanted)
            if (holder !== undefined) throw new AppError('node-address-taken', { node: node.name, address: wanted, holder })
            const other = loose.shift()
            if (other !== undefined) await startOne(other)
            else if (placeholders.length >= mostPlaceholders)
              throw new AppError('node-address-taken', { node: node.name, address: wanted, holder: null })
            else {
              const name = `cove-address-${randomUUID().slice(0, 8)}`
              placeholders.push(name)
              const limits = ['--detach', '--rm', '--pull=never', `--name=${name}`, `--network=${networkName}`, '--entrypoint=sleep']
              const labels = [`--label=${placeholderLabels.job}=${run.jobId}`, `--label=${placeholderLabels.cluster}=${cluster}`]
              const held = await docker(['run', ...limits, ...labels, '--', image, '600'], run)
              if (held.exitCode !== 0) throw dockerFailure(engines, held)
            }
          }
          await startOne(node)
        }
        for (const node of loose) await startOne(node)
      } finally {
        await letGo(placeholders, run)
      }
    },

    /** Ends the placeholders of a job whose Cove was killed: until none has come for a second. Those that are still there, for people. */
    release: async (run: ProviderRun): Promise<string[]> => {
      const mine = async () =>
        (await engines.containers(placeholderLabels.job)).filter((one) => one.labels[placeholderLabels.job] === run.jobId)
      for (let round = 0; round < 4; round++) {
        if (round > 0) await sleep(350)
        const ids = (await mine()).map((one) => one.id)
        if (ids.length > 0) await docker(['rm', '--force', '--', ...ids], run)
      }
      return (await mine()).map((one) => `container ${one.name}`)
    },

    /** Nodes that have another address now, for people: `dev-worker 172.18.0.3 → 172.18.0.4`. kind's node image puts the new one where the old one was written. */
    moved: async (nodes: readonly Node[], former: ReadonlyMap<string, string>, run: ProviderRun): Promise<string[]> => {
      const now = await network(run)
      const byName = new Map([...(now?.used ?? [])].map(([address, name]) => [name, address]))
      return nodes.flatMap((node) => {
        const [was, is] = [former.get(node.containerId), byName.get(node.name)]
        return was === undefined || is === undefined || was === is ? [] : [`${node.name} ${was} → ${is}`]
      })
    },
  }
}

/** By address, and those without one not at all. Pure. */
export function inOrder(nodes: readonly Node[], former: ReadonlyMap<string, string>): Node[] {
  const number = (node: Node) => addressNumber(former.get(node.containerId) ?? '')
  return nodes.filter((node) => former.has(node.containerId)).sort((a, b) => number(a) - number(b))
}

/** The IPv4 address in kubelet's flags, `--node-ip=172.18.0.3` or `--node-ip=172.18.0.3,fc00::3`; null where there is none. Pure. */
export function addressIn(flags: string): string | null {
  return /--node-ip=(?:[^\s",]*,)?(\d{1,3}(?:\.\d{1,3}){3})\b/.exec(flags)?.[1] ?? null
}

/** `docker network inspect`: its IPv4 side. Null where it has none or is not readable. Pure. */
export function parseNetwork(text: string): Network | null {
  try {
    const { IPAM, Containers } = JSON.parse(text) as {
      IPAM?: { Config?: { Subnet?: string; Gateway?: string }[] }
      Containers?: Record<string, { Name?: string; IPv4Address?: string }>
    }
    const config = IPAM?.Config?.find((one) => one.Subnet?.includes('.'))
    if (config?.Subnet === undefined) return null
    const used = Object.values(Containers ?? {}).flatMap(({ Name, IPv4Address }): [string, string][] =>
      Name === undefined || !IPv4Address ? [] : [[IPv4Address.split('/')[0] ?? '', Name]],
    )
    return { subnet: config.Subnet, gateway: config.Gateway ?? '', used: new Map(used) }
  } catch {
    return null
  }
}

/** The address that the engine gives next: the lowest that nobody has. Null: the subnet is full. Pure. */
export function nextFree({ subnet, gateway, used }: Network): string | null {
  const [base = '', bits = '16'] = subnet.split('/')
  const first = addressNumber(base) + 1
  const end = addressNumber(base) + 2 ** (32 - Number(bits)) - 1
  for (let number = first; number < end; number++) {
    const address = [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
    if (address !== gateway && !used.has(address)) return address
  }
  return null
}

function addressNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}
