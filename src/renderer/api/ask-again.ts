import type { QueryClient, QueryKey } from '@tanstack/react-query'

/**
 * Asks again what is shown below a key. A question that has no answer yet is not broken off by `invalidateQueries`, and the answer on its way may be from
 * before the change (https://tanstack.com/query/latest/docs/reference/QueryClient#queryclientinvalidatequeries, `cancelRefetch`): it is asked once more.
 */
export function askAgain(queryClient: QueryClient, queryKey?: QueryKey): void {
  const filters = queryKey ? { queryKey } : {}
  const first = queryClient
    .getQueryCache()
    .findAll({ ...filters, fetchStatus: 'fetching' })
    .filter((query) => query.state.data === undefined)
  void queryClient.invalidateQueries(filters)
  for (const query of first) {
    const again = () => queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true })
    // How it ends is told where it is shown.
    void query.promise?.then(again, again)
  }
}
