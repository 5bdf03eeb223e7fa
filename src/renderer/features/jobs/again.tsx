import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { api } from '../../api/client.ts'
import { Button, buttonClass } from '../../ui/index.ts'
import { CreateDialog } from '../clusters/create-dialog.tsx'
import { handOver } from '../designer/draft.ts'
import { useReplacements } from '../runtimes/use-runtimes.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { AgainOnCluster } from './again-on-cluster.tsx'
import { AgainOnMachines } from './again-on-machines.tsx'
import { useFixedSpec } from './use-fixed-spec.ts'
import { seenSpec, useSpec } from './use-spec.ts'
import { useStartCreate } from './use-start-create.ts'

type AgainProps = { readonly job: Job; readonly primary?: boolean }

/** The same once more, or with the one thing changed that stood in the way; nothing where that is done on another page. */
export function Again({ job, primary = false }: AgainProps) {
  const { target } = job.facts
  if (job.kind === 'tool.download') return <DownloadAgain job={job} primary={primary} />
  if (job.kind === 'cluster.create') return <CreateAgain job={job} primary={primary} />
  if (job.kind.startsWith('cluster.')) return <AgainOnCluster job={job} primary={primary} />
  if (job.kind === 'host.load-images') return <AgainOnMachines job={job} primary={primary} />
  if (job.kind === 'cgroup.replace' && typeof target === 'string') return <GoOn job={job} target={target} primary={primary} />
  if (job.kind.startsWith('cgroup.') && typeof target === 'string') return <ToRuntimes job={job} target={target} primary={primary} />
  return null
}

type OnTarget = Required<AgainProps> & { readonly target: string }

function ToRuntimes({ job, target, primary }: OnTarget) {
  const { t } = useTranslation('jobs')
  return (
    <Link
      to="/machine"
      search={{ tab: 'runtimes', ...(target === 'local' ? {} : { target }) }}
      className={buttonClass(primary ? 'primary' : 'plain')}
    >
      {t('toTarget', { name: job.subject })}
    </Link>
  )
}

/** A replacement that halted goes on from here; where it is taken back is on the page of its machine. */
function GoOn({ job, target, primary }: OnTarget) {
  const { t } = useTranslation('jobs')
  const navigate = useNavigate()
  const halted = useReplacements(target).data?.find((one) => one.jobId === job.id && one.state === 'halted')
  const resume = useMutation({
    mutationFn: (id: string) => api.replacements.resume({ id }),
    onSuccess: ({ jobId }) => navigate({ to: '/jobs/$id', params: { id: jobId } }),
  })
  return (
    <>
      {halted ? (
        <Button variant={primary ? 'primary' : 'plain'} busy={resume.isPending} onClick={() => resume.mutate(halted.id)}>
          {t('goOn')}
        </Button>
      ) : null}
      <ToRuntimes job={job} target={target} primary={primary && !halted} />
      {resume.error ? <ErrorNotice error={resume.error} /> : null}
    </>
  )
}

function DownloadAgain({ job, primary }: Required<AgainProps>) {
  const { t: common } = useTranslation('common')
  const navigate = useNavigate()
  const download = useMutation({
    mutationFn: () => api.toolchain.download({ tool: job.subject as 'kubectl' }),
    onSuccess: ({ jobId }) => navigate({ to: '/jobs/$id', params: { id: jobId } }),
  })
  return (
    <Button variant={primary ? 'primary' : 'plain'} icon={RotateCw} busy={download.isPending} onClick={() => download.mutate()}>
      {common('retry')}
    </Button>
  )
}

function CreateAgain({ job, primary }: Required<AgainProps>) {
  const { t } = useTranslation('jobs')
  const { t: common } = useTranslation('common')
  const navigate = useNavigate()
  const [editing, setEditing] = useState(false)
  const startCreate = useStartCreate()
  const { spec: known, asking } = useSpec(job)
  const spec = known ?? seenSpec(job)
  const fixed = useFixedSpec(spec, job)
  const edit = () => {
    // What was designed is changed where it was designed: the short form would lose it.
    if (!spec.document) return setEditing(true)
    handOver(spec)
    return void navigate({ to: '/clusters/new' })
  }
  return (
    <>
      {fixed ? (
        <Button variant="primary" disabled={asking} onClick={() => startCreate(fixed.spec, null)}>
          {t(`retry.${fixed.kind}`, { value: fixed.value })}
        </Button>
      ) : null}
      <Button variant={primary && !fixed ? 'primary' : 'plain'} icon={RotateCw} disabled={asking} onClick={() => startCreate(spec, null)}>
        {common('retry')}
      </Button>
      <Button variant="quiet" disabled={asking} onClick={edit}>
        {job.findings[0]?.action === 'choose-version' ? t('retry.version') : t('retry.edit')}
      </Button>
      {editing ? <CreateDialog spec={spec} onClose={() => setEditing(false)} /> : null}
    </>
  )
}
