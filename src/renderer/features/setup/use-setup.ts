import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { SetupIntent, SetupPlan, SetupStepId } from '#shared/contract/setup.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api, queryUtils } from '../../api/client.ts'
import { useLink } from '../machine/use-tool-care.ts'
import { isRunning } from '../jobs/elapsed.ts'

export type Wish = {
  readonly intent: SetupIntent
  readonly target: TargetId
  readonly role: 'control-plane' | 'worker'
  /** `v1.34`; null: as the kubeadm that is there. */
  readonly kubernetes: string | null
}
type NodeWish = Pick<Wish, 'role' | 'kubernetes'>

/** What each machine was last to become: kept while tabs come and go. */
const meant = new Map<TargetId, NodeWish>()

export function useNodeWish(target: TargetId) {
  const [wish, setWish] = useState<NodeWish>(() => meant.get(target) ?? { role: 'control-plane', kubernetes: null })
  return {
    wish,
    change: (part: Partial<NodeWish>) => {
      const next = { ...wish, ...part }
      meant.set(target, next)
      setWish(next)
    },
  }
}

/** The plan as the machine is now; asked anew whenever something of it has changed. */
export function useSetupPlan(wish: Wish) {
  const plan = useQuery(
    queryUtils.setup.plan.queryOptions({
      input: wish,
      staleTime: 60_000,
      retry: false,
      placeholderData: (before: SetupPlan | undefined) =>
        before?.intent === wish.intent && before.target === wish.target ? before : undefined,
    }),
  )
  useAskedAnew()
  return plan
}

export function usePropose(wish: Wish) {
  return useMutation({ mutationFn: (step: SetupStepId) => api.setup.propose({ ...wish, step }) })
}

/** kubectl as a link in PATH: nothing else that is known changes with it. */
export function useLinkKubectl() {
  const queryClient = useQueryClient()
  const link = useLink('kubectl')
  return {
    ...link,
    begin: () => link.mutate(undefined, { onSuccess: () => void queryClient.invalidateQueries({ queryKey: queryUtils.setup.plan.key() }) }),
  }
}

/**
 * The look at the machine itself makes core say that tools and clusters were looked at, so the plan does not follow what core says but what came of it: other tools,
 * other clusters, another context, jobs that began or ended.
 */
function useAskedAnew(): void {
  const queryClient = useQueryClient()
  const sign = useSign()
  const last = useRef<string | null>(null)
  useEffect(() => {
    if (sign === null) return
    if (last.current !== null && last.current !== sign) void queryClient.invalidateQueries({ queryKey: queryUtils.setup.plan.key() })
    last.current = sign
  }, [sign, queryClient])
}

/** Null while something is looked at. */
function useSign(): string | null {
  const toolchain = useQuery(queryUtils.toolchain.list.queryOptions()).data
  const clusters = useQuery(queryUtils.clusters.list.queryOptions()).data
  const kubeconfig = useQuery(queryUtils.kubeconfig.list.queryOptions()).data
  const jobs = useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: 50 } })).data
  if (!toolchain || !clusters || !kubeconfig || !jobs) return null
  if (toolchain.tools.some(({ state }) => state === 'loading') || toolchain.engine.state === 'loading') return null
  if (clusters.sources.some(({ state }) => state === 'loading')) return null
  return JSON.stringify([
    toolchain.tools.map(({ used, jobId }) => [used?.path, used?.version, jobId]),
    toolchain.engine.state,
    clusters.clusters.map(({ id, state, jobId }) => [id, state, jobId]),
    kubeconfig.current?.name,
    jobs.filter(isRunning).map(({ id }) => id),
  ])
}
