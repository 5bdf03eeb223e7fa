import type { Cluster, ClustersSnapshot } from '#shared/contract/clusters.ts'
import type { KubeconfigSnapshot, KubeContext, Reach } from '#shared/contract/kubeconfig.ts'
import { type Elsewhere, nowhere, ofKind } from './elsewhere.ts'
import type { ContextSigns, ProviderCluster, ProviderName } from '../providers/provider.ts'
import { stateOf } from './reaches.ts'

export type Source<T> = {
  readonly state: 'loading' | 'ok' | 'failed' | 'absent'
  readonly value: T | null
  readonly asOf: number | null
  readonly error: ClustersSnapshot['sources'][number]['error']
}

/** What one provider last said of its clusters. */
export type ProviderSource = {
  readonly provider: ProviderName
  /** `engine` for kind, whose clusters are the engine's containers; else the name of the provider. */
  readonly source: string
  readonly answer: Source<readonly ProviderCluster[]>
  contextName(name: string): string
  ownsContext(context: ContextSigns, name: string): boolean
}

export type Known = {
  readonly providers: readonly ProviderSource[]
  readonly kubeconfig: Source<KubeconfigSnapshot>
  /** The running job on a cluster. */
  jobOf(provider: ProviderName, name: string): { readonly id: string; readonly kind: string } | undefined
  /** The profile a cluster was made from, by its identity. */
  profileOf(id: string): string | null
  /** What the engines beside the one in use say of clusters that only a context names. */
  readonly elsewhere: Elsewhere
  /** What the API server of a context last said. */
  reachOf(context: KubeContext): Reach | null
}

/** States that a running job says better than the engine, which sees a half-done thing. */
const doing: Readonly<Record<string, Cluster['state']>> = {
  'cluster.create': 'starting',
  'cluster.start': 'starting',
  'cluster.restart': 'starting',
  'cluster.rebuild': 'starting',
}

/**
 * One list out of what the sources last said. Pure.
 * Providers say which clusters exist, the kubeconfig how to reach them; contexts that lead elsewhere are clusters Cove did not make.
 */
