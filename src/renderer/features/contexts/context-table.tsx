import { FileCog, FileLock, FileQuestionMark, FileX } from 'lucide-react'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeconfigSnapshot, KubeContext } from '#shared/contract/kubeconfig.ts'
import { Badge, GroupRow, Icon, SkeletonRows, Table } from '../../ui/index.ts'
import { ContextRow } from './context-row.tsx'
import { byFile, contextId, isUnreadable } from './context-state.ts'
import type { KubeFile } from './context-state.ts'
import { useShortPath } from './context-words.ts'
import { RowsWhenSeen } from './rows-when-seen.tsx'
import type { ContextActions } from './use-context-actions.ts'

type ContextTableProps = {
  readonly snapshot: KubeconfigSnapshot | undefined
  readonly shown: readonly KubeContext[]
  readonly filtered: boolean
  readonly actions: ContextActions
}

export function ContextTable({ snapshot, shown, filtered, actions }: ContextTableProps) {
  const { t } = useTranslation('contexts')
  const { t: common } = useTranslation('common')
  const columns = [
    { key: 'current', label: t('current'), hideLabel: true },
    { key: 'name', label: t('column.context') },
    { key: 'where', label: t('column.where') },
    { key: 'server', label: t('column.server') },
    { key: 'cluster', label: t('column.cluster') },
    { key: 'user', label: t('column.user') },
    { key: 'namespace', label: t('column.namespace') },
    { key: 'answers', label: t('column.answers') },
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  const visible = new Set(shown)
  const groups = (snapshot ? byFile(snapshot) : []).map(({ file, contexts }) => ({
    file,
    contexts: contexts.filter((context) => visible.has(context)),
  }))
  return (
    <Table
      label={t('title')}
      columns={columns}
      className="contexts-table"
      busy={!snapshot}
      {...(snapshot ? { rowCount: shown.length + groups.length + 1 } : {})}
    >
      {snapshot ? (
        groups
          .filter((group) => !filtered || group.contexts.length > 0)
          .map(({ file, contexts }) => (
            <Fragment key={file.path}>
              <FileRow file={file} columns={columns.length} />
              <RowsWhenSeen rows={contexts} total={shown.length} keyOf={contextId}>
                {(context) => <ContextRow key={contextId(context)} context={context} snapshot={snapshot} actions={actions} />}
              </RowsWhenSeen>
            </Fragment>
          ))
      ) : (
        <SkeletonRows columns={columns.length - 1} label={common('loading')} />
      )}
    </Table>
  )
}

/** A file: its path, how many contexts, and whether it can be written or why not. */
function FileRow({ file, columns }: { readonly file: KubeFile; readonly columns: number }) {
  const { t } = useTranslation('contexts')
  const short = useShortPath()
  const state = fileState(file)
  const icon = { ok: FileCog, absent: FileQuestionMark, invalid: FileX, locked: FileLock, readOnly: FileLock }[state]
  const line = file.error?.facts['line']
  return (
    <GroupRow
      colSpan={columns}
      title={
        <span className="line">
          <Icon of={icon} className="fg-3" />
          <span className="mono text" title={file.path}>
            {short(file.path)}
          </span>
        </span>
      }
      note={file.exists ? t('count', { count: file.contexts }) : t('file.absent')}
      end={
        state === 'invalid' ? (
          <Badge tone="warn" icon={FileX}>
            {typeof line === 'number' ? t('file.invalidAt', { line }) : t('file.invalid')}
          </Badge>
        ) : state === 'locked' ? (
          <Badge tone="warn" icon={FileLock}>
            {t('file.locked')}
          </Badge>
        ) : state === 'readOnly' ? (
          <Badge icon={FileLock}>{t('file.readOnly')}</Badge>
        ) : null
      }
    />
  )
}

function fileState(file: KubeFile): 'ok' | 'absent' | 'invalid' | 'locked' | 'readOnly' {
  if (isUnreadable(file)) return 'invalid'
  if (file.error) return 'locked'
  if (!file.exists) return 'absent'
  return file.writable ? 'ok' : 'readOnly'
}
