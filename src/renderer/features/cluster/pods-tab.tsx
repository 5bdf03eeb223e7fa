import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { Pod } from '#shared/contract/workloads.ts'
import { queryUtils } from '../../api/client.ts'
import { Age, Button, Checkbox, CopyButton, EmptyState, FilterField, Scroll, Select, State, Toolbar } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { PodTable } from './pod-table.tsx'
import { usePods } from './use-pods.ts'

const all = '*'

/** Pods of the cluster, live. A row leads to the pod's log. */
export function PodsTab({ cluster }: { readonly cluster: Cluster }) {
  const { t } = useTranslation('clusters')
  const { context } = cluster
  const navigate = useNavigate()
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
  const { pods, asOf, error } = usePods(context, namespace === all ? null : namespace, attempt)
  if (!context) return <EmptyState title={t('pods.noContext')}>{t('pods.noContextText')}</EmptyState>
  const shown = (pods ?? []).filter((pod) => fits(pod, filter))
  const known = [
    ...new Set([...(namespaces.data ?? []), ...(pods ?? []).map((pod) => pod.namespace), ...(namespace === all ? [] : [namespace])]),
  ].sort()
  const command = `kubectl --context ${context.name} get pods ${namespace === all ? '--all-namespaces' : `--namespace ${namespace}`} --watch`
  const open = (pod: Pod) => {
    const container = pod.containers.find((one) => one.kind === 'container')?.name
    void navigate({
      to: '/logs',
      search: { context: context.name, file: context.file, namespace: pod.namespace, pod: pod.name, ...(container ? { container } : {}) },
    })
  }
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
      <Scroll>
        {error ? (
          <ErrorNotice
            className="page-notice"
            tone="warn"
            error={error}
            consequence={
              pods && asOf !== null ? (
                <>
                  {t('pods.stale')} <Age at={asOf} ago />
                </>
              ) : null
            }
            onRetry={() => setAttempt(attempt + 1)}
          />
        ) : null}
        {pods === null && error ? null : (
          <PodTable
            pods={shown}
            loading={pods === null}
            grouped={grouped}
            namespaced={namespace === all}
            old={error !== null}
            onOpen={open}
          />
        )}
        {pods !== null && shown.length === 0 ? (
          <EmptyState
            title={filter === '' ? t('pods.none') : t('pods.noMatch', { filter })}
            actions={filter === '' ? null : <Button onClick={() => setFilter('')}>{t('clearFilter')}</Button>}
          />
        ) : null}
      </Scroll>
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

function fits(pod: Pod, filter: string): boolean {
  const text = [
    pod.name,
    pod.namespace,
    pod.node ?? '',
    pod.status,
    pod.owner ?? '',
    ...Object.entries(pod.labels).map(([key, value]) => `${key}=${value}`),
  ]
    .join('\n')
    .toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
