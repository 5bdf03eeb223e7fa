import { Link } from '@tanstack/react-router'
import { Box, CircleCheck, CircleSlash, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { buttonClass, Callout, Icon, useFormat } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { Again } from './again.tsx'
import { onCancel } from './cancel-words.ts'
import { FindingPanel, MoreFindings } from './finding-panel.tsx'
import { useThing } from './job-words.ts'

const interruptedText = {
  remove: 'interrupted.text',
  putBack: 'interrupted.textHost',
  stop: 'interrupted.textHost',
  applied: 'interrupted.textApplied',
  putNodeBack: 'interrupted.textHalted',
  halt: 'interrupted.textHalted',
  replace: 'interrupted.textReplace',
  goesOn: 'interrupted.textGoesOn',
} as const

/** How the job ended: what failed and the way out, or what is left after a cancel. Nothing while it runs. */
export function JobEnd({ job }: { readonly job: Job }) {
  switch (job.state) {
    case 'running':
    case 'cancelling':
      return null
    case 'succeeded':
      return <Succeeded job={job} />
    case 'failed':
      return <Failed job={job} />
    case 'cancelled':
    case 'interrupted':
      return <Stopped job={job} />
  }
}

/** The cause that was found; where none is certain, what failed, and what is likely. */
function Failed({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const [first, ...others] = job.findings
  const known = first !== undefined && first.level === 'problem' && first.sure === 'sure' ? first : null
  const more = known === null ? job.findings : others
  return (
    <div className="why">
      {known === null ? (
        <ErrorNotice
          error={job.error ?? { code: 'internal', facts: {}, commandId: null }}
          consequence={<Left job={job} />}
          actions={<Again job={job} primary />}
        />
      ) : (
        <FindingPanel
          finding={known}
          left={<Left job={job} />}
          actions={<Again job={job} primary />}
          commandId={job.error?.commandId ?? null}
        />
      )}
      <MoreFindings title={known === null ? t('finding.causes') : t('finding.more')} findings={more} firstOpen={known === null} />
    </div>
  )
}

function Succeeded({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const clusterId = job.result?.['clusterId']
  const directory = job.result?.['directory']
  const target = job.facts['target']
  return (
    <div className="why">
      <Callout
        icon={CircleCheck}
        tone="ok"
        title={t(`succeeded.${job.kind}`, { name: job.subject })}
        actions={
          job.kind === 'cluster.create' && clusterId ? (
            <Link to="/clusters/$id" params={{ id: clusterId }} className={buttonClass('primary')}>
              <Icon of={Box} />
              {t('openCluster')}
            </Link>
          ) : job.kind.startsWith('network.') && clusterId ? (
            <Link to="/clusters/$id" params={{ id: clusterId }} search={{ tab: 'network' }} className={buttonClass('plain')}>
              {t('openNetwork')}
            </Link>
          ) : typeof target === 'string' ? (
            <Link
              to="/machine"
              search={{
                tab: tabOf(job),
                ...(target === 'local' ? {} : { target }),
              }}
              className={buttonClass('plain')}
            >
              {t('toTarget', { name: job.subject })}
            </Link>
          ) : (
            <Link to="/clusters" className={buttonClass('plain')}>
              {t('toClusters')}
            </Link>
          )
        }
      >
        {directory ? <p className="mono text text-wrap">{directory}</p> : null}
        {job.kind === 'cluster.delete' ? <Left job={{ ...job, left: job.left ?? [] }} /> : null}
      </Callout>
    </div>
  )
}

/** Where on its machine one goes on after a job. */
const tabOf = ({ kind }: Job) =>
  kind.startsWith('kubeadm.')
    ? 'kubeadm'
    : kind.startsWith('cgroup.')
      ? 'runtimes'
      : kind.endsWith('-image') || kind.endsWith('-images')
        ? 'images'
        : 'checks'

function Stopped({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const cancelled = job.state === 'cancelled'
  return (
    <div className="why">
      <Callout
        icon={cancelled ? CircleSlash : TriangleAlert}
        tone={cancelled ? 'idle' : 'warn'}
        title={t(`${job.state}.title`, { what: t(`title.${job.kind}`, { name: job.subject }) })}
        actions={<Again job={job} />}
      >
        {cancelled ? null : <p>{t(interruptedText[onCancel(job.kind)])}</p>}
        <Left job={job} />
      </Callout>
    </div>
  )
}

/** Core says of a thing how it is, `container dev-worker: exited`, `node dev-m02 (cordoned)`, and not only that it is there. */
const isState = (thing: string) => /: (?:[a-z]+|perhaps in part)$| \(cordoned\)$/.test(thing)

/** What was checked after the end, and what is still there or not as it was. */
function Left({ job }: { readonly job: Pick<Job, 'kind' | 'left' | 'finishedAt' | 'undo'> }) {
  const { t } = useTranslation('jobs')
  const format = useFormat()
  const thing = useThing()
  const at = job.finishedAt === null ? '' : format.time(job.finishedAt)
  if (job.left === null) return <span>{t('left.unchecked')}</span>
  if (job.left.length > 0) {
    return (
      <span className="left-line">
        <Icon of={TriangleAlert} tone="warn" />
        <span>
          {t(job.kind.startsWith('cgroup.') ? 'left.halted' : job.left.some(isState) ? 'left.otherwise' : 'left.some', { at })}{' '}
          <span className="mono text">{format.list(job.left.map(thing))}</span>
        </span>
      </span>
    )
  }
  return (
    <span className="left-line">
      <Icon of={CircleCheck} tone="ok" />
      <span>{job.undo.length > 0 ? t('left.none', { at, names: format.list(job.undo.map(thing)) }) : t('left.nothing', { at })}</span>
    </span>
  )
}
