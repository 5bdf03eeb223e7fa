import { z } from 'zod'
import type { CreateSpec } from '#shared/contract/clusters.ts'
import type { Finding } from '#shared/contract/findings.ts'
import type { Engine } from '#shared/contract/toolchain.ts'
import { AppError } from '../../error.ts'
import type { Exec } from '../../exec/types.ts'
import type { ProviderCluster } from '../../providers/provider.ts'
import type { Toolchain } from '../../toolchain/types.ts'
import { pickFor } from '../../toolchain/skew.ts'
import type { ExtrasGround } from './extras.ts'
import { missing, readHost } from './host.ts'
import { preflightFindings } from './rules.ts'
import { chosenSubnets, type Wish } from './wish.ts'

type Place = {
  readonly wish: Wish
  /** Null: none answers, or none is needed. */
  readonly docker: string | null
  readonly engine: Engine | null
}

type Asked = Omit<Place, 'docker'> & {
  readonly toolchain: Pick<Toolchain, 'snapshot'>
  readonly spec: CreateSpec
  readonly extras: ExtrasGround
  readonly looked: Awaited<ReturnType<typeof lookAtMachine>>
  readonly clusters: readonly ProviderCluster[]
  madeFrom(id: string): string | null
}

/** What `machineFindings` judges; needs to know nothing of clusters and images, so that it can be asked beside them. Never throws an AppError: what does not answer says nothing. */
export async function lookAtMachine({ wish, docker, engine }: Place, exec: Exec) {
  // A folder inside a virtual machine or on another machine cannot be looked at from here.
  const isHere = engine === null || engine.endpoint === null || /^(?:unix|npipe):/.test(engine.endpoint)
  const [host, networks, undelegated, missingMounts] = await Promise.all([
    readHost(exec),
    docker === null ? [] : engineNetworks(docker, exec),
    docker === null || engine?.rootless !== true ? null : undelegatedLimits(docker, exec),
    isHere ? missing(wish.mounts.filter((path) => path.startsWith('/'))) : [],
  ])
  return { host, networks, undelegated, missingMounts }
}

/** What of this machine stands in the way of a create, or may; beyond names, ports, images and the disk. */
export function machineFindings(asked: Asked): Finding[] {
  const { toolchain, spec, wish, extras, engine, looked, clusters } = asked
  // One of that name is what a rebuild takes away first.
  const rest = clusters.filter((one) => one.name !== spec.name)
  const nodes = rest.flatMap((one) => one.nodes).filter((node) => node.state === 'running').length
  const others = rest.flatMap((one) => chosenSubnets(asked.madeFrom(one.id)).map((subnet) => ({ cluster: one.name, subnet })))
  const tool = toolchain.snapshot().find(({ name }) => name === 'kubectl')
  const picked = pickFor(tool?.copies ?? [], wish.version)
  const kubectl = picked?.reason === 'none' && tool?.downloadable ? null : (picked?.copy.version ?? null)
  return preflightFindings({ ...looked, wish, engine, native: isNative(engine), kubectl, nodes, others, extras })
}

/** Containers run on this very machine: Docker Desktop and colima have a virtual machine of their own also on Linux. */
export function isNative(engine: Engine | null): boolean {
  if (process.platform !== 'linux' || engine === null || (engine.endpoint !== null && !engine.endpoint.startsWith('unix:'))) return false
  return engine.product === 'Docker Engine' || engine.product === 'Podman'
}

const networkSchema = z.object({
  Name: z.string(),
  IPAM: z.object({ Config: z.array(z.object({ Subnet: z.string().optional() })).nullish() }).nullish(),
})

/** Subnets of the engine's networks; empty where it does not say. */
async function engineNetworks(docker: string, exec: Exec): Promise<{ name: string; subnet: string }[]> {
  try {
    const ask = async (...args: readonly string[]) => (await exec.run({ file: docker, args, quiet: true, timeoutMs: 10_000 })).stdout
    const ids = (await ask('network', 'ls', '--quiet', '--filter=driver=bridge')).split(/\s+/).filter((id) => id !== '')
    if (ids.length === 0) return []
    const lines = (await ask('network', 'inspect', '--format={{json .}}', '--', ...ids)).split('\n').filter((text) => text.trim() !== '')
    return lines.flatMap((text) => {
      const { Name, IPAM } = networkSchema.parse(JSON.parse(text))
      return (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet === undefined ? [] : [{ name: Name, subnet: Subnet }]))
    })
  } catch (error) {
    if (error instanceof AppError || error instanceof SyntaxError || error instanceof z.ZodError) return []
    throw error
  }
}

const limitsSchema = z.object({ MemoryLimit: z.boolean(), PidsLimit: z.boolean(), CPUShares: z.boolean() })

/** Limits that kind wants of a rootless engine and that were not delegated to it: https://github.com/kubernetes-sigs/kind/blob/main/pkg/cluster/internal/providers/docker/util.go */
async function undelegatedLimits(docker: string, exec: Exec): Promise<readonly string[] | null> {
  try {
    const format = '--format={"MemoryLimit":{{json .MemoryLimit}},"PidsLimit":{{json .PidsLimit}},"CPUShares":{{json .CPUShares}}}'
    const { stdout } = await exec.run({ file: docker, args: ['info', format], quiet: true, timeoutMs: 10_000 })
    const limits = limitsSchema.parse(JSON.parse(stdout))
    return [limits.MemoryLimit ? [] : ['memory'], limits.PidsLimit ? [] : ['pids'], limits.CPUShares ? [] : ['cpu']].flat()
  } catch {
    return null
  }
}
