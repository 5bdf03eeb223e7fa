import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Command } from '#shared/contract/jobs.ts'
import { Button, Code, CopyButton, useFormat } from '../../ui/index.ts'
import { CommandFacts } from '../jobs/command-facts.tsx'
import { commandLine } from '../jobs/command-line.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useOutput } from './use-activity.ts'

/** The whole of one command: what it printed, where and how it ran. */
export function CommandDetails({ command }: { readonly command: Command }) {
  const { t } = useTranslation('activity')
  const { t: words } = useTranslation('jobs')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const [whole, setWhole] = useState(false)
  const output = useOutput(command.id, whole)
  const line = commandLine(command.argv)
  const pages = output.data?.pages
  const text = (pages ? pages.map((page) => page.text).join('') : command.tail.join('\n')).replace(/\n$/, '')
  const last = pages?.at(-1)
  return (
    <div className="activity-details">
      <Code text={line} wrap copyable={false} label={t('column.command')} />
      {text === '' ? null : (
        <p className="fg-3 sm">
          {pages ? t('output.whole') : t('output.last', { count: command.tail.length })}
          {command.truncated ? ` ${t('output.truncated')}` : ''}
        </p>
      )}
      {text === '' ? (
        <p className="fg-2">{command.state === 'running' ? words('output.silent') : words('output.empty')}</p>
      ) : (
        <Code text={text} wrap label={words('tab.output')} className="activity-output" />
      )}
      {output.error ? <ErrorNotice error={output.error} onRetry={() => void output.refetch()} /> : null}
      <div className="line wrap">
        {!whole && command.outputBytes > 0 ? (
          <Button size="small" onClick={() => setWhole(true)}>
            {t('output.showWhole', { size: format.bytes(command.outputBytes) })}
          </Button>
        ) : null}
        {last && output.hasNextPage ? (
          <Button size="small" busy={output.isFetchingNextPage} onClick={() => void output.fetchNextPage()}>
            {t('output.next', { part: format.bytes(last.nextOffset ?? 0), all: format.bytes(last.totalBytes) })}
          </Button>
        ) : null}
        {last && !output.hasNextPage && command.state === 'running' ? (
          <Button size="small" busy={output.isFetching} onClick={() => void output.refetch()}>
            {common('lookAgain')}
          </Button>
        ) : null}
        <CopyButton text={line}>{common('copyCommand')}</CopyButton>
        <CopyButton text={`$ ${line}\n${text}\n`}>{t('output.copyWith')}</CopyButton>
      </div>
      <CommandFacts
        command={command}
        more={[
          command.pid !== null && { key: 'pid', label: t('pid'), value: String(command.pid) },
          { key: 'started', label: t('column.started'), value: format.dateTime(command.startedAt) },
        ]}
      />
    </div>
  )
}
