import { ClipboardCopy, FileJson, FileText, Save } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { HostReport } from '#shared/contract/host-checks.ts'
import { hostReportMarkdown } from '#shared/words/host-report-markdown.ts'
import { Button, Menu } from '../../ui/index.ts'
import { saveBlob } from '../logs/save-log.ts'
import { useSay } from './check-words.ts'

/** The whole report as a file or for the clipboard: for a ticket as Markdown, for a program as JSON. */
export function SaveReport({ report }: { readonly report: HostReport }) {
  const { t } = useTranslation('host-checks')
  const say = useSay()
  const name = `host-check-${report.hostname.replaceAll(/[^A-Za-z0-9.-]+/g, '_')}`
  const save = (text: string, kind: string, ending: string) =>
    saveBlob(`${name}.${ending}`, new Blob([text], { type: `${kind};charset=utf-8` }))
  return (
    <Menu
      trigger={
        <Button size="small" icon={Save}>
          {t('ui.save')}
        </Button>
      }
      items={[
        {
          id: 'markdown',
          icon: FileText,
          label: t('ui.saveMarkdown'),
          onSelect: () => save(hostReportMarkdown(report, say), 'text/markdown', 'md'),
        },
        {
          id: 'json',
          icon: FileJson,
          label: t('ui.saveJson'),
          onSelect: () => save(JSON.stringify(report, null, 2), 'application/json', 'json'),
        },
        'line',
        {
          id: 'copy',
          icon: ClipboardCopy,
          label: t('ui.copyMarkdown'),
          onSelect: () => void navigator.clipboard.writeText(hostReportMarkdown(report, say)),
        },
      ]}
    />
  )
}
