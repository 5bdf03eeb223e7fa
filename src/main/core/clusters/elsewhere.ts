import type { KubeContext } from '#shared/contract/kubeconfig.ts'
import { type OtherEngine, otherEngines } from '../engines/elsewhere.ts'
import { AppError } from '../error.ts'
import type { ClustersDeps } from './types.ts'

/** What the engines beside the one in use say. */
export type Elsewhere = {
  /** Engine by the name of a cluster of kind. */
  readonly found: Readonly<Record<string, Pick<OtherEngine, 'name' | 'way' | 'variable'>>>
  /** Engines of this machine that did not answer. */
  readonly silent: readonly string[]
}

export const nowhere: Elsewhere = { found: {}, silent: [] }

/** Name of the cluster of kind of this machine that the context says it leads to. Pure. */
export function ofKind(context: KubeContext): string | null {
  return context.local === true && context.cluster.startsWith('kind-') ? context.cluster.slice('kind-'.length) : null
}

/** Where clusters of kind are that a context leads to and the engine in use has not. Asks nobody where there is no such context. Never throws for an engine. */
export async function lookElsewhere(
  { exec, engines }: Pick<ClustersDeps, 'exec' | 'engines'>,
  label: string,
  contexts: readonly KubeContext[],
  here: ReadonlySet<string>,
): Promise<Elsewhere> {
  const names = contexts.map(ofKind)
  if (names.every((name) => name === null || here.has(name))) return nowhere
  const others = await otherEngines({ exec, engines }, label)
  const silent: string[] = []
  const found = await Promise.all(
    others.map(async ({ name, way, variable, values }) => {
      try {
        return (await values()).map((cluster) => [cluster, { name, way, variable }] as const)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        // A context of this machine does not lead to an engine of another one.
        if (error.code !== 'engine-not-asked') silent.push(name)
        return []
      }
    }),
  )
  return { found: Object.fromEntries(found.flat()), silent: silent.sort() }
}
