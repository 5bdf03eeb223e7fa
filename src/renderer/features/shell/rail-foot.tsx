import type { LucideIcon } from '../../ui/icon.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { Tone } from '../../ui/icon.tsx'

type RailFootProps = {
  readonly icon: LucideIcon
  readonly tone: Tone
  readonly spin: boolean
  readonly name: string
  readonly words: string
}

/** The engine at the foot of the rail, as far as it is known. */
export function RailFoot({ icon, tone, spin, name, words }: RailFootProps) {
  return (
    <a href="#/machine" className="rail-foot line" title={`${name}: ${words}`}>
      <Icon of={icon} tone={tone} spin={spin} />
      <span className="word">
        <span className="foot-name">{name}</span>
        <span className="fg-3">{words}</span>
      </span>
    </a>
  )
}
