import { useQuery } from '@tanstack/react-query'
import { CircleQuestionMark } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Age, Button, EmptyState, FilterField, Scroll, State, Toolbar, useFormat } from '../../ui/index.ts'
import { isForeign } from '../clusters/use-clusters.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { commonStart, fits, type ImageRow, imageRows } from './image-rows.ts'
import { ImageTable } from './image-table.tsx'
import { NoMachines } from './node-choice.tsx'
import { RemoveImageDialog } from './remove-image-dialog.tsx'
import './images.css'

/** What the runtimes of the nodes hold. Each node answers alone; one that does not leaves its column unknown. `node`: only of this one. */
export function ImagesTab({ cluster, node: only }: { readonly cluster: Cluster; readonly node?: string }) {
  const { t } = useTranslation('images')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const words = useErrorWords()
  const [filter, setFilter] = useState('')
  const [doomed, setDoomed] = useState<ImageRow | null>(null)
  // Of what no provider made only the API knows the nodes.
  const foreign = isForeign(cluster)
  const able = foreign || cluster.nodes.some((node) => node.state === 'running' && (only === undefined || node.name === only))
  const images = useQuery(queryUtils.clusters.images.queryOptions({ input: { id: cluster.id }, enabled: able, staleTime: 5_000 }))
  if (!able) return <EmptyState title={t('stopped')}>{t('stoppedText')}</EmptyState>
  const nodes = images.data?.nodes.filter(({ node }) => only === undefined || node === only) ?? []
  const all = images.data ? imageRows(images.data) : []
  const rows = images.data && only !== undefined ? imageRows({ ...images.data, nodes }) : all
  const shown = rows.filter(({ ref }) => fits(ref, filter))
  const failed = nodes.filter(({ error }) => error !== null && error.code !== 'node-no-machine')
  const down = nodes.filter((node) => node.images === null && node.error === null)
  // Nothing of any node can be seen: a table of question marks would say no more.
  const unseen = foreign && nodes.length > 0 && nodes.every(({ error }) => error !== null)
  const expected = cluster.nodes.filter((node) => node.role !== 'load-balancer').map((node) => node.name)
  return (
    <>
      <Toolbar>
        <FilterField label={t('filter')} value={filter} onValueChange={setFilter} />
        <span className="grow" />
        {images.data ? (
          <Button variant="quiet" size="small" busy={images.isFetching} onClick={() => void images.refetch()}>
            {common('lookAgain')}
          </Button>
        ) : null}
      </Toolbar>
      <Scroll>
        {images.error ? (
          <ErrorNotice
            className="page-notice"
            tone="warn"
            error={images.error}
            consequence={
              images.data ? (
                <>
                  {t('stale')} <Age at={images.data.asOf} ago />
                </>
              ) : null
            }
            onRetry={() => void images.refetch()}
          />
        ) : null}
        <NoMachines nodes={nodes} className="page-notice" />
        {failed.map(({ node, error }) => (
          <div key={node} className="page-notice">
            <State tone="warn" icon={CircleQuestionMark} reason={words(error).cause}>
              {t('nodeFailed', { node })}
            </State>
          </div>
        ))}
        {down.length > 0 ? (
          <div className="page-notice">
            <State tone="idle">{t('nodesDown', { count: down.length, nodes: format.list(down.map(({ node }) => node)) })}</State>
          </div>
        ) : null}
        {(images.error && !images.data) || unseen ? null : (
          <ImageTable
            cluster={foreign ? commonStart(nodes.map(({ node }) => node)) : cluster.name}
            names={only === undefined ? expected : [only]}
            rows={shown}
            nodes={nodes}
            loading={images.isPending}
            old={images.error !== null}
            onRemove={cluster.jobId === null ? setDoomed : null}
          />
        )}
        {images.data && !unseen && shown.length === 0 ? (
          <EmptyState
            title={filter === '' ? t('none') : t('noMatch', { filter })}
            actions={filter === '' ? null : <Button onClick={() => setFilter('')}>{t('clearFilter')}</Button>}
          />
        ) : null}
      </Scroll>
      {doomed ? (
        <RemoveImageDialog
          context={cluster.context}
          remove={(image) => api.clusters.removeImage({ id: cluster.id, image })}
          // It goes from every node, also where only one is looked at.
          row={all.find(({ ref }) => ref === doomed.ref) ?? doomed}
          rows={all}
          onClose={() => setDoomed(null)}
        />
      ) : null}
    </>
  )
}
