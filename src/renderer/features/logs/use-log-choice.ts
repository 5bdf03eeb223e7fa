import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { ContextRef } from '#shared/contract/base.ts'
import type { KubeContext } from '#shared/contract/kubeconfig.ts'
import type { Pod, PodContainer } from '#shared/contract/workloads.ts'
import { queryUtils } from '../../api/client.ts'
import type { LogsSearch } from '../../routes.tsx'
import { usePods } from '../cluster/use-pods.ts'
import type { LogTarget } from './log-target.ts'

export const allNamespaces = '*'

/** What is chosen on the page, all of it kept in its address, and what there is to choose from. */
export function useLogChoice() {
  const search: LogsSearch = useSearch({ strict: false })
  const navigate = useNavigate()
  const [attempt, setAttempt] = useState(0)
  const kube = useQuery(queryUtils.kubeconfig.list.queryOptions())
  const contexts = (kube.data?.contexts ?? []).filter((context) => !context.shadowed)
  const known = chooseContext(search, contexts)
  // What the address names can be asked for although the list of contexts does not come.
  const named = search.context && search.file ? { file: search.file, name: search.context } : null
  const context: ContextRef | null = known ? { file: known.file, name: known.name } : kube.error ? named : null
  const missing = kube.data && search.context && !known ? { file: search.file ?? '', name: search.context } : null
  const namespace = search.namespace ?? known?.namespace ?? 'default'
  const namespaces = useQuery(
    queryUtils.workloads.namespaces.queryOptions({
      input: context ?? { file: '', name: '' },
      enabled: context !== null,
      staleTime: 10_000,
    }),
  )
  const view = usePods(context, namespace === allNamespaces ? null : namespace, attempt)
  const pod = view.pods?.find((one) => one.name === search.pod && (namespace === allNamespaces || one.namespace === namespace))
  const container = search.container ?? mainContainer(pod)?.name
  const target: LogTarget | null =
    context && search.pod && container ? { context, namespace: pod?.namespace ?? namespace, pod: search.pod, container } : null
  const go = (next: LogsSearch, replace = false) => void navigate({ to: '/logs', search: next, replace })
  const place = context ? { context: context.name, file: context.file } : {}

  return {
    kube,
    contexts,
    context,
    missing,
    namespace,
    namespaces,
    /** Namespaces to choose from, the one chosen among them though nobody lists it. */
    names: [...new Set([...(namespaces.data ?? []), ...(view.pods ?? []).map((one) => one.namespace), namespace])]
      .filter((name) => name !== allNamespaces)
      .sort(),
    view,
    pod,
    podName: search.pod,
    container: pod?.containers.find((one) => one.name === container),
    containerName: container,
    target,
    again: () => {
      setAttempt(attempt + 1)
      if (namespaces.error) void namespaces.refetch()
    },
    setContext: ({ name, file }: ContextRef) => go({ context: name, file }),
    setNamespace: (name: string) => go({ ...place, namespace: name }),
    setPod: (one: Pod) => go({ ...place, namespace: one.namespace, pod: one.name, ...withContainer(mainContainer(one)) }),
    setContainer: (name: string) => target && go({ ...place, namespace: target.namespace, pod: target.pod, container: name }, true),
    leavePod: () => go({ ...place, namespace }),
  }
}
export type LogChoice = ReturnType<typeof useLogChoice>

/** By the address, else the current one, else the only one. */
export function chooseContext(search: LogsSearch, contexts: readonly KubeContext[]): KubeContext | undefined {
  if (search.context) return contexts.find((one) => one.name === search.context && (!search.file || one.file === search.file))
  return contexts.find((one) => one.current) ?? (contexts.length === 1 ? contexts[0] : undefined)
}

/** The one that the pod is about: not an init container, sidecar or ephemeral one. */
export function mainContainer(pod: Pod | undefined): PodContainer | undefined {
  return pod?.containers.find((one) => one.kind === 'container') ?? pod?.containers[0]
}

const withContainer = (one: PodContainer | undefined) => (one ? { container: one.name } : {})
