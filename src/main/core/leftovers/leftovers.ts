import type { Leftover, LeftoverSource, LeftoversSnapshot } from '#shared/contract/leftovers.ts'
import { createSource } from '../clusters/source.ts'
import { reconcileRemoval, removeJob, removeKey } from './remove.ts'
import { beginRound, createSearches, sources } from './search.ts'
import type { Leftovers, LeftoversDeps, Round } from './types.ts'

/** What is older is looked at again when somebody asks. */
const staleMs = 30_000

/** What clusters that are no more left behind: found, explained, removed when told to. */
export function createLeftovers(deps: LeftoversDeps): Leftovers {
  const { jobs, changes } = deps
  const searches = createSearches(deps)
  let disposed = false
  let round: Round | null = null
  let lookedAt = Number.NEGATIVE_INFINITY
  let isDirty = true
  let looking: Promise<unknown> | null = null

  const changed = () => {
    if (!disposed) changes.emit('leftovers')
  }
  const live = new Map(
    sources.map(
      (source) => [source, createSource<readonly Leftover[]>(() => searches[source]((round ??= beginRound(deps))), changed)] as const,
    ),
  )
  const unwatch = changes.on((topic) => {
    if (topic === 'clusters' || topic === 'kubeconfig' || topic === 'toolchain') isDirty = true
  })

  async function look(): Promise<void> {
    isDirty = false
    lookedAt = performance.now()
    round = beginRound(deps)
    await Promise.all([...live.values()].map((source) => source.ask()))
  }

  function inBackground(): void {
    looking ??= look().finally(() => {
      looking = null
    })
  }

  const known = (): LeftoversSnapshot => ({
    items: sources.flatMap((source) => listed(source)),
    sources: sources.map((source) => {
      const { value, ...state } = live.get(source)?.known() ?? { state: 'loading' as const, value: null, asOf: null, error: null }
      // What was seen before an engine went away may be in use again when it is back.
      return { source, ...state, value: state.state === 'ok' ? (value?.length ?? null) : null }
    }),
    jobId: jobs.running(removeKey)?.id ?? null,
  })
  const listed = (source: LeftoverSource): readonly Leftover[] => {
    const { state, value } = live.get(source)?.known() ?? { state: 'loading', value: null }
    return state === 'ok' ? (value ?? []) : []
  }

  return {
    snapshot: () => {
      if (isDirty || performance.now() - lookedAt > staleMs) inBackground()
      return known()
    },
    refresh: async () => {
      await look()
      return known()
    },
    remove: (ids) => {
      const names = known().items.filter((item) => ids.includes(item.id))
      const { id } = jobs.start(removeJob(deps, searches, ids, names))
      changed()
      void jobs.done(id).then(async () => {
        if (disposed) return
        await look()
        changed()
      })
      return { jobId: id }
    },
    reconcileHandlers: { 'leftovers.remove': reconcileRemoval(deps, searches) },
    dispose: () => {
      disposed = true
      unwatch()
    },
  }
}
