import { useQuery } from '@tanstack/react-query'
import type { Job } from '#shared/contract/jobs.ts'

/**
 * Whether a document names the port that a job found taken, and the text with a free one in its place; `text` null: none is known to be free, or it names none.
 * What edits documents comes with the first that needs it.
 */
export function useOtherPort(
  document: string | null,
  { error }: Pick<Job, 'error'>,
): { readonly names: boolean; readonly text: string | null; readonly asking: boolean } {
  const taken = error?.code === 'port-taken' ? Number(error.facts['port']) : 0
  const free = Number(error?.facts['free'] ?? 0)
  const changed = useQuery({
    queryKey: ['other-port', document, taken, free],
    queryFn: async () => (await import('../designer/document/port.ts')).withPort(document ?? '', taken, free),
    enabled: document !== null && taken > 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const text = changed.data ?? null
  return { names: text !== null, text: free > 0 ? text : null, asking: changed.isLoading }
}
