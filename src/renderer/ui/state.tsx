import { CircleCheck, CircleMinus, CircleX, Info, LoaderCircle, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'
import type { LucideIcon, Tone } from './icon.tsx'

const toneIcons: Record<Tone, LucideIcon> = { ok: CircleCheck, warn: TriangleAlert, bad: CircleX, info: Info, idle: CircleMinus }
export const toneIcon = (tone: Tone): LucideIcon => toneIcons[tone]

type StateProps = {
  readonly tone: Tone
  readonly icon?: LucideIcon | undefined
  readonly busy?: boolean | undefined
  readonly reason?: ReactNode
  readonly children: ReactNode
}

/** Icon, word and reason on one line. The normal state is quiet: coloured icon, plain word. */
export function State({ tone, icon, busy, reason, children }: StateProps) {
  const word = (
    <span className={cx('state', tone !== 'ok' && tone)}>
      <Icon of={busy ? LoaderCircle : (icon ?? toneIcon(tone))} tone={tone} spin={busy} />
      <span className="state-word">{children}</span>
    </span>
  )
  if (!reason) return word
  return (
    <span className="state-line">
      {word}
      <span className="cut fg-2 sm">{reason}</span>
    </span>
  )
}
