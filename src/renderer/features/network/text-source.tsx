import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/index.ts'
import type { Source } from './use-network.ts'

export type SourceProps = { readonly clusterId: string; readonly busy: boolean; readonly onGive: (source: Source) => void }

/** A manifest as text, or out of a file. */
export function TextSource({ busy, onGive }: SourceProps) {
  const { t } = useTranslation('network')
  const id = useId()
  const [text, setText] = useState('')
  const [name, setName] = useState('')
  return (
    <div className="network-source">
      <label htmlFor={`${id}-file`}>{t('install.file')}</label>
      <input
        id={`${id}-file`}
        type="file"
        accept=".yaml,.yml,.json"
        onChange={(event) => {
          const file = event.target.files?.[0]
          if (!file) return
          setName(file.name)
          void file.text().then(setText)
        }}
      />
      <label htmlFor={`${id}-text`}>{t('install.text')}</label>
      <textarea
        id={`${id}-text`}
        className="design-area mono network-area"
        spellCheck={false}
        rows={12}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div>
        <Button
          variant="primary"
          busy={busy}
          disabled={text.trim() === ''}
          onClick={() => onGive({ kind: 'manifest', name: name || t('install.pasted'), text })}
        >
          {t('install.review')}
        </Button>
      </div>
    </div>
  )
}
