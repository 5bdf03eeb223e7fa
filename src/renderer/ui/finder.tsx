import { Command } from 'cmdk'
import { Search } from 'lucide-react'
import { useEffect, useId, useRef } from 'react'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import type { LucideIcon } from './icon.tsx'
import { Kbd } from './kbd.tsx'
import { useActiveOption } from './use-active-option.ts'
import { VisuallyHidden } from './visually-hidden.tsx'

export type FinderItem = {
  readonly id: string
  readonly icon: LucideIcon
  readonly busy?: boolean
  readonly label: ReactNode
  readonly note?: ReactNode
  readonly end?: ReactNode
  readonly disabled?: boolean
}
type FinderGroup = {
  readonly id: string
  readonly heading: ReactNode
  readonly items: readonly FinderItem[]
  /** Says what is not in it. */
  readonly more?: ReactNode
}

type FinderProps = {
  readonly label: string
  readonly placeholder: string
  readonly query: string
  readonly onQueryChange: (query: string) => void
  /** What fits the query; found by whoever owns the list. */
  readonly groups: readonly FinderGroup[]
  readonly onSelect: (id: string) => void
  /** Said when nothing fits. */
  readonly empty: ReactNode
  /** Takes the focus when shown: it comes back from a step inside the same dialog. */
  readonly grab?: boolean
}

/**
 * A box to type in over a list: arrows choose, Enter takes, an input method's Enter does not.
 * Holds nothing that can be pressed but its items, as Enter anywhere inside takes the one chosen.
 */
export function Finder({ label, placeholder, query, onQueryChange, groups, onSelect, empty, grab = false }: FinderProps) {
  const root = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const moreId = useId()
  useActiveOption(root)
  useEffect(() => {
    if (grab) input.current?.focus()
  }, [grab])
  const shown = groups.filter((group) => group.items.length > 0 || Boolean(group.more))
  return (
    <Command ref={root} className="finder" label={label} shouldFilter={false} vimBindings={false} loop>
      <div className="finder-q">
        <Icon of={Search} />
        <Command.Input
          ref={input}
          autoCapitalize="off"
          aria-describedby={moreId}
          placeholder={placeholder}
          value={query}
          onValueChange={onQueryChange}
        />
        <span aria-hidden>
          <Kbd>Esc</Kbd>
        </span>
      </div>
      <Command.List className="finder-list" label={label}>
        {shown.map((group) => (
          <Command.Group key={group.id} value={group.id} heading={group.heading} className="finder-group">
            {group.items.map((item) => (
              <Command.Item
                key={item.id}
                value={item.id}
                disabled={item.disabled ?? false}
                className="finder-item"
                onSelect={() => onSelect(item.id)}
              >
                <Icon of={item.icon} spin={item.busy} />
                <span className="cut">{item.label}</span>
                <span className="fg-3 cut sm">{item.note}</span>
                <span className="end">{item.end}</span>
              </Command.Item>
            ))}
            {group.more ? (
              <div aria-hidden className="finder-item finder-more">
                {group.more}
              </div>
            ) : null}
          </Command.Group>
        ))}
      </Command.List>
      {/* A list is heard by its options alone. */}
      <VisuallyHidden>
        <span id={moreId} role="status">
          {shown.map(({ id, heading, more }) =>
            more ? (
              <span key={id}>
                {heading} {more}{' '}
              </span>
            ) : null,
          )}
        </span>
      </VisuallyHidden>
      {shown.length === 0 ? (
        <p role="status" className="finder-empty">
          {empty}
        </p>
      ) : null}
    </Command>
  )
}
