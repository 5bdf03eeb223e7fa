import { otherEngines } from '../engines/elsewhere.ts'
import type { Engines } from '../engines/types.ts'
import type { Exec } from '../exec/types.ts'
import { type EngineThings, kindLabel } from './types.ts'

/**
 * Names of kind's clusters in every engine of this machine, not only the one in use: a context of a cluster that another docker context, Podman or nerdctl
 * has is not a leftover. Throws where one of them does not answer. (kind's providers: https://github.com/kubernetes-sigs/kind/tree/main/pkg/cluster/internal/providers)
 */
export async function findKindNames(
  deps: { readonly exec: Exec; readonly engines: Engines },
  things: EngineThings,
): Promise<ReadonlySet<string>> {
  const others = await otherEngines(deps, kindLabel)
  const found = await Promise.all(others.map((engine) => engine.values()))
  return new Set([...things.containers.flatMap((one) => one.labels[kindLabel] ?? []), ...found.flat()])
}
