import { Link } from '@tanstack/react-router'
import { ExternalLink } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import type { Tool } from '#shared/contract/toolchain.ts'
import { buttonClass, Icon, KeyValue } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { ClusterFits } from './cluster-fits.tsx'
import { CopyNotes } from './copy-notes.tsx'
import { CopyTable } from './copy-table.tsx'
import { NewestLine } from './newest-line.tsx'
import { useRollBackLine } from './roll-back-line.tsx'
import { TerminalSection } from './terminal-section.tsx'
import { detailId } from './tool-row.tsx'
import type { ToolActions } from './tool-table.tsx'
import { installPage } from './tool-words.ts'
import { useToolAbout } from './use-tool-care.ts'
import { useFailedDownload } from './use-toolchain.ts'

/** Everything known about one tool: what it is for, why this copy, all copies, what went wrong. */
export function ToolDetail({ tool, columns, actions }: { readonly tool: Tool; readonly columns: number; readonly actions: ToolActions }) {
  const { t, i18n } = useTranslation('machine')
  const { t: common } = useTranslation('common')
  const failed = useFailedDownload(tool.name)
  const page = installPage(tool.name, i18n.language)
  const about = useToolAbout(tool.name)
  const rollBack = useRollBackLine(tool, about.data)
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
            { key: 'newest', label: t('detail.newest'), value: <NewestLine tool={tool} about={about.data} actions={actions} /> },
            rollBack !== null && { key: 'before', label: t('detail.before'), value: rollBack },
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
          <CopyTable tool={tool} about={about.data} actions={actions} />
        ) : (
          <p className="fg-2 tool-none">{tool.state === 'loading' ? common('loading') : t('detail.noCopies')}</p>
        )}
        {about.error ? <ErrorNotice className="tool-notice" error={about.error} onRetry={() => void about.refetch()} /> : null}
        {about.data ? <CopyNotes tool={tool} about={about.data} /> : null}
        {tool.name === 'kubectl' ? <ClusterFits tool={tool} actions={actions} /> : null}
        {about.data ? <TerminalSection tool={tool} about={about.data} /> : null}
      </div>
    </div>
  )
}

function versionOf(job: Job): string | null {
  const version = job.facts['version']
  return typeof version === 'string' ? version : null
}
