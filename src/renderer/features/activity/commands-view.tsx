import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { Button, EmptyState, GroupRow, Scroll, SkeletonRows, Table, useFormat, useNow } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { byDay, commandFits, isWanting } from './activity-filter.ts'
import type { Wanted } from './activity-filter.ts'
import { CommandRow } from './command-row.tsx'
import { commandSteps, keptCommands, useCommands } from './use-activity.ts'

type CommandsViewProps = { readonly jobs: readonly Job[]; readonly wanted: Wanted; readonly onClear: () => void }

export function CommandsView({ jobs, wanted, onClear }: CommandsViewProps) {
  const { t } = useTranslation('activity')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const now = useNow(60_000)
  const [limit, setLimit] = useState<number>(commandSteps[0])
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const commands = useCommands(limit)
  const all = commands.data ?? []
  const more = commandSteps.find((step) => step > limit)
  const shown = all.filter((command) => commandFits(command, wanted))
  const toggle = (id: string) => {
    const next = new Set(opened)
    if (!next.delete(id)) next.add(id)
    setOpened(next)
  }
  const columns = [
    { key: 'command', label: t('column.command') },
    { key: 'state', label: common('state') },
    { key: 'took', label: t('column.took'), align: 'end' as const },
    { key: 'started', label: t('column.started'), align: 'end' as const },
    { key: 'job', label: t('column.job') },
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  return (
    <Scroll>
      {commands.error ? (
        <ErrorNotice
          className="page-notice"
          {...(commands.data ? { tone: 'warn' as const } : {})}
          error={commands.error}
          consequence={commands.data ? t('stale') : null}
          onRetry={() => void commands.refetch()}
        />
      ) : null}
      {commands.isPending || shown.length > 0 ? (
        <Table label={t('view.commands')} columns={columns} className="activity-commands" interactive busy={commands.isPending}>
          {commands.isPending ? <SkeletonRows rows={6} columns={columns.length} label={common('loading')} /> : null}
          {byDay(shown, now).map(({ day, items }) => (
            <Fragment key={day}>
              <GroupRow title={t(`day.${day}`)} colSpan={columns.length} />
              {items.map((command) => (
                <CommandRow
                  key={command.id}
                  command={command}
                  job={jobs.find((job) => job.id === command.jobId)}
                  dated={day === 'earlier'}
                  old={commands.error !== null}
                  open={opened.has(command.id)}
                  onToggle={toggle}
                />
              ))}
            </Fragment>
          ))}
        </Table>
      ) : null}
      {commands.data && all.length === 0 ? <EmptyState title={t('empty.commands')}>{t('empty.commandsText')}</EmptyState> : null}
      {all.length > 0 && shown.length === 0 && isWanting(wanted) ? (
        <EmptyState title={t('empty.noCommand')} actions={<Button onClick={onClear}>{t('clear')}</Button>} />
      ) : null}
      {all.length >= limit && more !== undefined ? (
        <p className="activity-more line wrap">
          <span className="fg-2">{t('newest', { count: limit, n: format.number(limit) })}</span>
          <Button size="small" busy={commands.isFetching} onClick={() => setLimit(more)}>
            {t('showMore')}
          </Button>
        </p>
      ) : all.length >= keptCommands ? (
        <p className="activity-more fg-2">{t('kept.commands', { n: format.number(keptCommands) })}</p>
      ) : null}
    </Scroll>
  )
}
