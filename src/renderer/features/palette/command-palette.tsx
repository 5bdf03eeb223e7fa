import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { PlainDialog } from '../../ui/index.ts'
import { PalettePanel } from './palette-panel.tsx'
import './palette.css'

type CommandPaletteProps = { readonly open: boolean; readonly onOpenChange: (open: boolean) => void }

/** Search or run, from anywhere. The focus goes back to where it was, or to the title of the page it led to. */
export function CommandPalette({ open, onOpenChange }: CommandPaletteProps) {
  const { t } = useTranslation('palette')
  const left = useRef(false)
  const close = () => onOpenChange(false)
  return (
    <PlainDialog
      open={open}
      onOpenChange={onOpenChange}
      label={t('title')}
      className="palette"
      finalFocus={() => {
        const target = left.current ? document.getElementById('page-title') : null
        left.current = false
        return target
      }}
    >
      <PalettePanel
        onClose={close}
        onLeave={() => {
          left.current = true
          close()
        }}
      />
    </PlainDialog>
  )
}
