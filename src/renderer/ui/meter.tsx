import type { CSSProperties, ReactNode } from 'react'
import { cx } from './cx.ts'

/** A bar and the number beside it. `value` is 0…1. */
export function Meter({
  value,
  label,
  warn,
  children,
}: {
  readonly value: number
  readonly label: string
  readonly warn?: boolean
  readonly children: ReactNode
}) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <span
      className={cx('meter', warn && 'warn')}
      role="meter"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <i style={{ '--v': `${percent}%` } as CSSProperties} />
      <span className="sm">{children}</span>
    </span>
  )
}
