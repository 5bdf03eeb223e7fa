import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ToolchainSnapshot, ToolName } from '#shared/contract/toolchain.ts'
import { api, queryUtils } from '../../api/client.ts'

/** What takes longer to find out of a tool than which copies there are. */
export function useToolAbout(tool: ToolName) {
  return useQuery(queryUtils.toolchain.about.queryOptions({ input: { tool }, refetchOnMount: 'always' }))
}

/** How the copies of kubectl go with the known clusters. */
export function useFits() {
  return useQuery(queryUtils.toolchain.fits.queryOptions({ refetchOnMount: 'always' }))
}

/** A change that answers with the tools as they are then; everything else that was asked of tools is asked anew. */
function useSnapshotMutation<T>(change: (input: T) => Promise<ToolchainSnapshot>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async (snapshot) => {
      queryClient.setQueryData(queryUtils.toolchain.list.queryKey(), snapshot)
      await queryClient.invalidateQueries({ queryKey: queryUtils.toolchain.about.key() })
    },
  })
}

export const useAskNewest = () => useSnapshotMutation<void>(() => api.toolchain.askNewest())
export const useRollBack = (tool: ToolName) => useSnapshotMutation<boolean>((forward) => api.toolchain.rollBack({ tool, forward }))
export const useRemoveCopy = (tool: ToolName) => useSnapshotMutation<string>((path) => api.toolchain.remove({ tool, path }))
export const useLink = (tool: ToolName) => useSnapshotMutation<void>(() => api.toolchain.link({ tool }))
export const useUnlink = (tool: ToolName) => useSnapshotMutation<void>(() => api.toolchain.unlink({ tool }))

/** Hashes copies again; which of them is checked now is in `variables`. */
export function useVerify(tool: ToolName) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (path: string) => api.toolchain.verify({ tool, path }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queryUtils.toolchain.key() }),
  })
}
