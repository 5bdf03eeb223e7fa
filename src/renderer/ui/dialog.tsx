import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode, RefObject } from 'react'
import { cx } from './cx.ts'

type DialogProps = {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: ReactNode
  readonly description?: ReactNode
  readonly children?: ReactNode
  /** Stays in sight however long the rest is. */
  readonly below?: ReactNode
  /** Buttons, the safe one first. */
  readonly footer?: ReactNode
  readonly wide?: boolean
  readonly className?: string
  readonly initialFocus?: RefObject<HTMLElement | null>
}

/** Holds the focus while open, closes on Esc, gives the focus back to what opened it. */
export function Dialog({ open, onOpenChange, title, description, children, below, footer, wide, className, initialFocus }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Popup className={cx('dialog', wide && 'wide', className)} {...(initialFocus ? { initialFocus } : {})}>
          <header>
            <Base.Title>{title}</Base.Title>
          </header>
          <div className="body">
            {description ? <Base.Description className="fg-2">{description}</Base.Description> : null}
            {children}
          </div>
          {below ? <div className="below">{below}</div> : null}
          {footer ? <footer>{footer}</footer> : null}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
