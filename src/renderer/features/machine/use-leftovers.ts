import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Leftover } from '#shared/contract/leftovers.ts'
import { api, queryUtils } from '../../api/client.ts'

/** Leftovers as last known, and a way to look everywhere again. */
export function useLeftovers() {
  const queryClient = useQueryClient()
  const list = useQuery(queryUtils.leftovers.list.queryOptions())
  const refresh = useMutation({
    mutationFn: () => api.leftovers.refresh(),
    onSuccess: (snapshot) => queryClient.setQueryData(queryUtils.leftovers.list.queryKey(), snapshot),
  })
  return { list, refresh }
}

/** Starts the removal and goes to its job. */
export function useRemoveLeftovers(onStarted: () => void) {
  const navigate = useNavigate()
  return useMutation({
    mutationFn: (items: readonly Leftover[]) => api.leftovers.remove({ ids: items.map((item) => item.id) }),
    onSuccess: ({ jobId }) => {
      onStarted()
      return navigate({ to: '/jobs/$id', params: { id: jobId } })
    },
  })
}

/** Which are selected: what is of no use to anybody at first, then as was ticked. */
export function useSelection(items: readonly Leftover[]) {
  const [ticks, setTicks] = useState<ReadonlyMap<string, boolean>>(new Map())
  const removable = items.filter((item) => item.blocked === null)
  const isSelected = (item: Leftover) => item.blocked === null && (ticks.get(item.id) ?? item.preselected)
  const selected = items.filter(isSelected)
  return {
    selected,
    removable,
    isSelected,
    select: (item: Leftover, on: boolean) => setTicks((before) => new Map(before).set(item.id, on)),
    selectAll: (on: boolean) => setTicks(new Map(removable.map((item) => [item.id, on]))),
  }
}

/** Bytes of all whose size is known. */
export const bytesOf = (items: readonly Leftover[]): number => items.reduce((sum, item) => sum + (item.sizeBytes ?? 0), 0)
