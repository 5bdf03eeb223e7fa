import type { Cluster, ClustersSnapshot } from '#shared/contract/clusters.ts'
import type { KubeconfigSnapshot, KubeContext } from '#shared/contract/kubeconfig.ts'
import type { ProviderCluster } from '../providers/provider.ts'

export type Source<T> = {
  readonly state: 'loading' | 'ok' | 'failed' | 'absent'
  readonly value: T | null
  readonly asOf: number | null
  readonly error: ClustersSnapshot['sources'][number]['error']
}

export type Known = {
  readonly engine: Source<readonly ProviderCluster[]>
  readonly kubeconfig: Source<KubeconfigSnapshot>
  /** The running job on a kind cluster of that name. */
  jobOf(name: string): { readonly id: string; readonly kind: string } | undefined
}

/**
 * One list out of what the sources last said. Pure.
 * The engine says which kind clusters exist, the kubeconfig how to reach them; contexts that lead elsewhere are clusters Cove did not make.
 */
export function joinSources({ engine, kubeconfig, jobOf }: Known): ClustersSnapshot {
  const contexts = kubeconfig.value?.contexts ?? []
  const stale = engine.state === 'failed' || engine.state === 'absent'
  const made = (engine.value ?? []).map((cluster): Cluster => {
    const job = jobOf(cluster.name)
    const context = contextOf(cluster, contexts)
    return {
      ...cluster,
      // An engine that does not answer has not lost its clusters: the last rows stay, and say that they are the last.
      ...(stale ? { state: 'unknown' as const, reason: { code: 'source-failed' as const, facts: {} } } : {}),
      ...(job?.kind === 'cluster.create' && !stale ? { state: 'starting' as const, reason: { code: 'none' as const, facts: {} } } : {}),
      context: context === null ? null : { file: context.file, name: context.name },
      currentContext: context?.current ?? false,
      server: cluster.server ?? context?.server ?? null,
      jobId: job?.id ?? null,
    }
  })
  const others = otherClusters(contexts, engine)
  const clusters = [...made, ...others].sort((a, b) => byProvider(a) - byProvider(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return {
    clusters,
    sources: [
      { source: 'engine', ...engine, value: engine.value === null ? null : engine.value.length },
      {
        source: 'kubeconfig',
        ...kubeconfig,
        value: kubeconfig.value === null ? null : others.filter((one) => one.provider === 'external').length,
      },
    ],
  }
}

/** The context that leads to a kind cluster: kind's own entry and port, best the one kubectl would use. */
function contextOf(cluster: ProviderCluster, contexts: readonly KubeContext[]): KubeContext | null {
  const leading = contexts.filter((context) => leadsTo(context, cluster))
  const rank = (context: KubeContext) =>
    (context.shadowed ? 4 : 0) + (context.name === `kind-${cluster.name}` ? 0 : 2) + (context.current ? 0 : 1)
  return leading.sort((a, b) => rank(a) - rank(b))[0] ?? null
}

function leadsTo(context: KubeContext, cluster: ProviderCluster): boolean {
  if (context.local === false) return false
  const port = portOf(context.server)
  const published = portOf(cluster.server)
  // A stopped node publishes nothing, so there only the name can tell.
  return published === null ? context.cluster === `kind-${cluster.name}` : port === published
}

/** Clusters that only a kubeconfig knows, one for each server and not for each context. */
function otherClusters(contexts: readonly KubeContext[], engine: Known['engine']): Cluster[] {
  const groups = new Map<string, KubeContext[]>()
  for (const context of contexts) {
    if ((engine.value ?? []).some((cluster) => leadsTo(context, cluster))) continue
    const kind = ofKind(context)
    // kind's own entry for a cluster that the engine says is gone: nothing is behind it. Contexts shows it; it is no cluster.
    if (kind !== null && (engine.state === 'ok' || engine.state === 'loading')) continue
    if (kind !== null && (engine.value ?? []).some((cluster) => cluster.name === kind)) continue
    const key =
      kind === null ? `${context.server ?? ''}\n${context.server === null ? `${context.file}\n${context.cluster}` : ''}` : `kind\n${kind}`
    groups.set(key, [...(groups.get(key) ?? []), context])
  }
  return [...groups.values()].flatMap((group) => {
    const context = group.find((one) => one.current) ?? group.find((one) => !one.shadowed) ?? group[0]
    return context === undefined ? [] : [rowOf(context)]
  })
}

function rowOf(context: KubeContext): Cluster {
  const kind = ofKind(context)
  const name = kind ?? context.cluster
  return {
    id: kind === null ? `external:${context.file}:${context.cluster}` : `kind:${kind}:`,
    provider: kind === null ? 'external' : 'kind',
    name: name === '' ? context.name : name,
    state: 'unknown',
    reason: { code: kind === null ? 'none' : 'source-failed', facts: {} },
    version: null,
    nodes: [],
    createdAt: null,
    context: { file: context.file, name: context.name },
    currentContext: context.current,
    server: context.server,
    jobId: null,
  }
}

/** Name of the kind cluster of this machine that the context says it leads to. */
function ofKind(context: KubeContext): string | null {
  return context.local === true && context.cluster.startsWith('kind-') ? context.cluster.slice('kind-'.length) : null
}

function portOf(server: string | null): number | null {
  if (server === null) return null
  const port = /^https?:\/\/(?:\[[^\]]*\]|[^:/]+):(\d+)/.exec(server)?.[1]
  return port === undefined ? null : Number(port)
}

const byProvider = (cluster: Cluster) => (cluster.provider === 'external' ? 1 : 0)
