import { Popover as Base } from '@base-ui/react/popover'
import type { ReactElement, ReactNode } from 'react'
import { cx } from './cx.ts'

type PopoverProps = {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly label: string
  readonly trigger: ReactElement<Record<string, unknown>>
  readonly className?: string
  readonly align?: 'start' | 'end'
  readonly children: ReactNode
}

/** Something to work in under its trigger. Takes the focus, gives it back when it closes; Esc closes. */
export function Popover({ open, onOpenChange, label, trigger, className, align = 'end', children }: PopoverProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="menu-pos" sideOffset={4} align={align} collisionPadding={8}>
          <Base.Popup className={cx('popover', className)} aria-label={label}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
