import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'

type PlainDialogProps = {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly label: string
  /** Where the focus goes at the end; null: to what had it before. */
  readonly finalFocus?: () => HTMLElement | null
  readonly className?: string
  readonly children: ReactNode
}

/** A dialog without head and foot of its own: what is inside brings them. */
export function PlainDialog({ open, onOpenChange, label, finalFocus, className, children }: PlainDialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Popup
          className={cx('dialog', className)}
          aria-label={label}
          {...(finalFocus ? { finalFocus: () => finalFocus() ?? true } : {})}
        >
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
