import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'

export type Tab<T extends string> = { readonly value: T; readonly label: ReactNode; readonly count?: number | undefined }
type TabsProps<T extends string> = {
  readonly value: T
  readonly onValueChange: (value: T) => void
  readonly label: string
  readonly tabs: readonly Tab<T>[]
  readonly end?: ReactNode
  readonly children: ReactNode
}

/** A row of tabs; its children are `TabPanel`s. */
export function Tabs<T extends string>({ value, onValueChange, label, tabs, end, children }: TabsProps<T>) {
  return (
    <Base.Root className="tabs-root" value={value} onValueChange={(next) => onValueChange(next as T)}>
      <div className="tabs">
        <Base.List className="tab-list" aria-label={label} activateOnFocus>
          {tabs.map((tab) => (
            <Base.Tab key={tab.value} value={tab.value} className="tab">
              {tab.label}
              {tab.count === undefined ? null : <span className="count">{tab.count}</span>}
            </Base.Tab>
          ))}
        </Base.List>
        <span className="grow" />
        {end}
      </div>
      {children}
    </Base.Root>
  )
}

/** `keep`: what is inside lives on while another tab is shown. */
export function TabPanel({
  value,
  keep = false,
  children,
}: {
  readonly value: string
  readonly keep?: boolean
  readonly children: ReactNode
}) {
  return (
    <Base.Panel value={value} keepMounted={keep} className="tab-panel">
      {children}
    </Base.Panel>
  )
}
