import { useQuery } from '@tanstack/react-query'
import { Link, useRouterState } from '@tanstack/react-router'
import { Anchor, Boxes, History, LoaderCircle, MonitorCog, Route, ScrollText, Settings2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { queryUtils } from '../../api/client.ts'
import { cx, Icon, VisuallyHidden } from '../../ui/index.ts'
import type { LucideIcon } from '../../ui/index.ts'
import { EngineFoot } from './engine-foot.tsx'

export function Rail() {
  const { t } = useTranslation('shell')
  const clusters = useQuery(queryUtils.clusters.list.queryOptions())
  const jobs = useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: 50 } }))
  const count = clusters.data?.clusters.length ?? 0
  const running = (jobs.data ?? []).filter((job) => job.state === 'running' || job.state === 'cancelling').length
  return (
    <aside className="rail">
      <div className="rail-top">
        <Icon of={Anchor} className="accent" />
        <span className="name">{t('app')}</span>
      </div>
      <nav aria-label={t('nav.label')}>
        <RailLink
          to="/clusters"
          also="/jobs"
          icon={Boxes}
          label={t('nav.clusters')}
          end={count > 0 ? <span className="end count">{count}</span> : null}
        />
        <RailLink to="/logs" icon={ScrollText} label={t('nav.logs')} />
        <RailLink to="/contexts" icon={Route} label={t('nav.contexts')} />
        <RailLink to="/machine" icon={MonitorCog} label={t('nav.machine')} />
        <RailLink
          to="/activity"
          icon={History}
          label={t('nav.activity')}
          end={
            running > 0 ? (
              <span className="end">
                <Icon of={LoaderCircle} tone="info" spin />
                <span aria-hidden>{running}</span>
                <VisuallyHidden>{t('nav.jobsRunning', { count: running })}</VisuallyHidden>
              </span>
            ) : null
          }
        />
        <RailLink to="/settings" icon={Settings2} label={t('nav.settings')} last />
      </nav>
      <EngineFoot />
    </aside>
  )
}

type RailLinkProps = {
  readonly to: '/clusters' | '/logs' | '/contexts' | '/machine' | '/activity' | '/settings' /** Pages that belong to this entry too. */
  readonly also?: string
  readonly icon: LucideIcon
  readonly label: string
  readonly end?: ReactNode
  readonly last?: boolean
}

function RailLink({ to, also, icon, label, end, last }: RailLinkProps) {
  const inAlso = useRouterState({ select: (state) => also !== undefined && state.location.pathname.startsWith(also) })
  return (
    <Link
      to={to}
      className={cx('rail-item', last && 'last')}
      title={label}
      {...(inAlso ? { 'aria-current': 'page' as const } : {})}
      activeProps={{ 'aria-current': 'page' }}
      activeOptions={{ includeSearch: false }}
    >
      <Icon of={icon} />
      <span className="word">{label}</span>
      {end}
    </Link>
  )
}
