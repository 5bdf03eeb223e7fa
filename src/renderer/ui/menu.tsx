import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'
import type { LucideIcon } from './icon.tsx'

export type MenuItem =
  | {
      readonly id: string
      readonly label: ReactNode
      readonly icon?: LucideIcon
      readonly onSelect: () => void
      readonly end?: ReactNode
      readonly warns?: boolean
      readonly disabled?: boolean
    }
  | 'line'

type MenuProps = {
  readonly trigger: ReactElement<Record<string, unknown>>
  readonly items: readonly MenuItem[]
  readonly align?: 'start' | 'end'
}

/** A menu under its trigger, which is a labelled button. */
export function Menu({ trigger, items, align = 'end' }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="menu-pos" sideOffset={4} align={align}>
          <Base.Popup className="menu" onClick={(event) => event.stopPropagation()}>
            {items.map((item, index) =>
              item === 'line' ? (
                <Base.Separator key={index} className="menu-line" />
              ) : (
                <Base.Item
                  key={item.id}
                  className={cx('menu-item', item.warns && 'warns')}
                  disabled={item.disabled ?? false}
                  onClick={item.onSelect}
                >
                  {item.icon ? <Icon of={item.icon} /> : null}
                  {item.label}
                  {item.end ? <span className="end">{item.end}</span> : null}
                </Base.Item>
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
