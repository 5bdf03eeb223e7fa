import { Checkbox as Base } from '@base-ui/react/checkbox'
import { Check, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'

type CheckboxProps = {
  readonly checked: boolean
  /** What it stands for is checked in part; `checked` is false. */
  readonly indeterminate?: boolean
  readonly onCheckedChange: (checked: boolean) => void
  readonly disabled?: boolean
  readonly children: ReactNode
}

export function Checkbox({ checked, indeterminate = false, onCheckedChange, disabled = false, children }: CheckboxProps) {
  return (
    <label className="check">
      <Base.Root
        className="check-box"
        checked={checked}
        indeterminate={indeterminate}
        disabled={disabled}
        onCheckedChange={(next) => onCheckedChange(next)}
      >
        <Base.Indicator>
          <Icon of={indeterminate ? Minus : Check} />
        </Base.Indicator>
      </Base.Root>
      <span>{children}</span>
    </label>
  )
}
