import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'

type ChipProps = { readonly children: ReactNode; readonly off?: boolean; readonly onRemove?: () => void; readonly removeLabel?: string }

/** One filter or one source. */
export function Chip({ children, off, onRemove, removeLabel }: ChipProps) {
  return (
    <span className={cx('chip', off && 'off')}>
      {children}
      {onRemove ? (
        <button type="button" className="icon-btn small chip-remove" aria-label={removeLabel} onClick={onRemove}>
          <Icon of={X} />
        </button>
      ) : null}
    </span>
  )
}
