import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { HostIntent } from '#shared/contract/host-checks.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api, queryUtils } from '../../api/client.ts'
import { readDraft } from '../document/draft.ts'

const usual: HostIntent = {
  role: 'control-plane',
  kubernetes: null,
  podSubnets: ['10.244.0.0/16'],
  serviceSubnets: ['10.96.0.0/12'],
  criSocket: null,
}
/** What each machine was last looked at as: kept while tabs come and go. */
const meant = new Map<TargetId, HostIntent>()

/** What the machine is to be. */
export function useIntent(target: TargetId) {
  const [intent, setIntent] = useState<HostIntent>(() => meant.get(target) ?? usual)
  const { etcd, asking } = useEtcd(target)
  return {
    // What is not asked for here but written elsewhere.
    intent: etcd === null ? intent : { ...intent, etcd },
    /** It is not known to its end yet. */
    asking,
    change: (next: HostIntent) => {
      meant.set(target, next)
      setIntent(next)
    },
  }
}

/**
 * The etcd that the configuration of kubeadm which is being written for a machine names; null: none is, or it names none outside the cluster. What reads
 * documents comes only where there is one.
 */
function useEtcd(target: TargetId) {
  const [text] = useState(() => readDraft(`kubeadm:${target}`)?.text ?? null)
  const read = useQuery({
    queryKey: ['etcd-in', text],
    queryFn: async () => (await import('../kubeadm-config/document/etcd-in.ts')).etcdIn(text ?? ''),
    enabled: text !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return { etcd: read.data ?? null, asking: read.isLoading }
}

/** The report as it was last made; a look takes a second or two, so it is not made anew whenever the tab comes back. */
export function useReport(target: TargetId, intent: HostIntent, asking: boolean) {
  return useQuery(
    queryUtils.hostChecks.run.queryOptions({
      input: { target, intent },
      enabled: !asking,
      staleTime: 60_000,
      placeholderData: keepPreviousData,
      retry: false,
    }),
  )
}

/** Looks again and plans what puts right those named; none: all that can be. */
export function usePlanFixes(target: TargetId, intent: HostIntent) {
  return useMutation({ mutationFn: (ids: readonly string[]) => api.hostChecks.plan({ target, intent, ids: [...ids] }) })
}

export function useCompare() {
  return useMutation({ mutationFn: (targets: readonly TargetId[]) => api.hostChecks.compare({ targets: [...targets] }) })
}
