import type { Cluster } from '#shared/contract/clusters.ts'
import type { KubeContext, Reach } from '#shared/contract/kubeconfig.ts'
import type { Kubeconfig } from '../kubeconfig/types.ts'
import { createSource, type LiveSource } from './source.ts'

export type Reaches = {
  /** What the API server of a context last said; null: nothing yet. */
  of(context: KubeContext): Reach | null
  /** Asks those of the contexts that may be asked unbidden, each for itself. Waits for none, never throws; the answer is never older than the call. */
  ask(contexts: readonly KubeContext[]): void
}

/** Whether the API servers of clusters answer that only a context knows. `reach` has its own limit in time; `changed` is called for each answer that is another than before. */
export function createReaches({ reach }: Pick<Kubeconfig, 'reach'>, changed: () => void): Reaches {
  const sources = new Map<string, LiveSource<Reach>>()

  // How long it took is another time each time.
  const sourceOf = ({ file, name }: KubeContext) => createSource(async () => ({ ...(await reach({ file, name })), tookMs: null }), changed)

  return {
    of: (context) => sources.get(keyOf(context))?.known().value ?? null,
    ask: (contexts) => {
      const wanted = new Map(contexts.filter((context) => unasked(context) === null).map((context) => [keyOf(context), context]))
      for (const key of sources.keys()) if (!wanted.has(key)) sources.delete(key)
      for (const [key, context] of wanted) {
        const source = sources.get(key) ?? sourceOf(context)
        sources.set(key, source)
        void source.ask()
      }
    },
  }
}

/** Why a context is not asked unbidden; null: it is. Nothing remote is contacted and no program is run that nobody asked for. Pure. */
export function unasked(context: KubeContext): 'context-broken' | 'remote' | 'plugin' | null {
  if (context.problem !== null || context.server === null) return 'context-broken'
  if (context.local !== true) return 'remote'
  return context.plugin === true ? 'plugin' : null
}

/** State, reason and version of a cluster that only this context knows. Pure. */
export function stateOf(context: KubeContext, reach: Reach | null): Pick<Cluster, 'state' | 'reason' | 'version'> {
  const said = (state: Cluster['state'], code: Cluster['reason']['code']) => ({ state, reason: { code, facts: {} }, version: null })
  const why = unasked(context)
  if (why !== null) return said('unknown', why)
  if (reach === null) return said('unknown', 'asking')
  switch (reach.state) {
    case 'reachable':
      return { ...said('running', 'none'), version: reach.version }
    case 'unauthorized':
      return said('running', 'api-login')
    case 'unreachable':
      if (reach.error?.code === 'api-refused') return said('stopped', 'api-refused')
      return said('unknown', reach.error?.code === 'api-certificate' ? 'api-untrusted' : 'api-silent')
    case 'unknown':
      return said('unknown', 'api-unasked')
  }
}

/** With its server: under the same name it may lead elsewhere by now. */
const keyOf = ({ file, name, server }: KubeContext): string => JSON.stringify([file, name, server])
