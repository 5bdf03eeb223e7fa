import { skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReplacementSpec } from '#shared/contract/replacements.ts'
import type { CgroupDriver, MigrationSpec, RuntimeChange } from '#shared/contract/runtimes.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api, queryUtils } from '../../api/client.ts'

/** What is there. A look is a call to the machine, so it is kept until something changes or somebody asks. */
export function useRuntimes(target: TargetId) {
  return useQuery(queryUtils.runtimes.look.queryOptions({ input: { target }, staleTime: 60_000, retry: false }))
}

/** Makes a plan of a change; nothing is done yet. */
export function usePropose(target: TargetId) {
  return useMutation({ mutationFn: (change: RuntimeChange) => api.runtimes.propose({ target, change }) })
}

/** Changes of the cgroup driver that run or have halted. */
export function useMigrations(target: TargetId) {
  return useQuery(queryUtils.runtimes.migrations.queryOptions({ input: { target } }))
}

export function useMigrate() {
  return useMutation({ mutationFn: (spec: MigrationSpec) => api.runtimes.migrate(spec) })
}

export function useResume() {
  return useMutation({ mutationFn: (id: string) => api.runtimes.resume({ id }) })
}

export function useRollBack() {
  return useMutation({ mutationFn: (id: string) => api.runtimes.rollBack({ id }) })
}

/** Replacements of the node of a machine that run or have halted. */
export function useReplacements(target: TargetId) {
  return useQuery(queryUtils.replacements.list.queryOptions({ input: { target } }))
}

/** What a replacement would do, looked at anew each time it is asked for. Null: there is nobody to go through. */
export function useReplacementPlan(choice: Omit<ReplacementSpec, 'leftovers' | 'ignore'> | null) {
  const input = choice ?? skipToken
  return useQuery(queryUtils.replacements.plan.queryOptions({ input, refetchOnMount: 'always', retry: false }))
}

/** What the cluster of a control plane says to nodes that join, as it is and with the driver. Null: nobody is asked. */
export function useConfigMap(of: { readonly via: TargetId; readonly driver: CgroupDriver } | null) {
  return useQuery(queryUtils.replacements.configMap.queryOptions({ input: of ?? skipToken, refetchOnMount: 'always', retry: false }))
}

/** The driver of nodes that will join, and nothing else. */
export function useSetConfigMap() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (of: Parameters<typeof api.replacements.setConfigMap>[0]) => api.replacements.setConfigMap(of),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryUtils.replacements.key() }),
  })
}
