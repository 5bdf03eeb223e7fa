import { useId, useState } from 'react'
import { fitsMessage } from '#shared/message-size.ts'
import { harmless } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { ManifestChooser } from './manifest-chooser.tsx'
import { manifestText, textTooLarge } from './manifest-text.ts'
import './document.css'

type ManifestFieldProps = {
  readonly label: string
  readonly fileLabel: string
  readonly text: string
  /** `file`: name of the one that the text came out of; null: it was typed. */
  readonly onChange: (text: string, file: string | null) => void
}

/** A manifest as text, or out of a file. One that cannot be read, or is more than can be sent, is not taken, and what was there stays. */
export function ManifestField({ label, fileLabel, text, onChange }: ManifestFieldProps) {
  const id = useId()
  const [file, setFile] = useState('')
  const [refused, setRefused] = useState<unknown>(null)
  const choose = async (chosen: File) => {
    try {
      const read = await manifestText(chosen)
      setFile(chosen.name)
      onChange(read, chosen.name)
      setRefused(null)
    } catch (error) {
      setRefused(error)
    }
  }
  const write = (next: string) => {
    const fits = fitsMessage(next)
    setRefused(fits ? null : textTooLarge(label))
    if (fits) onChange(next, null)
  }
  return (
    <div className="manifest-field">
      <span className="line">
        <ManifestChooser label={fileLabel} onChoose={(chosen) => void choose(chosen)} />
        <span className="mono cut fg-2">{harmless(file)}</span>
      </span>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="design-area mono"
        spellCheck={false}
        rows={12}
        value={text}
        onChange={(event) => write(event.target.value)}
      />
      {refused === null ? null : <ErrorNotice error={refused} />}
    </div>
  )
}
