import { useQuery } from '@tanstack/react-query'
import { PackagePlus, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TargetId } from '#shared/contract/targets.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Age, Button, EmptyState, FilterField, useFormat } from '../../ui/index.ts'
import { isRunning } from '../jobs/elapsed.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { nameOfId, useTargetName } from '../targets/target-words.ts'
import { useTargets } from '../targets/use-targets.ts'
import { fits, type ImageRow, imageRows } from './image-rows.ts'
import { ImageTable } from './image-table.tsx'
import { LoadFrame } from './load-frame.tsx'
import { RemoveImageDialog } from './remove-image-dialog.tsx'
import './images.css'

/** What the runtime of a machine holds, whether it is a node or is to be one. */
export function TargetImagesTab({ target }: { readonly target: TargetId }) {
  const { t } = useTranslation('images')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const nameOf = useTargetName()
  const [filter, setFilter] = useState('')
  const [doomed, setDoomed] = useState<ImageRow | null>(null)
  const [loading, setLoading] = useState(false)
  const known = useTargets().data?.find(({ id }) => id === target)
  const name = known === undefined ? nameOfId(target) : nameOf(known)
  const look = useQuery(queryUtils.hostImages.look.queryOptions({ input: { target }, staleTime: 5_000, retry: false }))
  const jobs = useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: 50 } })).data ?? []
  const busy = jobs.some((job) => isRunning(job) && job.facts['target'] === target)
  const nodes = look.data ? [{ node: name, images: look.data.images, error: null }] : []
  const rows = look.data ? imageRows({ nodes, asOf: look.data.asOf }) : []
  const shown = rows.filter(({ ref }) => fits(ref, filter))
  return (
    <section aria-labelledby="target-images-title">
      <div className="machine-head wrap">
        <h2 id="target-images-title">{t('onMachine.title')}</h2>
        <span className="fg-3 cut">{look.data ? t('onMachine.from', { runtime: look.data.runtime, socket: look.data.socket }) : null}</span>
        <span className="grow" />
        <FilterField label={t('filter')} value={filter} onValueChange={setFilter} />
        <Button size="small" icon={PackagePlus} disabled={busy || look.data === undefined} onClick={() => setLoading(true)}>
          {t('onMachine.load')}
        </Button>
        <Button size="small" icon={RotateCw} busy={look.isFetching} onClick={() => void look.refetch()}>
          {common('lookAgain')}
        </Button>
      </div>
      {look.error ? (
        <ErrorNotice
          className="page-notice"
          {...(look.data ? { tone: 'warn' as const } : {})}
          error={look.error}
          consequence={
            look.data ? (
              <>
                {t('stale')} <Age at={look.data.asOf} ago />
              </>
            ) : null
          }
          onRetry={() => void look.refetch()}
        />
      ) : null}
      {look.error && !look.data ? null : (
        <ImageTable
          cluster=""
          names={[name]}
          rows={shown}
          nodes={nodes}
          loading={look.isPending}
          old={look.error !== null}
          onRemove={busy ? null : setDoomed}
        />
      )}
      {look.data && shown.length === 0 ? (
        <EmptyState
          title={filter === '' ? t('onMachine.none') : t('noMatch', { filter })}
          actions={filter === '' ? null : <Button onClick={() => setFilter('')}>{t('clearFilter')}</Button>}
        />
      ) : null}
      {doomed ? (
        <RemoveImageDialog
          context={null}
          remove={(image) => api.hostImages.remove({ targets: [target], image })}
          row={doomed}
          rows={rows}
          onClose={() => setDoomed(null)}
        />
      ) : null}
      {loading ? (
        <LoadFrame
          title={t('loading.title', { name })}
          lead={t('onMachine.lead', { names: format.list([name]) })}
          load={(wish) => api.hostImages.load({ targets: [target], ...('image' in wish ? { images: [wish.image] } : wish) })}
          onClose={() => setLoading(false)}
        />
      ) : null}
    </section>
  )
}
