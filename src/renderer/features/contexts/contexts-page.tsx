import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, buttonClass, Code, EmptyState, FilterField, fits, Scroll, Segmented, Toolbar, wordsOf } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { Page } from '../shell/page.tsx'
import { BackupList } from './backup-list.tsx'
import { contextText, currentContext, isUnreadable } from './context-state.ts'
import { ContextTable } from './context-table.tsx'
import { useShortPath } from './context-words.ts'
import { ContextsStatus } from './contexts-status.tsx'
import { FileProblems } from './file-problems.tsx'
import { NamespaceDialog } from './namespace-dialog.tsx'
import { SwitchDialog } from './switch-dialog.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { RestoreDialog } from './restore-dialog.tsx'
import { UndoNotice } from './undo-notice.tsx'
import { useContextActions } from './use-context-actions.ts'
import { useContexts } from './use-contexts.ts'
import type { Backup, Removed } from './use-contexts.ts'
import './contexts.css'

type Where = 'all' | 'local' | 'remote'

/** All contexts of all files: which is current, where they lead, whether they answer. */
export function ContextsPage() {
  const { t } = useTranslation('contexts')
  const list = useContexts()
  const actions = useContextActions()
  const [filter, setFilter] = useState('')
  const [where, setWhere] = useState<Where>('all')
  const [removed, setRemoved] = useState<Removed | null>(null)
  const [restoring, setRestoring] = useState<Backup | null>(null)
  const snapshot = list.data
  const contexts = snapshot?.contexts ?? []
  const words = wordsOf(filter)
  const shown = contexts.filter((context) => isWhere(context.local, where) && fits(contextText(context), words))
  const filtered = words.length > 0 || where !== 'all'
  const current = currentContext(snapshot, list.error)
  const empty = snapshot !== undefined && contexts.length === 0 && !snapshot.files.some(isUnreadable)
  const { change, dialog } = actions
  const count = (of: Where) => contexts.filter((context) => isWhere(context.local, of)).length
  const clear = () => {
    setFilter('')
    setWhere('all')
  }
  return (
    <Page
      title={t('title')}
      status={snapshot ? <ContextsStatus snapshot={snapshot} said={actions.said} /> : null}
      statusEnd={<span className="mono">kubectl config use-context NAME</span>}
    >
      {empty ? null : (
        <Toolbar>
          <FilterField label={t('filter')} placeholder={t('filterHint')} value={filter} onValueChange={setFilter} />
          <Segmented
            label={t('column.where')}
            value={where}
            onValueChange={setWhere}
            options={[
              { value: 'all', label: t('where.countAll', { count: count('all') }) },
              { value: 'local', label: t('where.countLocal', { count: count('local') }) },
              { value: 'remote', label: t('where.countRemote', { count: count('remote') }) },
            ]}
          />
        </Toolbar>
      )}
      <Scroll>
        {change.error && !change.asking ? (
          <ErrorNotice className="page-notice" error={change.error} consequence={t('switcher.unchanged')} onRetry={change.again} />
        ) : null}
        {removed ? <UndoNotice removed={removed} snapshot={snapshot} onClose={() => setRemoved(null)} /> : null}
        {list.error ? <ErrorNotice className="page-notice" error={list.error} onRetry={() => void list.refetch()} /> : null}
        {current.kind === 'dangling' ? (
          <ErrorNotice
            className="page-notice"
            tone="warn"
            error={{
              code: 'context-not-found',
              facts: { file: snapshot?.files.map((file) => file.path).join(', ') ?? '', name: current.name },
              commandId: null,
            }}
            consequence={t('dangling.consequence')}
          />
        ) : null}
        {snapshot ? <FileProblems snapshot={snapshot} onAgain={() => void list.refetch()} onRestore={setRestoring} /> : null}
        {empty ? (
          <NoContexts paths={snapshot.files.map((file) => file.path)} exists={snapshot.files.some((file) => file.exists)} />
        ) : list.error && !snapshot ? null : (
          <ContextTable snapshot={snapshot} shown={shown} filtered={filtered} actions={actions} />
        )}
        {snapshot && filtered && shown.length === 0 ? (
          <EmptyState
            title={filter === '' ? t('noneThere') : t('noMatch', { filter })}
            actions={<Button onClick={clear}>{t('clearFilter')}</Button>}
          />
        ) : null}
        <BackupList onRestore={setRestoring} />
      </Scroll>
      <SwitchDialog change={change} />
      {dialog?.kind === 'namespace' ? <NamespaceDialog context={dialog.context} onClose={actions.closeDialog} /> : null}
      {dialog?.kind === 'remove' && snapshot ? (
        <RemoveDialog context={dialog.context} snapshot={snapshot} onClose={actions.closeDialog} onRemoved={setRemoved} />
      ) : null}
      {restoring ? <RestoreDialog backup={restoring} onClose={() => setRestoring(null)} /> : null}
    </Page>
  )
}

function NoContexts({ paths, exists }: { readonly paths: readonly string[]; readonly exists: boolean }) {
  const { t } = useTranslation('contexts')
  const short = useShortPath()
  return (
    <EmptyState
      title={t('empty.title')}
      actions={
        <Link to="/clusters" className={buttonClass('primary')}>
          {t('empty.go')}
        </Link>
      }
    >
      <p>{exists ? t('empty.text') : t('empty.noFile', { count: paths.length })}</p>
      <Code text={paths.map(short).join('\n')} copyable={false} label={t('empty.files')} />
    </EmptyState>
  )
}

function isWhere(local: boolean | null, where: Where): boolean {
  return where === 'all' || (where === 'local') === (local === true)
}
