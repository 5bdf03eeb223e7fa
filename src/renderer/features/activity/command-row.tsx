import { Link } from '@tanstack/react-router'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Command, Job } from '#shared/contract/jobs.ts'
import { Cell, CopyButton, IconButton, Row, State, useFormat } from '../../ui/index.ts'
import { commandLine } from '../jobs/command-line.ts'
import { commandIcon, commandTone } from '../jobs/run-head.tsx'
import { CommandDetails } from './command-details.tsx'
import { Started } from './started.tsx'

type CommandRowProps = {
  readonly command: Command
  /** The job it ran for, if it ran for one that is still known. */
  readonly job: Job | undefined
  readonly dated: boolean
  readonly old: boolean
  readonly open: boolean
  readonly onToggle: (id: string) => void
}

export function CommandRow({ command, job, dated, old, open, onToggle }: CommandRowProps) {
  const { t } = useTranslation('activity')
  const { t: words } = useTranslation('jobs')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const details = useId()
  const line = commandLine(command.argv)
  const toggle = () => onToggle(command.id)
  const end = [
    command.exitCode === null ? '' : words('exitCode', { code: command.exitCode }),
    command.signal ? words('signal', { signal: command.signal }) : '',
  ]
  return (
    <>
      <Row onOpen={toggle} old={old} selected={open} label={open ? t('closeCommand', { line }) : t('openCommand', { line })}>
        <Cell className="line" title={line}>
          <IconButton
            small
            icon={open ? ChevronDown : ChevronRight}
            label={open ? t('closeCommand', { line }) : t('openCommand', { line })}
            aria-expanded={open}
            aria-controls={open ? details : undefined}
            onClick={toggle}
          />
          <span className="mono cut">{line}</span>
        </Cell>
        <Cell className="line" title={end.filter(Boolean).join(words('comma'))}>
          <State
            tone={commandTone[command.state]}
            icon={commandIcon(command.state)}
            busy={command.state === 'running'}
            reason={end.filter(Boolean).join(words('comma'))}
          >
            {words(`commandState.${command.state}`)}
          </State>
        </Cell>
        <Cell className="num-cell fg-2">{command.durationMs === null ? '–' : format.duration(command.durationMs)}</Cell>
        <Cell className="num-cell fg-2">
          <Started at={command.startedAt} dated={dated} />
        </Cell>
        <Cell className="cut">
          {command.jobId === null ? (
            <span className="fg-3">–</span>
          ) : job ? (
            <Link to="/jobs/$id" params={{ id: job.id }}>
              {words(`title.${job.kind}`, { name: job.subject })}
            </Link>
          ) : (
            <span className="fg-3" title={command.jobId}>
              {t('jobGone')}
            </span>
          )}
        </Cell>
        <Cell className="activity-end">
          <CopyButton text={line} label={common('copyCommand')} />
        </Cell>
      </Row>
      {open ? (
        <div role="row" id={details} className="activity-open">
          <div role="gridcell" aria-colspan={6}>
            <CommandDetails command={command} />
          </div>
        </div>
      ) : null}
    </>
  )
}
