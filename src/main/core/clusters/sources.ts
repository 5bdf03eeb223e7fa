import type { ClustersSnapshot } from '#shared/contract/clusters.ts'
import type { KubeconfigSnapshot } from '#shared/contract/kubeconfig.ts'
import type { ProviderCluster } from '../providers/provider.ts'
import { type Elsewhere, lookElsewhere, nowhere } from './elsewhere.ts'
import { foreign, joinSources } from './list.ts'
import { createReaches } from './reaches.ts'
import { createSource } from './source.ts'
import { type ClustersDeps, clusterKey } from './types.ts'

export type ClusterSources = {
  /** What is known now, without waiting for any tool. */
  snapshot(): ClustersSnapshot
  /** What the providers themselves last said. */
  known(): readonly ProviderCluster[]
  /** True where the last question to that provider was answered. */
  answers(provider: string): boolean
  /** Asks every source again and waits for the answers; each fails alone. */
  refresh(): Promise<ClustersSnapshot>
  /** Asks every source again and waits for the kubeconfig and that provider alone: another one may be long silent. */
  look(provider: string): Promise<void>
  start(): void
  dispose(): void
}

/** What there is, from every provider and the kubeconfig side by side. `changed` is called when `snapshot` says something else. */
export function createClusterSources(deps: ClustersDeps, profileOf: (id: string) => string | null, changed: () => void): ClusterSources {
  const { providers, engines, kubeconfig, jobs, changes } = deps
  const ways: (() => void)[] = []
  let engineState = 'loading'
  const sources = providers.map((provider) => ({
    provider,
    live: createSource<readonly ProviderCluster[]>(provider.list, () => {
      changed()
      if (provider.name !== 'kind') return
      followEngine()
      lookAround()
    }),
  }))
  const contexts = createSource<KubeconfigSnapshot>(withoutAge(kubeconfig.snapshot), () => {
    changed()
    lookAround()
    askApis()
  })
  const reaches = createReaches(kubeconfig, changed)
  const elsewhere = createSource<Elsewhere>(async () => {
    const kind = kindSource()
    const here = new Set(kind?.live.known().value?.map((cluster) => cluster.name))
    return kind === undefined ? nowhere : lookElsewhere(deps, kind.provider.label, contexts.known().value?.contexts ?? [], here)
  }, changed)
  const kindSource = () => sources.find(({ provider }) => provider.name === 'kind')

  /** Beside the others: an engine that is not in use delays nobody. */
  function lookAround(): void {
    if (kindSource()?.live.known().state === 'ok') void elsewhere.ask()
  }

  /** Beside the others too. Before every provider has said what is its own, a context may be of one of those. */
  function askApis(): void {
    if (sources.some(({ live }) => live.known().state === 'loading')) return
    const rows = snapshot().clusters.filter(foreign)
    reaches.ask(
      (contexts.known().value?.contexts ?? []).filter(({ file, name }) =>
        rows.some(({ context }) => context?.file === file && context.name === name),
      ),
    )
  }

  /** The engine came or went: what This machine says of it is no longer true. */
  function followEngine(): void {
    const state = sources.find(({ provider }) => provider.name === 'kind')?.live.known().state ?? 'loading'
    if (state !== engineState) changes.emit('toolchain')
    engineState = state
  }

  const snapshot = (): ClustersSnapshot =>
    joinSources({
      providers: sources.map(({ provider, live }) => ({
        provider: provider.name,
        source: provider.name === 'kind' ? 'engine' : provider.name,
        answer: live.known(),
        contextName: provider.contextName,
        ownsContext: provider.ownsContext,
      })),
      kubeconfig: contexts.known(),
      jobOf: (provider, name) => jobs.running(clusterKey(provider, name)),
      profileOf,
      elsewhere: elsewhere.known().value ?? nowhere,
      reachOf: reaches.of,
    })

  /** Asks every source. `own`: the kubeconfig, and the providers that are waited for. */
  function askAll(own: (provider: string) => boolean) {
    const context = contexts.ask()
    const asked = sources.map(({ provider, live }) => ({ name: provider.name, answer: live.ask() }))
    const all = Promise.all([context, ...asked.map(({ answer }) => answer)]).then(() => {
      lookAround()
      askApis()
    })
    return { all, own: Promise.all([context, ...asked.flatMap(({ name, answer }) => (own(name) ? [answer] : []))]) }
  }

  async function refresh(): Promise<ClustersSnapshot> {
    await askAll(() => true).all
    return snapshot()
  }

  return {
    snapshot,
    answers: (name) => sources.some(({ provider, live }) => provider.name === name && live.known().state === 'ok'),
    known: () => sources.flatMap(({ live }) => live.known().value ?? []),
    refresh,
    look: async (own) => {
      await askAll((name) => name === own).own
    },
    start: () => {
      for (const { provider, live } of sources) {
        ways.push(engines.watch(provider.label, () => void live.ask()))
        ways.push(provider.watch(() => void live.ask()))
      }
      ways.push(
        changes.on((topic) => {
          if (topic === 'kubeconfig') void contexts.ask()
        }),
      )
      void refresh()
    },
    dispose: () => {
      for (const way of ways.splice(0)) way()
    },
  }
}

/** When a file was read says nothing about what is in it: without it, two readings of the same are equal. */
function withoutAge(read: () => Promise<KubeconfigSnapshot>): () => Promise<KubeconfigSnapshot> {
  return async () => {
    const snapshot = await read()
    return { ...snapshot, files: snapshot.files.map((file) => ({ ...file, asOf: 0 })) }
  }
}
