import { X } from 'lucide-react'
import type { MouseEvent, ReactNode } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'

type ChipProps = {
  /** Undefined: it is not a switch. */
  readonly pressed?: boolean
  readonly onPress?: (event: MouseEvent) => void
  readonly onDoublePress?: () => void
  /** A button that opens what it stands for. */
  readonly more?: ReactNode
  readonly onRemove?: (() => void) | undefined
  /** Says what the cross takes away. */
  readonly removeLabel?: string
  readonly title?: string
  readonly children: ReactNode
}

/** One thing of several that are in force: a press switches it, its cross takes it away. */
export function Chip({ pressed, onPress, onDoublePress, more, onRemove, removeLabel, title, children }: ChipProps) {
  return (
    <span className={cx('chip', pressed === false && 'off')} title={title}>
      {onPress ? (
        <button type="button" className="chip-press" aria-pressed={pressed} onClick={onPress} onDoubleClick={onDoublePress}>
          {children}
        </button>
      ) : (
        children
      )}
      {more}
      {onRemove ? (
        <button type="button" className="chip-x" aria-label={removeLabel} onClick={onRemove}>
          <Icon of={X} />
        </button>
      ) : null}
    </span>
  )
}
