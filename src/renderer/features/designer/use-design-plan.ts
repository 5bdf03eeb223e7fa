import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { CreateSpecInput } from '#shared/contract/clusters.ts'
import { queryUtils } from '../../api/client.ts'
import { useSettled } from '../../ui/use-settled.ts'
import type { DesignState } from './use-design.ts'

/** What core is asked and told: the document itself; the rest is said too, for those who show it before core answers. */
export function specOf({ text, view }: Pick<DesignState, 'text' | 'view'>, profileId: string | null): CreateSpecInput {
  const nodes =
    view.provider === 'kind'
      ? {
          controlPlanes: view.nodes.filter((node) => node.role === 'control-plane').length,
          workers: view.nodes.filter((node) => node.role === 'worker').length,
        }
      : {
          controlPlanes: view.controlPlanes === '3' ? 3 : 1,
          workers: Math.max(0, (Number(view.nodes) || 1) - (view.controlPlanes === '3' ? 3 : 1)),
        }
  return { name: view.name || view.provider, provider: view.provider, document: text, profileId, image: null, ...nodes }
}

/** What a create of the document would do and what stands in its way, asked again a moment after the last change. */
export function useDesignPlan(design: DesignState, profileId: string | null) {
  const good = design.readable && !design.problems.some((problem) => problem.severity === 'error')
  const asked = useSettled(design.text, 250)
  const current = asked === design.text
  const plan = useQuery(
    queryUtils.clusters.plan.queryOptions({
      input: specOf(design, profileId),
      enabled: good && current,
      placeholderData: keepPreviousData,
      // A verdict is of the moment: the port that was taken may be free when the same text comes again.
      staleTime: 0,
      gcTime: 0,
    }),
  )
  const fits = plan.data !== undefined && plan.data.spec.provider === design.provider
  return {
    plan: fits ? plan.data : null,
    /** Only of this very document; of one that is not asked yet, none. */
    problems: fits && good && current && !plan.isPlaceholderData ? plan.data.problems : [],
    checked: good && current && !plan.isPlaceholderData && plan.data !== undefined,
    checking: good && (!current || plan.isFetching),
    error: good ? plan.error : null,
    retry: () => void plan.refetch(),
  }
}
