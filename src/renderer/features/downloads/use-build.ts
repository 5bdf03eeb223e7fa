import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReleaseBuild, Releases } from '#shared/contract/downloads.ts'
import { firstBuild } from './build-choice.ts'

const key = ['downloads build']

/** What was chosen last in this window, so that whoever comes back from a job finds it. */
export function useBuild(releases: Releases): readonly [ReleaseBuild, (build: ReleaseBuild) => void] {
  const queryClient = useQueryClient()
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => firstBuild(releases),
    initialData: () => firstBuild(releases),
    staleTime: Infinity,
    gcTime: Infinity,
  })
  return [data, (build) => void queryClient.setQueryData(key, build)]
}
