import type { Cluster } from '#shared/contract/clusters.ts'
import { createSpecSchema } from '#shared/contract/clusters.ts'
import type { Finding } from '#shared/contract/findings.ts'
import type { ErrorCode } from '#shared/messages/error-facts.ts'
import { AppError, type Facts } from '../../error.ts'
import type { ProviderDeps } from '../types.ts'
import { diskProblem, engineDiskProblem } from './disk.ts'
import { readHost } from './host.ts'
import { isNative } from './machine-findings.ts'
import { growthFindings } from './rules.ts'
import { wishOf } from './wish.ts'

type Deps = Pick<ProviderDeps, 'provider' | 'engines' | 'exec' | 'madeFrom'>

/**
 * What a new node of a cluster that runs needs of this machine: the engine, a disk, memory, inotify. Changes nothing. Returns what may disturb it. Throws the
 * first thing that stands in its way: as `engines.require`, `disk-full`, `memory-low`.
 */
export async function checkGrowth(deps: Deps, cluster: Cluster, role: 'control-plane' | 'worker'): Promise<readonly Finding[]> {
  const { provider, engines, exec } = deps
  const { name, version } = cluster
  const have = (one: 'control-plane' | 'worker') => cluster.nodes.filter((node) => node.role === one).length
  const specOf = (controlPlanes: number, workers: number, document: string | null) => {
    const spec = createSpecSchema.parse({ name, provider: provider.name, document, controlPlanes: Math.max(1, controlPlanes), workers })
    return { ...spec, controlPlanes }
  }
  // Without a document a create is one through docker. What a container may take at most it does not take yet; a virtual machine takes it at once, so that there it counts also where
  // nobody asked for it.
  const document = deps.madeFrom(cluster.id) ?? (cluster.driver === 'docker' ? null : await documentOf(deps, cluster))
  const node = specOf(role === 'control-plane' ? 1 : 0, role === 'worker' ? 1 : 0, document)
  const engine = provider.needsEngine(node) ? await engines.require() : null
  const folder = engine === null ? await provider.machinesFolder?.(node) : null
  const [host, clusters, disk] = await Promise.all([
    readHost(exec),
    provider.list(),
    engine === null ? (folder ? diskProblem(folder) : null) : engineDiskProblem(engine.docker, engine.engine.endpoint, exec),
  ])
  if (disk !== null) throw disk
  const findings = growthFindings({
    wish: wishOf(node, version),
    whole: wishOf({ ...node, controlPlanes: have('control-plane') + node.controlPlanes, workers: have('worker') + node.workers }, version),
    engine: engine?.engine ?? null,
    native: isNative(engine?.engine ?? null),
    host,
    nodes: clusters.flatMap((one) => one.nodes).filter(({ state }) => state === 'running').length,
  })
  for (const one of findings) if (one.level === 'problem') throw new AppError(one.cause, one.facts as Facts<ErrorCode>)
  return findings
}

async function documentOf({ provider }: Deps, cluster: Cluster): Promise<string | null> {
  try {
    return await provider.documentOf({ ...cluster, provider: provider.name })
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}
