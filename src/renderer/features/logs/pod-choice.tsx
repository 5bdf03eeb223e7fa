import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Layers } from 'lucide-react'
import { Age, Button, buttonClass, EmptyState, FilterField, fits, Scroll, Toolbar, wordsOf } from '../../ui/index.ts'
import { podText } from '../cluster/pod-look.ts'
import { PodTable } from '../cluster/pod-table.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { AndMore } from './and-more.tsx'
import { allNamespaces } from './log-place.ts'
import { workloadsOf } from './target-picker.tsx'
import type { LogChoice } from './use-log-choice.ts'
import '../cluster/cluster.css'

/** The others are counted; they are in the picker, and found by the filter. */
const mostWorkloads = 6

/** No log yet: the pods to choose from, or why there are none. */
export function PodChoice({ choice }: { readonly choice: LogChoice }) {
  const { t } = useTranslation('logs')
  const [filter, setFilter] = useState('')
  const { kube, contexts, context, missing, namespace, view } = choice
  if (missing)
    return (
      <Scroll>
        <ErrorNotice className="page-notice" error={{ code: 'context-not-found', facts: missing, commandId: null }} />
      </Scroll>
    )
  if (kube.error && !context)
    return (
      <Scroll>
        <ErrorNotice className="page-notice" error={kube.error} onRetry={() => void kube.refetch()} />
      </Scroll>
    )
  if (!context && kube.data)
    return (
      <EmptyState
        title={contexts.length === 0 ? t('choose.noContexts') : t('choose.noContext')}
        actions={
          contexts.length === 0 ? (
            <Link to="/clusters" className={buttonClass('primary')}>
              {t('choose.toClusters')}
            </Link>
          ) : null
        }
      >
        {contexts.length === 0 ? t('choose.noContextsText') : t('choose.noContextText')}
      </EmptyState>
    )
  const words = wordsOf(filter)
  const shown = (view.pods ?? []).filter((pod) => fits(podText(pod), words))
  const all = namespace === allNamespaces
  const workloads = workloadsOf(shown)
  return (
    <>
      <Toolbar className="wrap">
        <h2 className="strong">{t('choose.title')}</h2>
        <FilterField label={t('choose.filter')} value={filter} onValueChange={setFilter} />
        {context && shown.length > 1 ? (
          <Button
            size="small"
            icon={Layers}
            onClick={() => choice.look([{ kind: 'selector', namespace: all ? null : namespace, selector: '', container: null }])}
          >
            {all ? t('choose.everything') : t('choose.everythingIn', { namespace })}
          </Button>
        ) : null}
        {workloads.slice(0, mostWorkloads).map((part) => (
          <Button
            key={`${part.namespace}/${part.type}/${part.name}`}
            size="small"
            variant="quiet"
            title={`${part.type} ${part.name}`}
            onClick={() => choice.look([part])}
          >
            <span className="mono log-chip-name">{part.name}</span>
          </Button>
        ))}
        {workloads.length > mostWorkloads ? <AndMore of={workloads.length - mostWorkloads} /> : null}
      </Toolbar>
      <Scroll>
        {view.error ? (
          <ErrorNotice
            className="page-notice"
            {...(view.pods ? { tone: 'warn' as const } : {})}
            error={view.error}
            consequence={
              view.pods && view.asOf !== null ? (
                <>
                  {t('choose.stale')} <Age at={view.asOf} ago />
                </>
              ) : (
                t('choose.unknown')
              )
            }
            onRetry={choice.again}
          />
        ) : null}
        {(view.pods === null && view.error) || (view.pods !== null && shown.length === 0) ? null : (
          <PodTable
            pods={shown}
            loading={view.pods === null}
            grouped
            namespaced={all}
            old={Boolean(view.error)}
            onOpen={({ namespace: where, name }) => choice.look([{ kind: 'pod', namespace: where, pod: name, container: null }])}
          />
        )}
        {view.pods !== null && shown.length === 0 ? (
          filter === '' ? (
            <EmptyState
              title={all ? t('choose.noPods') : t('choose.noPodsIn', { namespace })}
              actions={
                all ? null : (
                  <Button variant="primary" onClick={() => choice.setNamespace(allNamespaces)}>
                    {t('choose.allNamespaces')}
                  </Button>
                )
              }
            >
              {t('choose.noPodsText')}
            </EmptyState>
          ) : (
            <EmptyState
              title={t('choose.noMatch', { filter })}
              actions={<Button onClick={() => setFilter('')}>{t('filter.clear')}</Button>}
            />
          )
        ) : null}
      </Scroll>
    </>
  )
}
