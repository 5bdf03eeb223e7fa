import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Command, Job, OutputLine } from '#shared/contract/jobs.ts'
import { cx } from '../../ui/index.ts'
import { isRunning } from './elapsed.ts'
import { RunHead } from './run-head.tsx'

type JobOutputProps = {
  readonly job: Job
  readonly commands: readonly Command[]
  readonly output: readonly OutputLine[]
  readonly dropped: number
}

/** Each command of the job with its output; the last one is open and follows its end. */
export function JobOutput({ job, commands, output, dropped }: JobOutputProps) {
  const { t } = useTranslation('jobs')
  const [chosen, setChosen] = useState<Readonly<Record<string, boolean>>>({})
  const lines = useMemo(() => byCommand(output), [output])
  const last =
    commands.findLast((command) => command.state === 'failed') ??
    commands.findLast((command) => command.state === 'running') ??
    commands.findLast((command) => lines.has(command.id)) ??
    commands.at(-1)
  const scroller = useRef<HTMLDivElement>(null)
  const pinned = useRef(true)
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const onScroll = () => (pinned.current = element.scrollHeight - element.scrollTop - element.clientHeight < 24)
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [])
  useLayoutEffect(() => {
    const element = scroller.current
    if (element && pinned.current && (isRunning(job) || job.state === 'failed')) element.scrollTop = element.scrollHeight
  }, [output, job])
  return (
    <div ref={scroller} className="scroll runs" tabIndex={0} role="region" aria-label={t('tab.output')}>
      {commands.length === 0 ? <p className="run-empty fg-3">{isRunning(job) ? t('output.none') : t('output.noneRan')}</p> : null}
      {dropped > 0 ? <p className="run-empty fg-3">{t('output.dropped', { count: dropped })}</p> : null}
      {commands.map((command) => {
        const open = chosen[command.id] ?? command.id === last?.id
        const own = lines.get(command.id) ?? command.tail.map((text): OutputLine => ({ commandId: command.id, stream: 'stderr', text }))
        return (
          <div key={command.id} className="run">
            <RunHead command={command} open={open} onToggle={() => setChosen({ ...chosen, [command.id]: !open })} />
            {open ? (
              <div className="out">
                {own.length === 0 ? (
                  <span className="dim">{command.state === 'running' ? t('output.silent') : t('output.empty')}</span>
                ) : null}
                {own.map((line, index) => (
                  <div key={index} className={cx(mark(line.text))}>
                    {line.text || ' '}
                  </div>
                ))}
                {command.state === 'running' ? <span className="cursor" aria-hidden /> : null}
              </div>
            ) : null}
          </div>
        )
      })}
    </div>
  )
}

/** kind marks its lines itself. */
function mark(text: string): 'ok' | 'err' | undefined {
  if (/^\s*✓/.test(text)) return 'ok'
  if (/^\s*[✗✘]|^ERROR\b/.test(text)) return 'err'
  return undefined
}

function byCommand(output: readonly OutputLine[]): Map<string, OutputLine[]> {
  const map = new Map<string, OutputLine[]>()
  for (const line of output) {
    const own = map.get(line.commandId)
    if (own) own.push(line)
    else map.set(line.commandId, [line])
  }
  return map
}
