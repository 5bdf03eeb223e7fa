import { ChevronDown, ChevronRight, CircleSlash, LoaderCircle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Command } from '#shared/contract/jobs.ts'
import { CopyButton, Icon, toneIcon, useFormat, VisuallyHidden } from '../../ui/index.ts'
import type { LucideIcon, Tone } from '../../ui/index.ts'
import { commandLine } from './command-line.ts'

export const commandTone: Record<Command['state'], Tone> = {
  running: 'info',
  succeeded: 'ok',
  failed: 'bad',
  cancelled: 'idle',
  'timed-out': 'bad',
  'not-started': 'bad',
  lost: 'warn',
}

export const commandIcon = (state: Command['state']): LucideIcon =>
  state === 'running' ? LoaderCircle : state === 'cancelled' ? CircleSlash : toneIcon(commandTone[state])

/** One command: state, line, exit code, time, copy. */
export function RunHead({
  command,
  open,
  onToggle,
}: {
  readonly command: Command
  readonly open?: boolean
  readonly onToggle?: () => void
}) {
  const { t } = useTranslation('jobs')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const line = commandLine(command.argv)
  const tone = commandTone[command.state]
  const icon = commandIcon(command.state)
  const facts = [
    command.exitCode !== null && command.exitCode !== 0 ? t('exitCode', { code: command.exitCode }) : '',
    command.signal ? t('signal', { signal: command.signal }) : '',
    command.durationMs === null ? '' : format.duration(command.durationMs),
    command.state === 'running' && command.pid !== null ? t('pid', { pid: command.pid }) : '',
  ].filter(Boolean)
  const words = (
    <>
      <Icon of={icon} tone={tone} spin={command.state === 'running'} />
      <VisuallyHidden>{t(`commandState.${command.state}`)}</VisuallyHidden>
      <span className="mono cut grow" title={line}>
        {line}
      </span>
    </>
  )
  return (
    <div className="run-head">
      {onToggle ? (
        <button type="button" className="run-toggle" aria-expanded={open} onClick={onToggle}>
          <Icon of={open ? ChevronDown : ChevronRight} />
          {words}
        </button>
      ) : (
        words
      )}
      <span className="fg-3 sm">{facts.join(t('comma'))}</span>
      <CopyButton text={line} label={common('copyCommand')} />
    </div>
  )
}
