import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ContextRef } from '#shared/contract/base.ts'
import type { KubeconfigSnapshot, KubeContext } from '#shared/contract/kubeconfig.ts'
import { api, queryUtils } from '../../api/client.ts'

export type Backup = Awaited<ReturnType<typeof api.kubeconfig.backups>>[number]

/** All contexts of all kubeconfig files, as last read. */
export function useContexts() {
  return useQuery(queryUtils.kubeconfig.list.queryOptions())
}

export function useBackups() {
  return useQuery(queryUtils.kubeconfig.backups.queryOptions())
}

/** Whether the API server of a context answers. Not `enabled`: nothing is asked, what was last heard is shown. */
export function useReach({ file, name }: ContextRef, enabled: boolean) {
  return useQuery(queryUtils.kubeconfig.reach.queryOptions({ input: { file, name }, enabled, staleTime: 30_000 }))
}

/** Namespaces of the cluster behind a context. */
export function useNamespaces({ file, name }: ContextRef, enabled: boolean) {
  return useQuery(queryUtils.workloads.namespaces.queryOptions({ input: { file, name }, enabled, staleTime: 10_000 }))
}

/** What a removal leaves to undo it with: the backups it made, and the state they undo. */
export type Removed = { readonly name: string; readonly backups: readonly string[]; readonly snapshot: KubeconfigSnapshot }

/** Every write to a kubeconfig. Each answers with what is there now; one that fails has changed nothing, and what is there is read again. */
export function useContextWrites() {
  const queryClient = useQueryClient()
  const list = queryUtils.kubeconfig.list.queryKey()
  const settle = (snapshot: KubeconfigSnapshot) => {
    queryClient.setQueryData(list, snapshot)
    void queryClient.invalidateQueries({ queryKey: queryUtils.kubeconfig.backups.key() })
    void queryClient.invalidateQueries({ queryKey: queryUtils.clusters.list.key() })
  }
  const options = { onSuccess: settle, onError: () => void queryClient.invalidateQueries({ queryKey: list }) }
  return {
    use: useMutation({ ...options, mutationFn: ({ file, name }: ContextRef) => api.kubeconfig.use({ file, name }) }),
    setNamespace: useMutation({
      ...options,
      mutationFn: (input: ContextRef & { readonly namespace: string }) => api.kubeconfig.setNamespace(input),
    }),
    remove: useMutation({ ...options, mutationFn: removeKeeping, onSuccess: ({ snapshot }) => settle(snapshot) }),
    restore: useMutation({ ...options, mutationFn: restoreAll }),
  }
}

/** Switching, with the step before it for what is not on this machine. Used by the header, the page and the palette. */
export function useSwitch(onDone: (context: KubeContext) => void) {
  const { use } = useContextWrites()
  const [asking, setAsking] = useState<KubeContext | null>(null)
  const [chosen, setChosen] = useState<KubeContext | null>(null)
  const [returned, setReturned] = useState(false)
  const run = (context: KubeContext) => {
    setChosen(context)
    use.mutate(context, {
      onSuccess: () => {
        setAsking(null)
        onDone(context)
      },
    })
  }
  return {
    /** The context that waits for a yes. */
    asking,
    choose: (context: KubeContext) => {
      if (use.isPending) return
      use.reset()
      if (context.current) onDone(context)
      else if (asksFirst(context)) setAsking(context)
      else run(context)
    },
    confirm: () => asking && run(asking),
    back: () => {
      setAsking(null)
      setReturned(true)
      use.reset()
    },
    again: () => chosen && run(chosen),
    /** The answer was no: the list is shown again. */
    returned,
    /** What is being switched to. */
    pending: use.isPending ? chosen : null,
    error: use.error,
  }
}

/** What is not known to be on this machine is treated as if it were not. */
export function asksFirst(context: KubeContext): boolean {
  return context.local !== true
}

async function removeKeeping({ file, name }: ContextRef): Promise<Removed> {
  const before = await backupIds()
  const snapshot = await api.kubeconfig.remove({ file, name })
  const after = await backupIds()
  return { name, snapshot, backups: before && after ? after.filter((id) => !before.includes(id)) : [] }
}

/** Null: the list could not be read, so nothing is known of what a write added to it. */
async function backupIds(): Promise<readonly string[] | null> {
  return await api.kubeconfig.backups().then(
    (backups) => backups.map((backup) => backup.id),
    () => null,
  )
}

async function restoreAll(ids: readonly string[]): Promise<KubeconfigSnapshot> {
  let snapshot: KubeconfigSnapshot | null = null
  for (const id of ids) snapshot = await api.kubeconfig.restore({ id })
  return snapshot ?? (await api.kubeconfig.list())
}
