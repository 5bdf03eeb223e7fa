import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowRight, Download, FileDiff, Link2, Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { SetupAction, SetupStep } from '#shared/contract/setup.ts'
import type { ToolName } from '#shared/contract/toolchain.ts'
import { queryUtils } from '../../api/client.ts'
import { Age, Button, State } from '../../ui/index.ts'
import { JobInRow } from '../clusters/job-in-row.tsx'
import { isRunning } from '../jobs/elapsed.ts'
import { DownloadInRow } from '../machine/download-in-row.tsx'
import { useDownload, useFailedDownload, useToolchain } from '../machine/use-toolchain.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useLinkKubectl, usePropose, type Wish } from './use-setup.ts'

/** What opens over the page; it stays there though the step is done meanwhile. */
export type SetupDialogs = { readonly showPlan: (planId: string) => void; readonly create: () => void }
type SetupActProps = { readonly step: SetupStep; readonly wish: Wish; readonly isNext: boolean; readonly dialogs: SetupDialogs }

/** What works on the step now, else the one button that does it. */
export function SetupAct({ step, wish, isNext, dialogs }: SetupActProps) {
  const { action } = step
  if (step.state === 'waiting') return null
  if (step.id === 'kubectl' || step.id === 'kind') {
    if (action?.kind === 'download') return <DownloadAct tool={step.id} version={action.version} isNext={isNext} />
    if (step.jobId) return <DownloadInRow id={step.jobId} tool={step.id} />
  }
  return (
    <>
      <RunningJob step={step} />
      {action === null ? null : <OneButton step={step} action={action} wish={wish} isNext={isNext} dialogs={dialogs} />}
    </>
  )
}

/** A job that makes a cluster is no part of any cluster yet. */
function RunningJob({ step }: { readonly step: SetupStep }) {
  const jobs = useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: 50 } })).data ?? []
  const job = jobs.find(
    (one) => isRunning(one) && (one.id === step.jobId || (step.id === 'cluster' && step.state !== 'done' && one.kind === 'cluster.create')),
  )
  if (!job) return null
  return (
    <div className="line setup-job">
      <JobInRow job={job} />
    </div>
  )
}

type DownloadActProps = { readonly tool: ToolName; readonly version: string; readonly isNext: boolean }

function DownloadAct({ tool, version, isNext }: DownloadActProps) {
  const { t } = useTranslation('setup')
  const { t: machine } = useTranslation('machine')
  const download = useDownload()
  const failed = useFailedDownload(tool)
  const jobId = useToolchain().list.data?.tools.find(({ name }) => name === tool)?.jobId ?? null
  if (jobId !== null)
    return (
      <div className="line setup-job">
        <DownloadInRow key={jobId} id={jobId} tool={tool} />
      </div>
    )
  return (
    <>
      <div className="line wrap">
        <Button
          size="small"
          variant={isNext ? 'primary' : 'plain'}
          icon={Download}
          busy={download.isPending}
          onClick={() => download.mutate({ tool, version })}
        >
          {t('action.download', { tool, version })}
        </Button>
        {failed ? (
          <Link to="/jobs/$id" params={{ id: failed.id }} className="tool-failed sm">
            <State tone="bad">{machine('download.failed')}</State> <Age at={failed.finishedAt} ago />
          </Link>
        ) : null}
      </div>
      {download.error ? <ErrorNotice error={download.error} /> : null}
    </>
  )
}

type OneButtonProps = SetupActProps & { readonly action: SetupAction }

function OneButton({ step, action, wish, isNext, dialogs }: OneButtonProps) {
  const { t } = useTranslation('setup')
  const navigate = useNavigate()
  const propose = usePropose(wish)
  const link = useLinkKubectl()
  const look = { size: 'small', variant: isNext ? 'primary' : 'plain' } as const
  const open = (page: Extract<SetupAction, { kind: 'open' }>['page']) => {
    if (page === 'clusters' || page === 'contexts') void navigate({ to: `/${page}` })
    else
      void navigate({
        to: '/machine',
        search: { tab: page, ...(wish.target === 'local' || page === 'tools' ? {} : { target: wish.target }) },
      })
  }
  const error = propose.error ?? link.error
  return (
    <>
      <div className="line wrap">
        {action.kind === 'create-cluster' ? (
          <Button {...look} icon={Plus} onClick={dialogs.create}>
            {t('action.create')}
          </Button>
        ) : action.kind === 'link' ? (
          <Button {...look} icon={Link2} busy={link.isPending} onClick={() => link.begin()}>
            {t('action.link')}
          </Button>
        ) : action.kind === 'plan' ? (
          <Button
            {...look}
            icon={FileDiff}
            busy={propose.isPending}
            aria-label={t('action.planOf', { step: t(`step.${step.id}.title`) })}
            onClick={() => propose.mutate(step.id, { onSuccess: (plan) => dialogs.showPlan(plan.id) })}
          >
            {t('action.plan')}
          </Button>
        ) : action.kind === 'open' ? (
          <Button
            {...look}
            icon={ArrowRight}
            variant={step.state === 'done' ? 'quiet' : look.variant}
            aria-label={t('action.openOf', { step: t(`step.${step.id}.title`), action: t(`action.open.${action.page}`) })}
            onClick={() => open(action.page)}
          >
            {t(`action.open.${action.page}`)}
          </Button>
        ) : null}
      </div>
      {error ? <ErrorNotice error={error} /> : null}
    </>
  )
}
