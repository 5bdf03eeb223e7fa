import { useNavigate, useSearch } from '@tanstack/react-router'
import { BookMarked, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, EmptyState, FilterField, Scroll, Toolbar } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { Page } from '../shell/page.tsx'
import { ClusterDialogs } from './cluster-dialogs.tsx'
import { ClusterTable } from './cluster-table.tsx'
import { CreateDialog } from './create-dialog.tsx'
import { EngineProblem, engineFails, useEngine } from './engine-problem.tsx'
import { FirstCluster } from './first-cluster.tsx'
import { LookAgain, SourceStatus } from './source-status.tsx'
import { useClusterActions } from './use-cluster-actions.ts'
import { listState, matches, useClusters, useUnlistedCreates } from './use-clusters.ts'
import './clusters.css'

/** Which clusters exist, and are they well. */
export function ClustersPage() {
  const { t } = useTranslation('clusters')
  const { list, refresh, error, again } = useClusters()
  const engine = useEngine()
  const actions = useClusterActions()
  const [filter, setFilter] = useState('')
  const navigate = useNavigate()
  // In the address, so that other places can lead to it.
  const creating = useSearch({ strict: false, select: (search: { readonly create?: true }) => search.create === true })
  const setCreating = (create: boolean) => void navigate({ to: '/clusters', search: create ? { create } : {}, replace: true })
  const snapshot = list.data
  const { jobs, unlisted } = useUnlistedCreates(snapshot)
  const state = list.error && !snapshot ? 'failed' : listState(snapshot, unlisted.length)
  const failed = (snapshot?.sources ?? []).filter((source) => source.state === 'failed' && source.error)
  const shown = (snapshot?.clusters ?? []).filter((cluster) => matches(cluster, filter))
  const fails = engineFails(engine)
  // The empty page has the form itself. A dialog that was opened before the page turned out to be empty stays.
  const [opened, setOpened] = useState(false)
  const dialog = creating && (opened || state !== 'empty')
  if (dialog !== opened) setOpened(dialog)
  const unread = error ? (
    <ErrorNotice
      className="page-notice"
      {...(snapshot ? { tone: 'warn' as const } : {})}
      error={error}
      consequence={snapshot ? t('stale') : null}
      onRetry={again}
    />
  ) : null

  return (
    <Page
      title={t('title')}
      status={snapshot ? <SourceStatus sources={snapshot.sources} engine={engine} /> : null}
      statusEnd={<LookAgain sources={snapshot?.sources ?? []} busy={refresh.isPending} onLook={() => refresh.mutate()} />}
    >
      {state === 'empty' || (state === 'unknown' && fails) ? (
        <Scroll>
          {unread}
          <FirstCluster />
        </Scroll>
      ) : (
        <>
          <Toolbar>
            <FilterField label={t('filter')} value={filter} onValueChange={setFilter} />
            <span className="grow" />
            <Button icon={BookMarked} onClick={() => void navigate({ to: '/clusters/profiles' })}>
              {t('profiles')}
            </Button>
            <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
              {t('create')}
            </Button>
          </Toolbar>
          <Scroll>
            {actions.error ? <ErrorNotice className="page-notice" error={actions.error} /> : null}
            {unread}
            {engine && fails ? (
              <div className="page-notice">
                <EngineProblem engine={engine} />
              </div>
            ) : null}
            {failed
              .filter((source) => !(fails && source.source !== 'kubeconfig'))
              .map((source) => (
                <ErrorNotice
                  key={source.source}
                  className="page-notice"
                  tone="warn"
                  error={source.error}
                  consequence={t('source.consequence')}
                  onRetry={() => refresh.mutate()}
                />
              ))}
            {state === 'failed' || state === 'unknown' ? null : (
              <ClusterTable
                clusters={shown}
                jobs={jobs}
                unlisted={filter === '' ? unlisted : []}
                loading={state === 'loading'}
                actions={actions}
              />
            )}
            {state === 'full' && shown.length === 0 && filter !== '' ? (
              <EmptyState title={t('noMatch', { filter })} actions={<Button onClick={() => setFilter('')}>{t('clearFilter')}</Button>} />
            ) : null}
          </Scroll>
        </>
      )}
      {dialog ? <CreateDialog onClose={() => setCreating(false)} /> : null}
      <ClusterDialogs actions={actions} />
    </Page>
  )
}
