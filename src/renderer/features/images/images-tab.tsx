import { useQuery } from '@tanstack/react-query'
import { CircleQuestionMark } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { queryUtils } from '../../api/client.ts'
import { Age, Button, EmptyState, FilterField, Scroll, State, Toolbar, useFormat } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { type ImageRow, imageRows } from './image-rows.ts'
import { ImageTable } from './image-table.tsx'
import { RemoveImageDialog } from './remove-image-dialog.tsx'
import './images.css'

/** What the runtimes of the nodes hold. Each node answers alone; one that does not leaves its column unknown. */
export function ImagesTab({ cluster }: { readonly cluster: Cluster }) {
  const { t } = useTranslation('images')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const words = useErrorWords()
  const [filter, setFilter] = useState('')
  const [doomed, setDoomed] = useState<ImageRow | null>(null)
  const able = cluster.nodes.some((node) => node.state === 'running')
  const images = useQuery(queryUtils.clusters.images.queryOptions({ input: { id: cluster.id }, enabled: able, staleTime: 5_000 }))
  if (!able) return <EmptyState title={t('stopped')}>{t('stoppedText')}</EmptyState>
  const rows = images.data ? imageRows(images.data) : []
  const shown = rows.filter(({ ref }) =>
    filter
      .toLowerCase()
      .split(/\s+/)
      .every((word) => ref.toLowerCase().includes(word)),
  )
  const failed = images.data?.nodes.filter((node) => node.error !== null) ?? []
  const down = images.data?.nodes.filter((node) => node.images === null && node.error === null) ?? []
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
        {images.error && !images.data ? null : (
          <ImageTable
            cluster={cluster}
            rows={shown}
            nodes={images.data?.nodes ?? []}
            loading={images.isPending}
            old={images.error !== null}
            onRemove={cluster.jobId === null ? setDoomed : null}
          />
        )}
        {images.data && shown.length === 0 ? (
          <EmptyState
            title={filter === '' ? t('none') : t('noMatch', { filter })}
            actions={filter === '' ? null : <Button onClick={() => setFilter('')}>{t('clearFilter')}</Button>}
          />
        ) : null}
      </Scroll>
      {doomed ? <RemoveImageDialog cluster={cluster} row={doomed} rows={rows} onClose={() => setDoomed(null)} /> : null}
    </>
  )
}
