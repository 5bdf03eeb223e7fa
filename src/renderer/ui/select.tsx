import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'

export type SelectOption<T extends string> = {
  readonly value: T
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly disabled?: boolean
}
type SelectProps<T extends string> = {
  readonly label?: string
  /** Id of the button, when a label element stands beside it. */
  readonly id?: string
  readonly value: T
  readonly onValueChange: (value: T) => void
  readonly options: readonly SelectOption<T>[]
  /** Stands before the value inside the button: "namespace". */
  readonly prefix?: ReactNode
  readonly size?: 'small' | 'normal'
  readonly mono?: boolean
  readonly calm?: boolean
  readonly disabled?: boolean
  readonly className?: string
}

export function Select<T extends string>({
  label,
  id,
  value,
  onValueChange,
  options,
  prefix,
  size = 'normal',
  mono,
  calm,
  disabled,
  className,
}: SelectProps<T>) {
  const shown = options.find((option) => option.value === value)
  return (
    <Base.Root
      items={options.map((option) => ({ value: option.value, label: option.label }))}
      value={value}
      disabled={disabled ?? false}
      onValueChange={(next) => next !== null && onValueChange(next as T)}
    >
      <Base.Trigger id={id} aria-label={label} className={cx('field select', size === 'small' && 'small', calm && 'calm', className)}>
        <span className={cx('value', mono && !prefix && 'mono')}>
          {prefix ? <span className="fg-3">{prefix} </span> : null}
          <span className={cx(mono && 'mono')}>{shown?.label ?? value}</span>
        </span>
        <Base.Icon render={<span className="line" />}>
          <Icon of={ChevronDown} small />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="menu-pos over" sideOffset={4} alignItemWithTrigger={false}>
          <Base.Popup className="menu">
            <Base.List>
              {options.map((option) => (
                <Base.Item key={option.value} value={option.value} disabled={option.disabled ?? false} className="menu-item">
                  <span className="tick">
                    <Base.ItemIndicator>
                      <Icon of={Check} small />
                    </Base.ItemIndicator>
                  </span>
                  <Base.ItemText className={cx(mono && 'mono')}>{option.label}</Base.ItemText>
                  {option.hint ? <span className="end">{option.hint}</span> : null}
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
