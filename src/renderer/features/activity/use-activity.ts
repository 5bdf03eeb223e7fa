import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { queryUtils } from '../../api/client.ts'

/** As many as are kept. */
const jobLimit = 500
export const fewCommands = 200
export const mostCommands = 1000

export function useJobs() {
  return useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: jobLimit } }))
}

/** Each with its last lines, so not more than are wanted. */
export function useCommands(limit: number) {
  return useQuery(queryUtils.jobs.commands.queryOptions({ input: { limit }, placeholderData: keepPreviousData }))
}

const pageBytes = 200_000

/** The whole output of a command, a piece at a time. */
export function useOutput(id: string, wanted: boolean) {
  return useInfiniteQuery(
    queryUtils.jobs.commandOutput.infiniteOptions({
      input: (offset: number) => ({ id, offset, limit: pageBytes }),
      initialPageParam: 0,
      getNextPageParam: (last) => last.nextOffset,
      enabled: wanted,
      staleTime: 0,
    }),
  )
}
