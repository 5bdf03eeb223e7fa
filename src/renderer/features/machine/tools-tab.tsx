import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ToolName } from '#shared/contract/toolchain.ts'
import { Button } from '../../ui/index.ts'
import { AskNewest } from './ask-newest.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { DownloadDialog } from './download-dialog.tsx'
import { EngineSection } from './engine-section.tsx'
import { MachineFacts } from './machine-facts.tsx'
import { ToolTable } from './tool-table.tsx'
import { useChoose, useDownload, useToolchain } from './use-toolchain.ts'

/** Which tools and which container engine this machine has, and which of them Cove uses. */
export function ToolsTab() {
  const { t } = useTranslation('machine')
  const { t: common } = useTranslation('common')
  const { list, refresh } = useToolchain()
  const download = useDownload()
  const choose = useChoose()
  const [asking, setAsking] = useState<ToolName | null>(null)
  const snapshot = list.data
  const looking = refresh.isPending || (snapshot?.tools ?? []).some((tool) => tool.state === 'loading')
  const asked = snapshot?.tools.find((tool) => tool.name === asking)
  const begin = (tool: ToolName) => {
    download.reset()
    setAsking(tool)
  }
  return (
    <>
      <div className="machine-head">
        <h2>{t('tools')}</h2>
        <span className="fg-3 cut">{t('toolsNote')}</span>
        <span className="grow" />
        <AskNewest tools={snapshot?.tools ?? []} />
        <Button size="small" icon={RotateCw} busy={looking} onClick={() => refresh.mutate()}>
          {common('lookAgain')}
        </Button>
      </div>
      {list.error ? <ErrorNotice className="page-notice" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {refresh.error ? <ErrorNotice className="page-notice" error={refresh.error} onRetry={() => refresh.mutate()} /> : null}
      {choose.error ? <ErrorNotice className="page-notice" error={choose.error} /> : null}
      {download.error && !asking ? <ErrorNotice className="page-notice" error={download.error} /> : null}
      {list.error && !snapshot ? null : (
        <ToolTable
          tools={snapshot?.tools ?? null}
          old={list.error !== null}
          actions={{
            download: (tool, version) => download.mutate({ tool, version }),
            downloadOther: begin,
            choose: (tool, path) => choose.mutate({ tool, path }),
            starting: download.isPending ? download.variables.tool : null,
            choosing: choose.isPending ? choose.variables : null,
          }}
        />
      )}
      {snapshot ? (
        <div className="machine-below">
          <EngineSection engine={snapshot.engine} old={list.error !== null} />
          <MachineFacts snapshot={snapshot} />
        </div>
      ) : null}
      {asked ? <DownloadDialog tool={asked} binDir={snapshot?.binDir ?? ''} download={download} onClose={() => setAsking(null)} /> : null}
    </>
  )
}
