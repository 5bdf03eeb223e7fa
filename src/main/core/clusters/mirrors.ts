import type { ClusterExtras } from '#shared/contract/cluster-extras.ts'
import { hostsFolder, mirrorHosts } from '#shared/contract/registry-wiring.ts'
import { runDocker } from '../engines/run-docker.ts'
import type { ProviderRun } from '../providers/provider.ts'
import type { ProviderDeps } from './types.ts'

export type Mirrors = readonly (readonly [registry: string, endpoints: readonly string[]])[]

/** Mirrors that a document names, without registries that have none. Pure. */
export function mirrorsOf(extras: ClusterExtras | null): Mirrors {
  return Object.entries(extras?.mirrors ?? {}).flatMap(([registry, endpoints]) =>
    endpoints === null || endpoints.length === 0 ? [] : [[registry, endpoints] as const],
  )
}

/** Writes the mirrors into every node. Node images since kind 0.27 look there; older ones need `config_path` set by a containerd patch. */
export async function setUpMirrors(deps: ProviderDeps, mirrors: Mirrors, nodes: readonly string[], run: ProviderRun): Promise<void> {
  const { docker } = await deps.engines.require()
  const must = async (args: readonly string[], input?: string) => {
    const more = input === undefined ? {} : { input }
    await runDocker(deps, { file: docker, args, jobId: run.jobId, signal: run.signal, timeoutMs: 60_000, ...more })
  }
  for (const node of nodes)
    for (const [registry, endpoints] of mirrors) {
      const folder = hostsFolder(registry)
      await must(['exec', '--', node, 'mkdir', '-p', folder])
      await must(['exec', '--interactive', '--', node, 'cp', '/dev/stdin', `${folder}/hosts.toml`], mirrorHosts(registry, endpoints))
    }
}
