import type { Cluster } from '#shared/contract/clusters.ts'
import type { KubeContext, Reach } from '#shared/contract/kubeconfig.ts'
import { AppError } from '../error.ts'
import type { Kubeconfig } from '../kubeconfig/types.ts'

export type Reaches = {
  /** What the API server of a context last said; null: nothing yet. */
  of(context: KubeContext): Reach | null
  /** Asks those of the contexts that may be asked unbidden, each for itself. Waits for none, never throws; one that is being asked is not asked twice. */
  ask(contexts: readonly KubeContext[]): void
}

/** Whether the API servers of clusters answer that only a context knows. `reach` has its own limit in time; `changed` is called for each answer that is another than before. */
export function createReaches({ reach }: Pick<Kubeconfig, 'reach'>, changed: () => void): Reaches {
  const known = new Map<string, Reach>()
  const running = new Set<string>()

  async function once(context: KubeContext, key: string): Promise<void> {
    try {
      const answer = await reach({ file: context.file, name: context.name })
      const before = known.get(key)
      known.set(key, answer)
      if (before === undefined || told(before) !== told(answer)) changed()
    } catch (error) {
      // It went from the file meanwhile.
      if (!(error instanceof AppError)) console.error('the API server of a context could not be asked on a bug:', error)
    } finally {
      running.delete(key)
    }
  }

  return {
    of: (context) => known.get(keyOf(context)) ?? null,
    ask: (contexts) => {
      const wanted = new Map(contexts.filter((context) => unasked(context) === null).map((context) => [keyOf(context), context]))
      for (const key of known.keys()) if (!wanted.has(key)) known.delete(key)
      for (const [key, context] of wanted) {
        if (running.has(key)) continue
        running.add(key)
        void once(context, key)
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

const told = ({ state, version, error }: Reach): string => JSON.stringify([state, version, error?.code])
