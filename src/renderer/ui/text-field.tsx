import { CircleX, Search } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { ComponentProps, KeyboardEvent, ReactNode } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'
import type { LucideIcon } from './icon.tsx'
import { Kbd } from './kbd.tsx'

/** True while an input method composes: its Enter picks a word and must not submit. Safari reports keyCode 229 instead. */
export const composing = (event: KeyboardEvent) => event.nativeEvent.isComposing || event.keyCode === 229

type InputProps = Omit<ComponentProps<'input'>, 'size' | 'onChange'> & {
  readonly value: string
  readonly onValueChange: (value: string) => void
  readonly size?: 'small' | 'normal'
  readonly mono?: boolean
  readonly icon?: LucideIcon
  readonly calm?: boolean
  readonly invalid?: boolean
  readonly wide?: boolean
  readonly end?: ReactNode
  readonly frameClassName?: string
}

/** A box to type in. It needs a label: `aria-label`, or `id` with a label element. */
export function TextInput({
  value,
  onValueChange,
  size = 'normal',
  mono,
  icon,
  calm,
  invalid,
  wide,
  end,
  frameClassName,
  className,
  ...rest
}: InputProps) {
  return (
    <span className={cx('field', size === 'small' && 'small', calm && 'calm', invalid && 'invalid', wide && 'wide', frameClassName)}>
      {icon ? <Icon of={icon} /> : null}
      <input
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        {...rest}
        className={cx(mono && 'mono', className)}
        value={value}
        aria-invalid={invalid || undefined}
        onChange={(event) => onValueChange(event.target.value)}
      />
      {end}
    </span>
  )
}

export function FieldError({ id, children }: { readonly id?: string; readonly children: ReactNode }) {
  return (
    <p id={id} className="field-error" role="alert">
      <Icon of={CircleX} tone="bad" />
      <span>{children}</span>
    </p>
  )
}

type FilterFieldProps = {
  readonly value: string
  readonly onValueChange: (value: string) => void
  readonly label: string
  readonly placeholder?: string
  readonly className?: string
}

/** The filter box of a list: `/` goes to it, Esc empties it. */
export function FilterField({ value, onValueChange, label, placeholder, className }: FilterFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const target = event.target as HTMLElement
      const typing = target.matches('input, textarea, select, [contenteditable="true"]') || target.closest('[role="dialog"]')
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || typing) return
      event.preventDefault()
      input.current?.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <TextInput
      ref={input}
      type="text"
      calm
      icon={Search}
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder={placeholder ?? label}
      value={value}
      onValueChange={onValueChange}
      frameClassName={cx('filter-field', className)}
      end={<Kbd>/</Kbd>}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && value !== '' && !composing(event)) {
          event.stopPropagation()
          onValueChange('')
        }
      }}
    />
  )
}
