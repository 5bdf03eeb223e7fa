import { Checkbox as Base } from '@base-ui/react/checkbox'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'

type CheckboxProps = {
  readonly checked: boolean
  readonly onCheckedChange: (checked: boolean) => void
  readonly disabled?: boolean
  readonly children: ReactNode
}

export function Checkbox({ checked, onCheckedChange, disabled = false, children }: CheckboxProps) {
  return (
    <label className="check">
      <Base.Root className="check-box" checked={checked} disabled={disabled} onCheckedChange={(next) => onCheckedChange(next)}>
        <Base.Indicator>
          <Icon of={Check} />
        </Base.Indicator>
      </Base.Root>
      <span>{children}</span>
    </label>
  )
}
