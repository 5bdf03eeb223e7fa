import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { KubeadmToken } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api, queryUtils } from '../../api/client.ts'
import { isRunning } from '../jobs/elapsed.ts'

/** What a machine is to kubeadm; asked anew when a job there has ended. */
export function useKubeadm(target: TargetId) {
  const queryClient = useQueryClient()
  const state = useQuery(queryUtils.kubeadm.state.queryOptions({ input: { target }, refetchOnMount: 'always', retry: false }))
  const jobs = useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: 50 } })).data ?? []
  const running = jobs.find((job) => isRunning(job) && job.facts['target'] === target)?.id ?? null
  const before = useRef(running)
  useEffect(() => {
    if (before.current !== null && running !== before.current) void queryClient.invalidateQueries({ queryKey: queryUtils.kubeadm.key() })
    before.current = running
  }, [running, queryClient])
  return { state, busy: running !== null }
}

export function useTokens(target: TargetId) {
  return useQuery(queryUtils.kubeadm.tokens.queryOptions({ input: { target }, refetchOnMount: 'always', retry: false }))
}

export function useCertificates(target: TargetId) {
  return useQuery(queryUtils.kubeadm.certificates.queryOptions({ input: { target }, refetchOnMount: 'always', retry: false }))
}

export function useLeftoversOf(target: TargetId) {
  return useQuery(queryUtils.kubeadm.leftovers.queryOptions({ input: { target }, refetchOnMount: 'always', retry: false }))
}

/** Starts a job and goes to it. */
export function useStart<I>(begin: (input: I) => Promise<{ readonly jobId: string }>) {
  const navigate = useNavigate()
  return useMutation({
    mutationFn: begin,
    onSuccess: ({ jobId }) => navigate({ to: '/jobs/$id', params: { id: jobId } }),
  })
}

/** Starts a job and stays: what becomes of it is shown where it was started. */
export function useStartHere<I>(begin: (input: I) => Promise<{ readonly jobId: string }>) {
  const start = useMutation({ mutationFn: begin })
  const jobs = useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: 50 } })).data ?? []
  const job = jobs.find(({ id }) => id === start.data?.jobId) ?? null
  const running = job !== null && isRunning(job)
  return { begin: start.mutate, job, busy: start.isPending || running, error: start.error ?? job?.error ?? null }
}

/** Changes of tokens, which answer with the whole list. */
export function useTokenChange<I>(target: TargetId, change: (input: I) => Promise<KubeadmToken[]>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: (tokens) => queryClient.setQueryData(queryUtils.kubeadm.tokens.queryKey({ input: { target } }), tokens),
  })
}

export function useTakeContext(target: TargetId) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => api.kubeadm.takeContext({ target }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryUtils.kubeadm.key() }),
  })
}
