import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { ContextRef } from '#shared/contract/base.ts'
import type { KubeContext } from '#shared/contract/kubeconfig.ts'
import type { LogPart } from '#shared/contract/logs.ts'
import { queryUtils } from '../../api/client.ts'
import type { LogsSearch } from '../../routes.tsx'
import { usePods } from '../cluster/use-pods.ts'
import { allNamespaces, samePart } from './log-place.ts'
import { searchOf, wishOf } from './log-search.ts'
import type { LogWish } from './log-search.ts'
import { usePrepared } from './use-prepared.ts'

/** What is chosen on the page, all of it kept in its address, and what there is to choose from. */
export function useLogChoice() {
  const search: LogsSearch = useSearch({ strict: false })
  const navigate = useNavigate()
  const [attempt, setAttempt] = useState(0)
  const [picking, setPicking] = useState(false)
  const wish = useMemo(() => wishOf(search), [search])
  const kube = useQuery(queryUtils.kubeconfig.list.queryOptions())
  const contexts = (kube.data?.contexts ?? []).filter((context) => !context.shadowed)
  const known = chooseContext(search, contexts)
  // What the address names can be asked for although the list of contexts does not come.
  const named = search.context && search.file ? { file: search.file, name: search.context } : null
  const context: ContextRef | null = known ? { file: known.file, name: known.name } : kube.error ? named : null
  const missing = kube.data && search.context && !known ? { file: search.file ?? '', name: search.context } : null
  const [firstPart] = wish.parts
  const namespace = wish.namespace ?? (firstPart && 'namespace' in firstPart ? firstPart.namespace : null) ?? known?.namespace ?? 'default'
  const needed = wish.parts.length === 0 || picking
  const namespaces = useQuery(
    queryUtils.workloads.namespaces.queryOptions({
      input: context ?? { file: '', name: '' },
      enabled: context !== null,
      staleTime: 10_000,
    }),
  )
  // Who only reads a log needs no list of pods: it is watched while somebody chooses.
  const view = usePods(needed ? context : null, namespace === allNamespaces ? null : namespace, attempt)
  // Of a context that shows no pods nothing can be chosen.
  usePrepared(needed && view.pods !== null ? context : null)
  const place = context ? { context: context.name, file: context.file } : {}
  const go = (next: LogWish, replace: boolean) => void navigate({ to: '/logs', search: searchOf(next), replace })
  const look = (parts: readonly LogPart[], previous = false) =>
    go(
      {
        ...wish,
        ...place,
        namespace: wish.namespace ?? namespace,
        parts,
        filter: { ...wish.filter, hidden: [], only: [] },
        at: null,
        previous,
      },
      false,
    )

  return {
    wish,
    kube,
    contexts,
    context,
    local: known?.local === true,
    missing,
    namespace,
    namespaces,
    /** Namespaces to choose from, the one chosen among them though nobody lists it. */
    names: [...new Set([...(namespaces.data ?? []), ...(view.pods ?? []).map((one) => one.namespace), namespace])]
      .filter((name) => name !== allNamespaces)
      .sort(),
    view,
    picking,
    setPicking,
    again: () => {
      setAttempt(attempt + 1)
      if (namespaces.error) void namespaces.refetch()
    },
    /** Changes what the address says, without a step of its own in the history. Of two at once the second builds on the first. */
    change: (part: Partial<LogWish>) =>
      void navigate({ to: '/logs', search: (now: LogsSearch) => searchOf({ ...wishOf(now), ...place, ...part }), replace: true }),
    setContext: ({ name, file }: ContextRef) =>
      go({ ...wishOf({}), times: wish.times, wrap: wish.wrap, side: wish.side, context: name, file }, false),
    setNamespace: (name: string) => go({ ...wish, ...place, namespace: name }, wish.parts.length > 0),
    look: (parts: readonly LogPart[]) => look(parts),
    /** Only the run before the present one, of one container. */
    previous: (part: LogPart) => look([part], true),
    add: (part: LogPart) => {
      if (!wish.parts.some((one) => samePart(one, part))) look([...wish.parts, part])
    },
    remove: (part: LogPart) => look(wish.parts.filter((one) => !samePart(one, part))),
    search: (next: LogsSearch) => void navigate({ to: '/logs', search: next }),
  }
}
export type LogChoice = ReturnType<typeof useLogChoice>

/** By the address, else the current one, else the only one. */
export function chooseContext(search: LogsSearch, contexts: readonly KubeContext[]): KubeContext | undefined {
  if (search.context) return contexts.find((one) => one.name === search.context && (!search.file || one.file === search.file))
  return contexts.find((one) => one.current) ?? (contexts.length === 1 ? contexts[0] : undefined)
}

/** Files of this machine need no cluster. */
export const needsContext = (parts: readonly LogPart[]) => parts.some((part) => part.kind !== 'file' && part.kind !== 'upload')