export function joinSources({ providers, kubeconfig, jobOf, profileOf, elsewhere, reachOf }: Known): ClustersSnapshot {
  const contexts = kubeconfig.value?.contexts ?? []
  const made = providers.flatMap((source) => {
    const { answer, provider } = source
    const stale = answer.state === 'failed' || answer.state === 'absent'
    return (answer.value ?? []).map((cluster): Cluster => {
      const job = jobOf(provider, cluster.name)
      const context = contextOf(cluster, source, contexts)
      const meanwhile = stale ? undefined : doing[job?.kind ?? '']
      return {
        ...cluster,
        // A source that does not answer has not lost its clusters: the last rows stay, and say that they are the last.
        ...(stale ? { state: 'unknown' as const, reason: { code: 'source-failed' as const, facts: {} } } : {}),
        ...(meanwhile === undefined ? {} : { state: meanwhile, reason: { code: 'none' as const, facts: {} } }),
        context: context === null ? null : { file: context.file, name: context.name },
        currentContext: context?.current ?? false,
        server: cluster.server ?? context?.server ?? null,
        profileId: profileOf(cluster.id),
        jobId: job?.id ?? null,
      }
    })
  })
  const others = otherClusters(contexts, providers, elsewhere, reachOf)
  const clusters = [...made, ...others].sort((a, b) => byProvider(a) - byProvider(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return {
    clusters,
    sources: [
      ...providers.map(({ source, answer }) => ({ source, ...answer, value: answer.value === null ? null : answer.value.length })),
      { source: 'kubeconfig', ...kubeconfig, value: kubeconfig.value === null ? null : others.filter(byContext).length },
    ],
  }
}

/** The context that leads to a cluster of a provider: the provider's own entry and port, best the one kubectl would use. */
function contextOf(cluster: ProviderCluster, source: ProviderSource, contexts: readonly KubeContext[]): KubeContext | null {
  const entry = source.contextName(cluster.name)
  const leading = contexts.filter((context) => leadsTo(context, cluster, source))
  const rank = (context: KubeContext) => (context.shadowed ? 4 : 0) + (context.name === entry ? 0 : 2) + (context.current ? 0 : 1)
  return leading.sort((a, b) => rank(a) - rank(b))[0] ?? null
}

function leadsTo(context: KubeContext, cluster: ProviderCluster, { ownsContext }: ProviderSource): boolean {
  const published = portOf(cluster.server)
  // A stopped node publishes nothing, so there only what its tool wrote can tell.
  return published === null ? ownsContext(context, cluster.name) : context.local !== false && portOf(context.server) === published
}

/** Clusters that only a kubeconfig knows, one for each server and not for each context. */
function otherClusters(
  contexts: readonly KubeContext[],
  providers: readonly ProviderSource[],
  elsewhere: Elsewhere,
  reachOf: Known['reachOf'],
): Cluster[] {
  const engine = providers.find(({ provider }) => provider === 'kind')?.answer
  const groups = new Map<string, KubeContext[]>()
  for (const context of contexts) {
    const led = (source: ProviderSource) => (source.answer.value ?? []).some((cluster) => leadsTo(context, cluster, source))
    if (providers.some(led)) continue
    const kind = ofKind(context)
    // kind's own entry for a cluster that no engine has: nothing is behind it. Contexts shows it; it is no cluster.
    if (kind !== null && (engine?.state === 'ok' || engine?.state === 'loading') && whereIs(kind, elsewhere) === null) continue
    if (kind !== null && (engine?.value ?? []).some((cluster) => cluster.name === kind)) continue
    const key =
      kind === null ? `${context.server ?? ''}\n${context.server === null ? `${context.file}\n${context.cluster}` : ''}` : `kind\n${kind}`
    groups.set(key, [...(groups.get(key) ?? []), context])
  }
  return [...groups.values()].flatMap((group) => {
    const context = group.find((one) => one.current) ?? group.find((one) => !one.shadowed) ?? group[0]
    return context === undefined ? [] : [rowOf(context, engine?.state === 'ok' ? elsewhere : nowhere, reachOf(context))]
  })
}

/** Null: in none that is known of. */
function whereIs(name: string, { found, silent }: Elsewhere): Cluster['reason'] | null {
  const engine = found[name]
  if (engine !== undefined) {
    const { name: other, way, variable } = engine
    return { code: 'other-engine', facts: { engine: other, way, ...(variable === null ? {} : { variable }) } }
  }
  return silent.length > 0 ? { code: 'engine-silent', facts: { engine: silent.join(', ') } } : null
}

function rowOf(context: KubeContext, elsewhere: Elsewhere, reach: Reach | null): Cluster {
  const kind = ofKind(context)
  const name = kind ?? context.cluster
  return {
    id: kind === null ? `external:${context.file}:${context.cluster}` : `kind:${kind}:`,
    provider: kind !== null ? 'kind' : ofKubeadm(context) ? 'kubeadm' : 'external',
    name: name === '' ? context.name : name,
    ...(kind === null
      ? stateOf(context, reach)
      : { state: 'unknown', reason: whereIs(kind, elsewhere) ?? { code: 'source-failed', facts: {} }, version: null }),
    driver: null,
    runtime: null,
    nodes: [],
    createdAt: null,
    profileId: null,
    context: { file: context.file, name: context.name },
    currentContext: context.current,
    server: context.server,
    jobId: null,
  }
}

/**
 * The names in the admin.conf that kubeadm writes: https://github.com/kubernetes/kubernetes/blob/master/cmd/kubeadm/app/phases/kubeconfig/kubeconfig.go
 * Where Cove took it over, the user has the name of the context: kubeadm's own is the same for every cluster.
 */
const ofKubeadm = (context: KubeContext): boolean =>
  context.name === `kubernetes-admin@${context.cluster}` && (context.user === 'kubernetes-admin' || context.user === context.name)

function portOf(server: string | null): number | null {
  if (server === null) return null
  const port = /^https?:\/\/(?:\[[^\]]*\]|[^:/]+):(\d+)/.exec(server)?.[1]
  return port === undefined ? null : Number(port)
}

export const foreign = ({ provider }: Cluster) => provider === 'external' || provider === 'kubeadm'
/** Known by a context alone, and not by a source that was asked before and is silent now. */
const byContext = (cluster: Cluster) =>
  foreign(cluster) || cluster.reason.code === 'other-engine' || cluster.reason.code === 'engine-silent'

const byProvider = (cluster: Cluster) => (foreign(cluster) ? 1 : 0)
