import { LoaderCircle } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'
import type { LucideIcon } from './icon.tsx'
import { Tooltip } from './tooltip.tsx'

export type ButtonVariant = 'plain' | 'primary' | 'danger' | 'warns' | 'quiet'
export type ButtonSize = 'small' | 'normal' | 'large'

/** Class of something that is a link by meaning and looks like a button. */
export const buttonClass = (variant: ButtonVariant = 'plain', size: ButtonSize = 'normal') =>
  cx('btn', variant !== 'plain' && variant, size !== 'normal' && size)

type ButtonProps = ComponentProps<'button'> & {
  readonly variant?: ButtonVariant
  readonly size?: ButtonSize
  readonly icon?: LucideIcon
  /** It works: the icon turns and a second press does nothing. */
  readonly busy?: boolean
  readonly children: ReactNode
}

export function Button({
  variant = 'plain',
  size = 'normal',
  icon,
  busy = false,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-busy={busy || undefined}
      className={cx(buttonClass(variant, size), className)}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy ? <Icon of={LoaderCircle} spin /> : icon ? <Icon of={icon} /> : null}
      {children}
    </button>
  )
}

type IconButtonProps = Omit<ComponentProps<'button'>, 'children'> & {
  readonly label: string
  readonly icon: LucideIcon
  readonly small?: boolean
  readonly spin?: boolean
  /** Keys that do the same, shown in the tooltip. */
  readonly keys?: string
}

export function IconButton({ label, icon, small = false, spin = false, keys, className, type = 'button', ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys}>
      <button {...rest} type={type} aria-label={label} className={cx('icon-btn', small && 'small', className)}>
        <Icon of={icon} spin={spin} />
      </button>
    </Tooltip>
  )
}
