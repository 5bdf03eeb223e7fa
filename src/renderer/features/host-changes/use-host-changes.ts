import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { TargetId } from '#shared/contract/targets.ts'
import { api, queryUtils } from '../../api/client.ts'

/** A plan as it was made; it never changes, and is gone once it was applied or Cove ended. */
export function usePlan(planId: string) {
  return useQuery(queryUtils.hostChanges.plan.queryOptions({ input: { planId }, staleTime: Number.POSITIVE_INFINITY, retry: false }))
}

export function useApply(planId: string) {
  return useMutation({ mutationFn: () => api.hostChanges.apply({ planId }) })
}

/** What Cove changed on a target, newest first. */
export function useRecords(target: TargetId) {
  return useQuery(queryUtils.hostChanges.records.queryOptions({ input: { target }, refetchOnMount: 'always' }))
}

export function useUndo(recordId: string) {
  return useMutation({ mutationFn: () => api.hostChanges.undo({ recordId }) })
}

/** After a job that changed a target: everything that was asked about it is asked anew. */
export function useAskAgain(): (target: TargetId) => void {
  const queryClient = useQueryClient()
  return (target) => void queryClient.invalidateQueries({ predicate: ({ queryKey }) => targetOf(queryKey) === target })
}

/** `[['checks', 'run'], { input: { target } }]`, as the keys of procedures are. */
function targetOf(queryKey: readonly unknown[]): unknown {
  const options = queryKey[1] as { readonly input?: { readonly target?: unknown } } | undefined
  return options?.input?.target
}
