import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'
import type { LucideIcon, Tone } from './icon.tsx'
import { toneIcon } from './state.tsx'

type CalloutProps = {
  readonly tone?: Tone
  readonly icon?: LucideIcon
  readonly title?: ReactNode
  readonly actions?: ReactNode
  readonly alert?: boolean
  readonly className?: string
  readonly children?: ReactNode
}

export function Callout({ tone = 'idle', icon, title, actions, alert, className, children }: CalloutProps) {
  return (
    <div className={cx('callout', tone !== 'idle' && tone !== 'ok' && tone, className)} role={alert ? 'alert' : undefined}>
      <Icon of={icon ?? toneIcon(tone)} tone={tone} />
      <div>
        {title ? <p className="callout-title">{title}</p> : null}
        {children}
        {actions ? <div className="acts">{actions}</div> : null}
      </div>
    </div>
  )
}
