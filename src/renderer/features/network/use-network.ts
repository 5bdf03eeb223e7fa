import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { NetworkChart } from '#shared/contract/network.ts'
import { api, queryUtils } from '../../api/client.ts'

/** A look asks the API and every node, so it is kept until something changes or somebody asks. */
export function useNetwork(id: string, enabled: boolean) {
  return useQuery(queryUtils.network.look.queryOptions({ input: { id }, enabled, staleTime: 30_000, retry: false }))
}

/** The last test; while it runs, as far as it is. */
export function useLastTest(id: string, running: boolean) {
  return useQuery(queryUtils.network.lastTest.queryOptions({ input: { id }, refetchInterval: running ? 1_000 : false }))
}

/** Asks all again that a job of the network may have changed. */
export function useAskNetwork() {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: queryUtils.network.key() })
}

export type Source =
  | { readonly kind: 'manifest'; readonly name: string; readonly text: string }
  | { readonly kind: 'chart'; readonly chart: NetworkChart; readonly text: string }

export const useFetchManifest = () => useMutation({ mutationFn: (url: string) => api.network.fetch({ url }) })

export const useReview = (id: string) => useMutation({ mutationFn: (text: string) => api.network.review({ id, text }) })

export const useTemplate = (id: string) => useMutation({ mutationFn: (chart: NetworkChart) => api.network.template({ id, chart }) })

export function useApply(id: string) {
  return useMutation({
    mutationFn: (source: Source) =>
      api.network.apply({
        id,
        install:
          source.kind === 'chart' ? { kind: 'chart', chart: source.chart } : { kind: 'manifest', name: source.name, text: source.text },
      }),
  })
}
