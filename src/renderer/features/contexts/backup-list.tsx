import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Age, Button, Bytes, Cell, Row, SectionHead, SkeletonRows, Table } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useBackupReason } from './backup-words.ts'
import { useShortPath } from './context-words.ts'
import { useBackups } from './use-contexts.ts'
import type { Backup } from './use-contexts.ts'

const firstShown = 5

/** What the files were before each write of Cove. */
export function BackupList({ onRestore }: { readonly onRestore: (backup: Backup) => void }) {
  const { t } = useTranslation('contexts')
  const { t: common } = useTranslation('common')
  const list = useBackups()
  const short = useShortPath()
  const reason = useBackupReason()
  const [all, setAll] = useState(false)
  const backups = list.data ?? []
  const shown = all ? backups : backups.slice(0, firstShown)
  const columns = [
    { key: 'at', label: t('backups.when') },
    { key: 'file', label: t('backups.file') },
    { key: 'reason', label: t('backups.before') },
    { key: 'bytes', label: t('backups.size'), align: 'end' as const },
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  return (
    <section className="backups" aria-label={t('backups.title')}>
      <SectionHead title={t('backups.title')} note={t('backups.note')}>
        {backups.length > firstShown ? (
          <Button size="small" variant="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('backups.fewer') : t('backups.all', { count: backups.length })}
          </Button>
        ) : null}
      </SectionHead>
      {list.error ? <ErrorNotice error={list.error} tone="warn" onRetry={() => void list.refetch()} /> : null}
      {list.data?.length === 0 ? <p className="fg-2">{t('backups.none')}</p> : null}
      {list.isPending || shown.length > 0 ? (
        <Table label={t('backups.title')} columns={columns} className="backups-table" busy={list.isPending}>
          {list.isPending ? <SkeletonRows rows={2} columns={columns.length - 1} label={common('loading')} /> : null}
          {shown.map((backup) => (
            <Row key={backup.id} old={list.error !== null}>
              <Cell className="fg-2">
                <Age at={backup.at} ago />
              </Cell>
              <Cell className="mono cut" title={backup.file}>
                {short(backup.file)}
              </Cell>
              <Cell className="cut" title={backup.reason}>
                {reason(backup.reason)}
              </Cell>
              <Cell className="num-cell fg-2">
                <Bytes value={backup.bytes} />
              </Cell>
              <Cell className="num-cell">
                <Button
                  size="small"
                  aria-label={t('backups.restoreNamed', { file: short(backup.file), reason: reason(backup.reason) })}
                  onClick={() => onRestore(backup)}
                >
                  {t('backups.restore')}
                </Button>
              </Cell>
            </Row>
          ))}
        </Table>
      ) : null}
    </section>
  )
}
