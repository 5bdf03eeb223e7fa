import { useId, useState } from 'react'
import { harmless } from '../../ui/index.ts'
import { ManifestChooser } from './manifest-chooser.tsx'
import './document.css'

type ManifestFieldProps = {
  readonly label: string
  readonly fileLabel: string
  readonly text: string
  /** `file`: name of the one that the text came out of; null: it was typed. */
  readonly onChange: (text: string, file: string | null) => void
}

/** A manifest as text, or out of a file. */
export function ManifestField({ label, fileLabel, text, onChange }: ManifestFieldProps) {
  const id = useId()
  const [file, setFile] = useState('')
  return (
    <div className="manifest-field">
      <span className="line">
        <ManifestChooser
          label={fileLabel}
          onChoose={(read, name) => {
            setFile(name)
            onChange(read, name)
          }}
        />
        <span className="mono cut fg-2">{harmless(file)}</span>
      </span>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="design-area mono"
        spellCheck={false}
        rows={12}
        value={text}
        onChange={(event) => onChange(event.target.value, null)}
      />
    </div>
  )
}
