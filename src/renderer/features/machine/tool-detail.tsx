import { Link } from '@tanstack/react-router'
import { ExternalLink } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import type { Tool } from '#shared/contract/toolchain.ts'
import { buttonClass, Icon, KeyValue } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { CopyTable } from './copy-table.tsx'
import { detailId } from './tool-row.tsx'
import type { ToolActions } from './tool-table.tsx'
import { installPage } from './tool-words.ts'
import { useFailedDownload } from './use-toolchain.ts'

/** Everything known about one tool: what it is for, why this copy, all copies, what went wrong. */
export function ToolDetail({ tool, columns, actions }: { readonly tool: Tool; readonly columns: number; readonly actions: ToolActions }) {
  const { t, i18n } = useTranslation('machine')
  const { t: common } = useTranslation('common')
  const failed = useFailedDownload(tool.name)
  const page = installPage(tool.name, i18n.language)
  return (
    <div role="row" className="tool-detail" id={detailId(tool)}>
      <div role="gridcell" aria-colspan={columns} className="tool-detail-body">
        <KeyValue
          items={[
            { key: 'purpose', label: t('detail.purpose'), value: t(`purpose.${tool.name}`) },
            tool.reason !== 'none' && { key: 'why', label: t('detail.why'), value: t(`why.${tool.reason}`) },
            {
              key: 'page',
              label: t('detail.page'),
              value: (
                <a href={page} target="_blank" rel="noreferrer" className="tool-page">
                  {new URL(page).hostname}
                  <Icon of={ExternalLink} small />
                </a>
              ),
            },
          ]}
        />
        {tool.state === 'unknown' && tool.error ? <ErrorNotice className="tool-notice" tone="warn" error={tool.error} /> : null}
        {failed?.error && !tool.jobId ? (
          <ErrorNotice
            className="tool-notice"
            error={failed.error}
            consequence={t('download.failedResult')}
            onRetry={() => actions.download(tool.name, versionOf(failed))}
            actions={
              <Link to="/jobs/$id" params={{ id: failed.id }} className={buttonClass()}>
                {t('download.open')}
              </Link>
            }
          />
        ) : null}
        {tool.copies.length > 0 ? (
          <CopyTable tool={tool} actions={actions} />
        ) : (
          <p className="fg-2 tool-none">{tool.state === 'loading' ? common('loading') : t('detail.noCopies')}</p>
        )}
      </div>
    </div>
  )
}

function versionOf(job: Job): string | null {
  const version = job.facts['version']
  return typeof version === 'string' ? version : null
}
