import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FilterField, Segmented, Select, StatusItem, Toolbar } from '../../ui/index.ts'
import { isRunning } from '../jobs/elapsed.ts'
import { Page } from '../shell/page.tsx'
import { outcomes } from './activity-filter.ts'
import type { Wanted } from './activity-filter.ts'
import { CommandsView } from './commands-view.tsx'
import { JobsView } from './jobs-view.tsx'
import { useJobs } from './use-activity.ts'
import './activity.css'

type View = 'jobs' | 'commands'
const nothing: Wanted = { text: '', outcome: 'all' }

/** Every job and every command, now and before. */
export function ActivityPage() {
  const { t } = useTranslation('activity')
  const [view, setView] = useState<View>('jobs')
  const [wanted, setWanted] = useState(nothing)
  const jobs = useJobs()
  const running = (jobs.data ?? []).filter(isRunning).length
  const clear = () => setWanted(nothing)
  return (
    <Page
      title={t('title')}
      status={
        running > 0 ? (
          <>
            <StatusItem tone="info" busy>
              {t('running', { count: running })}
            </StatusItem>
            <span className="fg-3">{t('closing')}</span>
          </>
        ) : null
      }
      statusEnd={t('secrets')}
    >
      <Toolbar>
        <Segmented
          label={t('view.label')}
          value={view}
          onValueChange={setView}
          options={[
            { value: 'jobs', label: t('view.jobs') },
            { value: 'commands', label: t('view.commands') },
          ]}
        />
        <FilterField
          label={view === 'jobs' ? t('filter.jobs') : t('filter.commands')}
          value={wanted.text}
          onValueChange={(text) => setWanted({ ...wanted, text })}
        />
        <Select
          calm
          label={t('outcome.is', { name: t(`outcome.${wanted.outcome}`) })}
          value={wanted.outcome}
          onValueChange={(outcome) => setWanted({ ...wanted, outcome })}
          options={outcomes.map((outcome) => ({ value: outcome, label: t(`outcome.${outcome}`) }))}
        />
      </Toolbar>
      {view === 'jobs' ? (
        <JobsView jobs={jobs} wanted={wanted} onClear={clear} />
      ) : (
        <CommandsView jobs={jobs.data ?? []} wanted={wanted} onClear={clear} />
      )}
    </Page>
  )
}
