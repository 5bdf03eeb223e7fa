import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Downloaded } from '#shared/contract/downloads.ts'
import { Callout, SkeletonRows, Table } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { DownloadedRow } from './downloaded-row.tsx'
import { RemoveDownloadDialog } from './remove-download-dialog.tsx'
import { useDownloaded, useVerify } from './use-downloads.ts'

/** What was downloaded here, whether it is still that, and a way to be rid of it. */
export function DownloadedSection() {
  const { t } = useTranslation('downloads')
  const { t: common } = useTranslation('common')
  const id = useId()
  const list = useDownloaded()
  const verify = useVerify()
  const [doomed, setDoomed] = useState<Downloaded | null>(null)
  const [kept, setKept] = useState<Downloaded | null>(null)
  const columns = [
    { key: 'name', label: common('name') },
    { key: 'path', label: t('column.path') },
    { key: 'state', label: t('column.checked') },
    { key: 'signature', label: t('column.signature') },
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  return (
    <section aria-labelledby={id}>
      <div className="machine-head downloads-head">
        <h2 id={id}>{t('downloaded.title')}</h2>
        <span className="fg-3 cut">{t('downloaded.note')}</span>
      </div>
      {list.error ? <ErrorNotice className="page-notice" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {verify.error ? <ErrorNotice className="page-notice" error={verify.error} /> : null}
      {kept ? (
        <Callout tone="warn" className="page-notice">
          {t('downloaded.kept', { path: kept.path })}
        </Callout>
      ) : null}
      {list.data?.length === 0 ? <p className="fg-2 downloads-note">{t('downloaded.none')}</p> : null}
      {list.isPending || (list.data && list.data.length > 0) ? (
        <Table label={t('downloaded.title')} columns={columns} className="downloaded-table" busy={list.isPending}>
          {list.isPending ? <SkeletonRows rows={2} columns={columns.length} label={common('loading')} /> : null}
          {list.data?.map((one) => (
            <DownloadedRow
              key={one.id}
              one={one}
              verifying={verify.isPending && verify.variables === one.id}
              onVerify={() => verify.mutate(one.id)}
              onRemove={() => {
                setKept(null)
                setDoomed(one)
              }}
            />
          ))}
        </Table>
      ) : null}
      {doomed ? <RemoveDownloadDialog one={doomed} onKept={() => setKept(doomed)} onClose={() => setDoomed(null)} /> : null}
    </section>
  )
}
