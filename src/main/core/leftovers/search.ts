import { type Leftover, type LeftoverSource, leftoverSourceSchema } from '#shared/contract/leftovers.ts'
import { askEngine, askSizes } from './ask-engine.ts'
import { contextLeftovers } from './contexts.ts'
import { containerLeftovers, networkLeftovers, placeholderLeftovers, volumeLeftovers } from './engine-rules.ts'
import { findKindNames } from './kind-names.ts'
import { cacheLeftovers, homeOfTools, knownProfiles, profileLeftovers } from './minikube-files.ts'
import { ownLeftovers } from './own-files.ts'
import type { LeftoversDeps, Round, Searches } from './types.ts'

const mostJobs = 1000

/** Begins a look: what several searches need is asked once, when the first of them needs it. */
export function beginRound(deps: LeftoversDeps): Round {
  const { jobs, graceMs = 60_000 } = deps
  const things = once(() => askEngine(deps))
  return {
    around: { jobs: jobs.list(mostJobs), now: Date.now(), graceMs },
    things,
    sizes: once(() => askSizes(deps)),
    kindNames: once(async () => findKindNames(deps, await things())),
  }
}

export const sources: readonly LeftoverSource[] = leftoverSourceSchema.options

export function createSearches(deps: LeftoversDeps): Searches {
  return {
    containers: async (round) => {
      const nodes = containerLeftovers(await round.things(), await knownProfiles(deps), round.around)
      return sized(round, [...nodes, ...placeholderLeftovers(await round.things(), round.around)], (item) =>
        item.id.slice('container:'.length).slice(0, 12),
      )
    },
    volumes: async (round) =>
      sized(round, volumeLeftovers(await round.things(), await knownProfiles(deps), round.around), (item) => item.name),
    networks: async (round) => networkLeftovers(await round.things(), await knownProfiles(deps), round.around),
    contexts: (round) => contextLeftovers(deps, round),
    minikube: async (round) => profileLeftovers(await homeOfTools(deps), round),
    'minikube-cache': async (round) => cacheLeftovers(await homeOfTools(deps), round),
    cove: (round) => ownLeftovers(deps, round),
  }
}

/** The engine is only asked to count where there is something to count. */
async function sized(round: Round, items: Leftover[], keyOf: (item: Leftover) => string): Promise<Leftover[]> {
  if (items.length === 0) return items
  const sizes = await round.sizes()
  return items.map((item) => ({ ...item, sizeBytes: sizes.get(keyOf(item)) ?? null }))
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null
  return () => (asked ??= ask())
}
