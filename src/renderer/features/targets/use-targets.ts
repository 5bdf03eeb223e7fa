import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Target, TargetId } from '#shared/contract/targets.ts'
import { api, queryUtils } from '../../api/client.ts'

/** Machines that can be worked on, as last known. */
export function useTargets() {
  return useQuery(queryUtils.targets.list.queryOptions({ refetchOnMount: 'always' }))
}

/** Reaches a target and says what it is. */
export function useLook(target: TargetId, enabled: boolean) {
  return useQuery(queryUtils.targets.look.queryOptions({ input: { target }, enabled, staleTime: 60_000, retry: false }))
}

/** Keeps an ssh destination; it is in the list in the same moment. */
export function useAddSsh(onAdded: (target: Target) => void) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (destination: string) => api.targets.addSsh({ destination }),
    onSuccess: (target) => {
      queryClient.setQueryData(queryUtils.targets.list.queryKey(), (known: Target[] | undefined) =>
        known ? [...known.filter((one) => one.id !== target.id), target] : known,
      )
      void queryClient.invalidateQueries({ queryKey: queryUtils.targets.list.key() })
      onAdded(target)
    },
  })
}

export function useRemoveSsh(onRemoved: () => void) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (target: TargetId) => api.targets.removeSsh({ target }),
    onSuccess: (_, target) => {
      queryClient.setQueryData(queryUtils.targets.list.queryKey(), (known: Target[] | undefined) =>
        known?.filter((one) => one.id !== target),
      )
      onRemoved()
    },
  })
}
