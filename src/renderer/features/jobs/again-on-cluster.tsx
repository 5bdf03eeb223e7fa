import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Hammer, PencilRuler, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { Job } from '#shared/contract/jobs.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Button, buttonClass, Icon } from '../../ui/index.ts'
import { DeleteDialog } from '../clusters/delete-dialog.tsx'
import { RebuildDialog } from '../clusters/rebuild-dialog.tsx'
import { isForeign, useClusters } from '../clusters/use-clusters.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { useFixedSpec } from './use-fixed-spec.ts'
import { useOtherPort } from './use-other-port.ts'
import { useSpec } from './use-spec.ts'
import { useStartCreate } from './use-start-create.ts'

type AgainProps = { readonly job: Job; readonly primary: boolean }

/** A change of a cluster once more, as long as that cluster is there; what its document has to say otherwise is changed in the designer. */
export function AgainOnCluster({ job, primary }: AgainProps) {
  const { t } = useTranslation('jobs')
  const { t: common } = useTranslation('common')
  const navigate = useNavigate()
  const words = useErrorWords()
  const [asking, setAsking] = useState(false)
  const [rebuilding, setRebuilding] = useState(false)
  const { list } = useClusters()
  const cluster = clusterOf(job, list.data?.clusters ?? [])
  const again = useMutation({
    mutationFn: (repeat: Repeat) => repeat(),
    onSuccess: ({ jobId }) => navigate({ to: '/jobs/$id', params: { id: jobId } }),
  })
  if (cluster === null) return <MakeAgain job={job} primary={primary} known={list.data !== undefined} />
  const repeat = repeatOf(job, cluster.id)
  // Both take a cluster away, and so ask again.
  const Dialog = job.kind === 'cluster.rebuild' ? RebuildDialog : job.kind === 'cluster.delete' ? DeleteDialog : null
  if (repeat === null && Dialog === null) return null
  const action = job.findings[0]?.action
  return (
    <>
      <Button
        variant={primary ? 'primary' : 'plain'}
        icon={RotateCw}
        busy={again.isPending}
        disabled={cluster.jobId !== null}
        onClick={() => (repeat === null ? setAsking(true) : again.mutate(repeat))}
      >
        {common('retry')}
      </Button>
      {action === 'change-specification' || action === 'choose-version' ? (
        <Link
          to="/clusters/new"
          search={{ cluster: cluster.id, ...(action === 'choose-version' ? { focus: 'version' as const } : {}) }}
          className={buttonClass('quiet')}
        >
          <Icon of={PencilRuler} />
          {t(action === 'choose-version' ? 'retry.version' : 'retry.edit')}
        </Link>
      ) : null}
      {job.error?.code === 'port-taken' ? (
        <OtherPort job={job} cluster={cluster} onRebuild={repeat === null ? null : () => setRebuilding(true)} />
      ) : null}
      {again.error === null ? null : (
        <span className="bad-text" role="alert">
          {words(again.error).title}
        </span>
      )}
      {rebuilding ? <RebuildDialog cluster={cluster} onClose={() => setRebuilding(false)} /> : null}
      {asking && Dialog !== null ? <Dialog cluster={cluster} onClose={() => setAsking(false)} /> : null}
    </>
  )
}

/**
 * A cluster that is there keeps its ports, so another one comes with a rebuild only. A port that its document names has to be changed there first; one that
 * the engine chose is another after any rebuild, which is offered where it is not what failed.
 */
function OtherPort({ job, cluster, onRebuild }: { readonly job: Job; readonly cluster: Cluster; readonly onRebuild: (() => void) | null }) {
  const { t } = useTranslation('jobs')
  const document = useQuery(queryUtils.clusters.document.queryOptions({ input: { id: cluster.id }, retry: false }))
  const { names, asking } = useOtherPort(document.data?.text ?? null, job)
  if (document.data === undefined || asking) return null
  if (names)
    return (
      <Link to="/clusters/new" search={{ cluster: cluster.id }} className={buttonClass('quiet')}>
        <Icon of={PencilRuler} />
        {t('retry.otherPort')}
      </Link>
    )
  return onRebuild === null ? null : (
    <Button variant="quiet" icon={Hammer} disabled={cluster.jobId !== null} onClick={onRebuild}>
      {t('retry.rebuild')}
    </Button>
  )
}

/** What a rebuild had taken away when it failed is made again from its document, which core keeps with the job. */
function MakeAgain({ job, primary, known }: AgainProps & { readonly known: boolean }) {
  const { t } = useTranslation('jobs')
  const startCreate = useStartCreate()
  const { spec } = useSpec(job)
  const fixed = useFixedSpec(spec, job)
  if (job.kind !== 'cluster.rebuild' || spec === null || !known) return null
  return (
    <>
      {fixed ? (
        <Button variant="primary" onClick={() => startCreate(fixed.spec, null)}>
          {t(`retry.${fixed.kind}`, { value: fixed.value })}
        </Button>
      ) : null}
      <Button variant={primary && !fixed ? 'primary' : 'plain'} icon={RotateCw} onClick={() => startCreate(spec, null)}>
        {t('retry.make', { name: job.subject })}
      </Button>
    </>
  )
}

/** The cluster that the job worked on: one made since then under the same name is another. */
function clusterOf(job: Job, clusters: readonly Cluster[]): Cluster | null {
  const { provider } = job.facts
  const until = job.finishedAt ?? Number.POSITIVE_INFINITY
  const found = clusters.filter(
    (one) =>
      !isForeign(one) &&
      one.name === job.subject &&
      (typeof provider !== 'string' || one.provider === provider) &&
      (one.createdAt ?? 0) <= until,
  )
  return found.length === 1 ? (found[0] ?? null) : null
}

type Repeat = () => Promise<{ readonly jobId: string }>

/** The same call once more; null where the job does not tell all that it was asked for, or where it has to be confirmed. */
function repeatOf({ kind, facts }: Job, id: string): Repeat | null {
  const text = (name: string) => (typeof facts[name] === 'string' ? facts[name] : null)
  switch (kind) {
    case 'cluster.start':
      return () => api.clusters.start({ id })
    case 'cluster.stop':
      return () => api.clusters.stop({ id })
    case 'cluster.restart':
      return () => api.clusters.restart({ id })
    case 'cluster.pause':
      return () => api.clusters.pause({ id })
    case 'cluster.unpause':
      return () => api.clusters.unpause({ id })
    case 'cluster.export-logs':
      return () => api.clusters.exportLogs({ id })
    case 'cluster.add-node': {
      const role = text('role')
      return role === 'worker' || role === 'control-plane' ? () => api.clusters.addNode({ id, role }) : null
    }
    case 'cluster.remove-node': {
      const node = text('node')
      return node === null ? null : () => api.clusters.removeNode({ id, node })
    }
    case 'cluster.load-image': {
      const [archive, image] = [text('archive'), text('image')]
      return archive === null && image === null ? null : () => api.clusters.loadImage(archive === null ? { id, image } : { id, archive })
    }
    case 'cluster.remove-image': {
      const image = text('image')
      return image === null ? null : () => api.clusters.removeImage({ id, image })
    }
    case 'cluster.add-on': {
      const addOn = text('addOn')
      return addOn === null ? null : () => api.clusters.setAddOn({ id, addOn, on: text('on') === 'on' })
    }
    default:
      return null
  }
}
