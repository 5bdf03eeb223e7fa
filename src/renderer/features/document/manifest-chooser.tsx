import { FolderOpen } from 'lucide-react'
import { useRef } from 'react'
import { Button } from '../../ui/index.ts'

type ManifestChooserProps = {
  readonly label: string
  readonly busy?: boolean
  readonly onChoose: (file: File) => void
}

/** A file of this browser's or window's machine. The button is Cove's own: a browser's has the words of the browser's language. */
export function ManifestChooser({ label, busy = false, onChoose }: ManifestChooserProps) {
  const chooser = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={chooser}
        type="file"
        accept=".yaml,.yml,.json"
        hidden
        aria-label={label}
        onChange={(event) => {
          const { target } = event
          const chosen = target.files?.[0]
          if (!chosen) return
          // The same one again is a change too: it may hold something else by then.
          target.value = ''
          onChoose(chosen)
        }}
      />
      <Button size="small" icon={FolderOpen} busy={busy} onClick={() => chooser.current?.click()}>
        {label}
      </Button>
    </>
  )
}
