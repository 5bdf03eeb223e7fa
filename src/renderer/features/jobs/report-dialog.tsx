import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { queryUtils } from '../../api/client.ts'
import { Button, CopyButton, Dialog, useFormat } from '../../ui/index.ts'
import { saveBlob } from '../logs/save-log.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'

/** Shows the whole report before it leaves this machine; copied or saved only from here. */
export function ReportDialog({ job, onClose }: { readonly job: Job; readonly onClose: () => void }) {
  const { t } = useTranslation('jobs')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const report = useQuery({ ...queryUtils.jobs.report.queryOptions({ input: { id: job.id } }), gcTime: 0, staleTime: Infinity })
  const { data } = report
  const blob = () => new Blob([data?.text ?? ''], { type: 'text/plain;charset=utf-8' })
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('report.title')}
      description={t('report.lead')}
      className="report-dialog"
      footer={
        <>
          <Button onClick={onClose}>{common('close')}</Button>
          {data ? (
            <>
              <CopyButton size="normal" variant="plain" text={() => data.text}>
                {common('copyAll')}
              </CopyButton>
              <Button variant="primary" icon={Download} onClick={() => saveBlob(data.name, blob())}>
                {t('report.save')}
              </Button>
            </>
          ) : null}
        </>
      }
    >
      {report.error ? <ErrorNotice error={report.error} onRetry={() => void report.refetch()} /> : null}
      {data ? (
        <>
          <p className="fg-3 sm">
            <span className="mono">{data.name}</span> {format.bytes(blob().size)}
          </p>
          <pre className="code report-text" tabIndex={0} role="region" aria-label={t('report.text')}>
            {data.text}
          </pre>
        </>
      ) : report.error ? null : (
        <p role="status" className="fg-2">
          {t('report.collecting')}
        </p>
      )}
    </Dialog>
  )
}
