import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { queryUtils } from '../../api/client.ts'
import { Button, Checkbox, CopyButton, EmptyState, FilterField, fits, Select, State, Toolbar, wordsOf } from '../../ui/index.ts'
import { PodList } from './pod-list.tsx'
import { podText } from './pod-look.ts'
import { usePods } from './use-pods.ts'

const all = '*'

/** Pods of the cluster, live. A row leads to the pod's log. */
export function PodsTab({ cluster }: { readonly cluster: Cluster }) {
  const { t } = useTranslation('clusters')
  const { context } = cluster
  const [namespace, setNamespace] = useState(all)
  const [filter, setFilter] = useState('')
  const [grouped, setGrouped] = useState(true)
  const [attempt, setAttempt] = useState(0)
  const namespaces = useQuery(
    queryUtils.workloads.namespaces.queryOptions({
      input: context ?? { file: '', name: '' },
      enabled: context !== null,
      staleTime: 10_000,
    }),
  )
  const view = usePods(context, namespace === all ? null : namespace, attempt)
  const { pods, error } = view
  if (!context) return <EmptyState title={t('pods.noContext')}>{t('pods.noContextText')}</EmptyState>
  const words = wordsOf(filter)
  const shown = (pods ?? []).filter((pod) => fits(podText(pod), words))
  const known = [
    ...new Set([...(namespaces.data ?? []), ...(pods ?? []).map((pod) => pod.namespace), ...(namespace === all ? [] : [namespace])]),
  ].sort()
  const command = `kubectl --context ${context.name} get pods ${namespace === all ? '--all-namespaces' : `--namespace ${namespace}`} --watch`
  return (
    <>
      <Toolbar>
        <Select
          calm
          mono
          className="namespace-select"
          prefix={t('pods.namespace')}
          label={t('pods.namespaceIs', { name: namespace === all ? t('pods.all') : namespace })}
          value={namespace}
          onValueChange={setNamespace}
          options={[{ value: all, label: t('pods.all') }, ...known.map((name) => ({ value: name, label: name }))]}
        />
        <FilterField label={t('pods.filter')} placeholder={t('pods.filterHint')} value={filter} onValueChange={setFilter} />
        <span className="grow" />
        <Checkbox checked={grouped} onCheckedChange={setGrouped}>
          {t('pods.byWorkload')}
        </Checkbox>
      </Toolbar>
      <PodList
        context={context}
        view={view}
        shown={shown}
        grouped={grouped}
        namespaced={namespace === all}
        empty={
          <EmptyState
            title={filter === '' ? t('pods.none') : t('pods.noMatch', { filter })}
            actions={filter === '' ? null : <Button onClick={() => setFilter('')}>{t('clearFilter')}</Button>}
          />
        }
        onRetry={() => setAttempt(attempt + 1)}
      />
      <div className="pods-foot">
        {pods === null ? null : error ? (
          <State tone="warn">{t('pods.notLive')}</State>
        ) : (
          <State tone="ok" reason={t('pods.count', { count: pods.length, shown: shown.length })}>
            {t('pods.live')}
          </State>
        )}
        <span className="grow" />
        <span className="mono fg-3 cut pods-command">{command}</span>
        <CopyButton text={command} />
      </div>
    </>
  )
}
