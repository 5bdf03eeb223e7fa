import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { LoaderCircle, RotateCw, ScrollText } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pod } from '#shared/contract/workloads.ts'
import { queryUtils } from '../../api/client.ts'
import { contextId } from '../contexts/context-state.ts'
import { asksFirst, useContexts } from '../contexts/use-contexts.ts'
import { useErrorWords } from '../shell/error-words.ts'
import type { Entry } from './entry.ts'

const fewestLetters = 2

/** Pods of the current context, to open the log of; read once something is typed, from a server elsewhere only when that is asked for. */
export function usePodEntries(query: string): readonly Entry[] {
  const { t } = useTranslation('palette')
  const words = useErrorWords()
  const navigate = useNavigate()
  const [allowed, setAllowed] = useState<string | null>(null)
  const current = useContexts().data?.contexts.find((context) => context.current)
  const typed = query.trim().length >= fewestLetters
  const may = current !== undefined && (!asksFirst(current) || allowed === contextId(current))
  const usable = current !== undefined && current.problem === null
  const pods = useQuery(
    queryUtils.workloads.pods.queryOptions({
      input: { file: current?.file ?? '', name: current?.name ?? '', namespace: null },
      enabled: typed && may && usable,
      staleTime: 10_000,
    }),
  )
  if (!usable || !typed) return []
  const row = (entry: Pick<Entry, 'icon' | 'name' | 'run'> & Partial<Entry>): Entry => ({
    id: 'pods:state',
    group: 'pods',
    fixed: true,
    does: 'stay',
    ...entry,
  })
  if (!may) {
    return [
      row({
        icon: ScrollText,
        name: t('pods.look', { name: current.name }),
        note: t('pods.remote'),
        run: () => setAllowed(contextId(current)),
      }),
    ]
  }
  const open = (pod: Pod) => {
    const container = pod.containers.find((one) => one.kind === 'container')?.name
    void navigate({
      to: '/logs',
      search: { context: current.name, file: current.file, namespace: pod.namespace, pod: pod.name, ...(container ? { container } : {}) },
    })
  }
  const found = (pods.data ?? []).map(
    (pod): Entry => ({
      id: `pod:${pod.uid}`,
      group: 'pods',
      icon: ScrollText,
      name: pod.name,
      mono: true,
      note: t('pods.note', { namespace: pod.namespace, status: pod.status }),
      does: 'go',
      run: () => open(pod),
    }),
  )
  if (pods.isFetching && !pods.data) {
    return [row({ icon: LoaderCircle, busy: true, name: t('pods.reading', { name: current.name }), disabled: true, run: () => {} })]
  }
  if (!pods.error) return found
  return [
    ...found,
    row({
      icon: RotateCw,
      name: t('pods.failed', { name: current.name }),
      note: words(pods.error).title,
      end: t('pods.again'),
      run: () => void pods.refetch(),
    }),
  ]
}
