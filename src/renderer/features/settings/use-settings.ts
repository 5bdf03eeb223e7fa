import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SettingsPatch } from '#shared/contract/settings.ts'
import { api, queryUtils } from '../../api/client.ts'

export function useSettings() {
  return useQuery(queryUtils.settings.get.queryOptions())
}

/** One for each field, so that what became of a change stands beside the field it was made in. */
export function useSaveSettings() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (patch: SettingsPatch) => api.settings.set(patch),
    onSuccess: (state) => queryClient.setQueryData(queryUtils.settings.get.queryKey(), state),
  })
}
