import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HostRecord } from '#shared/contract/host-changes.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { Age, Button, Cell, Row, SkeletonRows, Table } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useHostWords } from './host-words.ts'
import { RecordDialog } from './record-dialog.tsx'
import { RecordState } from './record-state.tsx'
import { useRecords } from './use-host-changes.ts'
import './host-changes.css'

type HostRecordsProps = { readonly target: TargetId; readonly onUndone?: () => void }

/** What Cove changed on a machine, with the way back. */
export function HostRecords({ target, onUndone }: HostRecordsProps) {
  const { t } = useTranslation('host-changes')
  const { t: common } = useTranslation('common')
  const list = useRecords(target)
  const [openId, setOpenId] = useState<string | null>(null)
  const records = list.data ?? []
  const opened = records.find((record) => record.id === openId)
  const columns = [
    { key: 'what', label: t('record.what') },
    { key: 'touched', label: t('record.touched') },
    { key: 'state', label: common('state') },
    { key: 'when', label: t('record.when'), align: 'end' as const },
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  return (
    <section className="records" aria-labelledby="host-records">
      <div className="records-head">
        <h2 id="host-records">{t('record.title')}</h2>
        <span className="fg-3 cut">{t('record.note')}</span>
      </div>
      {list.error ? <ErrorNotice className="page-notice" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data?.length === 0 ? (
        <p className="fg-2 records-none">{t('record.none')}</p>
      ) : list.error && !list.data ? null : (
        <Table label={t('record.title')} columns={columns} className="records-table" interactive busy={list.isPending}>
          {list.isPending ? <SkeletonRows rows={2} columns={columns.length} label={common('loading')} /> : null}
          {records.map((record) => (
            <RecordRow key={record.id} record={record} old={list.error !== null} onOpen={() => setOpenId(record.id)} />
          ))}
        </Table>
      )}
      {opened ? <RecordDialog record={opened} onClose={() => setOpenId(null)} {...(onUndone ? { onUndone } : {})} /> : null}
    </section>
  )
}

function RecordRow({ record, old, onOpen }: { readonly record: HostRecord; readonly old: boolean; readonly onOpen: () => void }) {
  const { t } = useTranslation('host-changes')
  const words = useHostWords()
  const touched = touchedBy(record)
  const name = words.purpose(record)
  return (
    <Row onOpen={onOpen} old={old}>
      <Cell className="cut" title={name}>
        {name}
      </Cell>
      <Cell className="cut fg-2" title={touched.files.join('\n')}>
        {[
          touched.files.length > 0 ? t('record.files', { count: touched.files.length }) : '',
          touched.commands > 0 ? t('record.commands', { count: touched.commands }) : '',
        ]
          .filter(Boolean)
          .join(t('comma'))}
      </Cell>
      <Cell className="line">
        <RecordState record={record} />
      </Cell>
      <Cell className="num fg-2">
        <Age at={record.appliedAt} ago />
      </Cell>
      <Cell className="line records-acts">
        <Button
          size="small"
          variant="quiet"
          aria-label={t(record.undoneAt === null ? 'record.undoOf' : 'record.showOf', { name })}
          onClick={onOpen}
        >
          {t(record.undoneAt === null ? 'record.undo' : 'record.show')}
        </Button>
      </Cell>
    </Row>
  )
}

function touchedBy({ steps }: HostRecord): { readonly files: readonly string[]; readonly commands: number } {
  const actions = steps.filter((step) => !step.done).flatMap((step) => step.actions)
  const files = actions.flatMap((action) => (action.kind === 'file' ? [action.path] : []))
  return { files: [...new Set(files)], commands: actions.length - files.length }
}
