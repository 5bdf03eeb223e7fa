import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { queryUtils } from '../../api/client.ts'

/** As many as core keeps; older ones are removed. */
export const keptJobs = 500
export const keptCommands = 2000
/** A few at first, as each comes with its last lines; in the end all: the journal holds some more than it keeps before it is pruned. */
export const commandSteps = [200, 1000, 3000] as const

export function useJobs() {
  return useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: keptJobs } }))
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
