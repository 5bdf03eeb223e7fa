import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'
import type { LucideIcon } from './icon.tsx'

export function Badge({
  tone,
  icon,
  children,
}: {
  readonly tone?: 'warn' | 'bad'
  readonly icon?: LucideIcon
  readonly children: ReactNode
}) {
  return (
    <span className={cx('badge', tone)}>
      {icon ? <Icon of={icon} /> : null}
      {children}
    </span>
  )
}
