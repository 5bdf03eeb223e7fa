import { Anchor, Boxes, History, MonitorCog, Route, ScrollText, Settings2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from '../../ui/cx.ts'
import { Icon } from '../../ui/icon.tsx'
import type { LucideIcon } from '../../ui/icon.tsx'
import { usePath } from './path.ts'
import { useShellWords } from './shell-words.ts'

type RailProps = { readonly clusterCount: ReactNode; readonly runningJobs: ReactNode; readonly foot: ReactNode }

/** The way to every page: plain links to the part of the address behind the `#`, which work from the first paint on. */
export function Rail({ clusterCount, runningJobs, foot }: RailProps) {
  const { app, nav } = useShellWords()
  return (
    <aside className="rail">
      <div className="rail-top">
        <Icon of={Anchor} className="accent" />
        <span className="name">{app}</span>
      </div>
      <nav aria-label={nav.label}>
        <RailLink to="/clusters" also="/jobs" icon={Boxes} label={nav.clusters} end={clusterCount} />
        <RailLink to="/logs" icon={ScrollText} label={nav.logs} />
        <RailLink to="/contexts" icon={Route} label={nav.contexts} />
        <RailLink to="/machine" icon={MonitorCog} label={nav.machine} />
        <RailLink to="/activity" icon={History} label={nav.activity} end={runningJobs} />
        <RailLink to="/settings" icon={Settings2} label={nav.settings} last />
      </nav>
      {foot}
    </aside>
  )
}

type RailLinkProps = {
  readonly to: '/clusters' | '/logs' | '/contexts' | '/machine' | '/activity' | '/settings'
  /** Pages that belong to this entry too. */
  readonly also?: string
  readonly icon: LucideIcon
  readonly label: string
  readonly end?: ReactNode
  readonly last?: boolean
}

function RailLink({ to, also, icon, label, end, last }: RailLinkProps) {
  const path = usePath()
  const here = isBelow(path, to) || (also !== undefined && isBelow(path, also))
  return (
    <a href={`#${to}`} className={cx('rail-item', last && 'last')} title={label} aria-current={here ? 'page' : undefined}>
      <Icon of={icon} />
      <span className="word">{label}</span>
      {end}
    </a>
  )
}

const isBelow = (path: string, above: string) => path === above || path.startsWith(`${above}/`)
