import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { PublishedFile } from '#shared/contract/downloads.ts'
import { Code, KeyValue } from '../../ui/index.ts'

/** The lines that do by hand what the button does, for the file that is chosen. */
export function InTerminal({ file }: { readonly file: PublishedFile }) {
  const { t } = useTranslation('downloads')
  const id = useId()
  const name = t(`component.${file.component}`)
  return (
    <section className="downloads-terminal" aria-labelledby={id}>
      <h3 id={id}>{t('terminal.title', { name })}</h3>
      <KeyValue
        items={[
          { key: 'address', label: t('terminal.address'), value: file.url, mono: true },
          { key: 'sha256', label: 'SHA-256', value: file.digestUrl, mono: true },
          { key: 'sha512', label: 'SHA-512', value: file.sha512Url, mono: true },
        ]}
      />
      <Code wrap text={file.commands.join('\n')} label={t('terminal.fetch', { name })} />
      {file.signatureCommands.length > 0 ? (
        <>
          <p className="fg-2">{t('terminal.signature')}</p>
          <Code wrap text={file.signatureCommands.join('\n')} label={t('terminal.signatureOf', { name })} />
        </>
      ) : null}
    </section>
  )
}
