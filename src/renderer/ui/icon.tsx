import type { LucideIcon } from 'lucide-react'
import { cx } from './cx.ts'

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'idle'
export type { LucideIcon }

type IconProps = {
  readonly of: LucideIcon
  readonly tone?: Tone | undefined
  readonly spin?: boolean | undefined
  readonly small?: boolean | undefined
  readonly className?: string | undefined
}

/** One icon, always beside a word or inside something labelled, so hidden from assistive technology. */
export function Icon({ of: Shape, tone, spin, small, className }: IconProps) {
  return (
    <Shape
      size={small ? 14 : 16}
      strokeWidth={1.75}
      aria-hidden
      className={cx('i', small && 'sm-icon', tone && `i-${tone}`, spin && 'spin', className)}
    />
  )
}
