import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { Cluster } from '#shared/contract/clusters.ts'
import { api, queryUtils } from '../../api/client.ts'

/** The tunnel to a cluster's services: what it would do, how it is, and what starts and ends it. Core tells when it changes. */
export function useTunnel(cluster: Pick<Cluster, 'id' | 'state' | 'jobId'>) {
  const input = { id: cluster.id }
  const client = useQueryClient()
  // Nobody tells when sudo begins to ask for a password: whoever comes here looks.
  const plan = useQuery({ ...queryUtils.tunnels.plan.queryOptions({ input, staleTime: 0 }), enabled: cluster.state === 'running' })
  const now = useQuery(queryUtils.tunnels.get.queryOptions({ input }))
  const ask = () => client.invalidateQueries({ queryKey: queryUtils.tunnels.get.key({ input }) })
  const start = useMutation({
    mutationFn: () => api.tunnels.start(input),
    onSettled: () => {
      void ask()
      // What sudo lets one do may have changed meanwhile.
      void plan.refetch()
    },
  })
  const end = useMutation({ mutationFn: () => api.tunnels.end(input), onSettled: ask })
  const tunnel = now.data ?? null
  const goesOn = tunnel !== null && tunnel.state !== 'ended'
  const { data } = plan
  // Ports of this machine need root only below 1024; a route does always.
  const open = data != null && (data.way === 'ports' || data.sudo === 'ready' || data.sudo === 'unused')
  return { plan, now, start, end, tunnel, goesOn, startable: open && !goesOn && cluster.jobId === null && cluster.state === 'running' }
}
export type TunnelView = ReturnType<typeof useTunnel>

/** Calls back whenever the tunnel has begun or ended, or serves other services: these have other addresses then. */
export function useServed({ tunnel }: Pick<TunnelView, 'tunnel'>, changed: () => void): void {
  const served = tunnel === null ? '' : `${tunnel.state} ${tunnel.services.join(' ')}`
  const before = useRef(served)
  useEffect(() => {
    if (before.current === served) return
    before.current = served
    changed()
  })
}
