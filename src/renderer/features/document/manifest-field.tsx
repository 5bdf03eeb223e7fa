import { FolderOpen } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { Button, harmless } from '../../ui/index.ts'
import './document.css'

type ManifestFieldProps = {
  readonly label: string
  readonly fileLabel: string
  readonly text: string
  /** `file`: name of the one that the text came out of; null: it was typed. */
  readonly onChange: (text: string, file: string | null) => void
}

/** A manifest as text, or out of a file. The button is Cove's own: a browser's has the words of the browser's language. */
export function ManifestField({ label, fileLabel, text, onChange }: ManifestFieldProps) {
  const id = useId()
  const chooser = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState('')
  return (
    <div className="manifest-field">
      <input
        ref={chooser}
        type="file"
        accept=".yaml,.yml,.json"
        hidden
        aria-label={fileLabel}
        onChange={(event) => {
          const chosen = event.target.files?.[0]
          if (!chosen) return
          setFile(chosen.name)
          void chosen.text().then((read) => onChange(read, chosen.name))
        }}
      />
      <span className="line">
        <Button size="small" icon={FolderOpen} onClick={() => chooser.current?.click()}>
          {fileLabel}
        </Button>
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
