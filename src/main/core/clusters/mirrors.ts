import type { ClusterExtras } from '#shared/contract/cluster-extras.ts'
import { AppError } from '../error.ts'
import type { ProviderRun } from '../providers/provider.ts'
import type { ProviderDeps } from './types.ts'

export type Mirrors = readonly (readonly [registry: string, endpoints: readonly string[]])[]

/** Mirrors that a document names, without registries that have none. Pure. */
export function mirrorsOf(extras: ClusterExtras | null): Mirrors {
  return Object.entries(extras?.mirrors ?? {}).flatMap(([registry, endpoints]) =>
    endpoints === null || endpoints.length === 0 ? [] : [[registry, endpoints] as const],
  )
}

/**
 * containerd's file for one registry: mirrors in their order, then the registry itself. It is read with each pull, so no node restarts.
 * https://github.com/containerd/containerd/blob/main/docs/hosts.md Pure.
 */
export function hostsToml(registry: string, endpoints: readonly string[]): string {
  const server = registry === 'docker.io' ? 'https://registry-1.docker.io' : `https://${registry}`
  const hosts = endpoints.map((endpoint) => `[host.${JSON.stringify(endpoint)}]\n  capabilities = ["pull", "resolve"]\n`)
  return `server = ${JSON.stringify(server)}\n\n${hosts.join('\n')}`
}

/** Writes the mirrors into every node. Node images since kind 0.27 look there; older ones need `config_path` set by a containerd patch. */
export async function setUpMirrors(deps: ProviderDeps, mirrors: Mirrors, nodes: readonly string[], run: ProviderRun): Promise<void> {
  const { docker } = await deps.engines.require()
  const must = async (args: readonly string[], input?: string) => {
    const more = input === undefined ? {} : { input }
    const result = await deps.exec.run({ file: docker, args, jobId: run.jobId, signal: run.signal, timeoutMs: 60_000, ...more })
    if (result.cancelled || run.signal.aborted) throw new AppError('cancelled', {}, { commandId: result.id })
    if (result.exitCode === 0) return
    const known = deps.engines.explain(result.stderr)
    if (known !== null) throw new AppError(known.code, known.facts, { commandId: result.id })
    const { argv, exitCode, signal, stderr } = result
    throw new AppError(
      'command-failed',
      { command: argv.join(' '), exitCode, signal, tail: stderr.slice(-4_000) },
      { commandId: result.id },
    )
  }
  for (const node of nodes)
    for (const [registry, endpoints] of mirrors) {
      const folder = `/etc/containerd/certs.d/${registry}`
      await must(['exec', '--', node, 'mkdir', '-p', folder])
      await must(['exec', '--interactive', '--', node, 'cp', '/dev/stdin', `${folder}/hosts.toml`], hostsToml(registry, endpoints))
    }
}
