import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/index.ts'
import { ManifestField } from '../document/manifest-field.tsx'
import type { Source } from './use-network.ts'

export type SourceProps = { readonly clusterId: string; readonly busy: boolean; readonly onGive: (source: Source) => void }

/** A manifest as text, or out of a file. */
export function TextSource({ busy, onGive }: SourceProps) {
  const { t } = useTranslation('network')
  const [text, setText] = useState('')
  const [name, setName] = useState('')
  return (
    <div className="network-source">
      <ManifestField
        label={t('install.text')}
        fileLabel={t('install.file')}
        text={text}
        onChange={(next, file) => {
          setText(next)
          if (file !== null) setName(file)
        }}
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
