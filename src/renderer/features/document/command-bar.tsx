import { useTranslation } from 'react-i18next'
import { CopyButton } from '../../ui/index.ts'

/** The command that does what a document says; `more`: how many others are copied with it. Null: the document is not right yet. */
export function CommandBar({
  command,
}: {
  readonly command: { readonly short: string; readonly whole: string; readonly more?: number } | null
}) {
  const { t } = useTranslation('designer')
  return (
    <div className="design-cmd">
      <span className="prompt mono" aria-hidden>
        $
      </span>
      <code className="mono cut" title={command?.whole}>
        {command?.short ?? <span className="fg-3">{t('noCommand')}</span>}
      </code>
      {command?.more ? <span className="sm fg-3">{t('moreCommands', { count: command.more })}</span> : null}
      {command === null ? null : <CopyButton text={command.whole} label={t('copyCommand')} />}
    </div>
  )
}
