import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Boxes, Download, FileQuestionMark, Save } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queryUtils } from '../../api/client.ts'
import { Button, buttonClass, Code, SkeletonRows, State, Table, useFormat } from '../../ui/index.ts'
import { useShownPath } from '../machine/tool-words.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { ImageRow } from './image-row.tsx'
import { LoadDialog } from './load-dialog.tsx'
import { SaveImagesDialog } from './save-images-dialog.tsx'
import { useAskedImages, useImages, useImagesJob } from './use-downloads.ts'

/** The container images of a version as kubeadm names them: digests and architectures when asked, and what can be done with them here. */
export function ImagesSection({ version }: { readonly version: string }) {
  const { t } = useTranslation('downloads')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const shown = useShownPath()
  const id = useId()
  const images = useImages(version)
  const asked = useAskedImages(version)
  const job = useImagesJob(version)
  const held = useQuery(queryUtils.clusters.engineImages.queryOptions({ retry: false }))
  const pull = useMutation({ mutationFn: (names: string[]) => api.downloads.pullImages({ version, names }) })
  const [saving, setSaving] = useState(false)
  const [loading, setLoading] = useState<readonly string[] | null>(null)
  const list = images.data?.images ?? []
  const names = list.map(({ name }) => name)
  const columns = [
    { key: 'image', label: t('column.image') },
    { key: 'engine', label: t('column.engine') },
    { key: 'platforms', label: t('column.platforms') },
    { key: 'digest', label: t('column.digest') },
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  const busy = job !== null || pull.isPending
  const holding = list.map(({ ref }) => ref).filter((ref) => held.data?.some((one) => one.ref === ref))
  return (
    <section aria-labelledby={id}>
      <div className="machine-head downloads-head wrap">
        <h2 id={id}>{t('images.title')}</h2>
        {images.data ? (
          <span className="fg-3 cut">
            {images.data.from === 'kubeadm'
              ? t('images.fromKubeadm', { version, path: shown(images.data.kubeadm ?? '') })
              : t('images.fromTable')}
          </span>
        ) : null}
        <div className="line wrap downloads-acts">
          {job ? (
            <>
              <State tone="info" busy>
                {t(job.kind === 'images.save' ? 'images.saving' : 'images.pulling')}
              </State>
              <Link to="/jobs/$id" params={{ id: job.id }} className={buttonClass('plain', 'small')}>
                {t('openJob')}
              </Link>
            </>
          ) : null}
          <Button
            size="small"
            icon={FileQuestionMark}
            busy={asked.isFetching}
            disabled={list.length === 0}
            onClick={() => void asked.refetch()}
          >
            {t('images.ask')}
          </Button>
          <Button size="small" icon={Download} disabled={busy || list.length === 0} onClick={() => pull.mutate(names)}>
            {t('images.pullAll')}
          </Button>
          <Button size="small" icon={Save} disabled={busy || list.length === 0} onClick={() => setSaving(true)}>
            {t('images.save')}
          </Button>
          <Button size="small" icon={Boxes} disabled={busy || holding.length === 0} onClick={() => setLoading(holding)}>
            {t('images.loadAll')}
          </Button>
        </div>
      </div>
      {images.error ? <ErrorNotice className="page-notice" error={images.error} onRetry={() => void images.refetch()} /> : null}
      {asked.error ? <ErrorNotice className="page-notice" tone="warn" error={asked.error} onRetry={() => void asked.refetch()} /> : null}
      {pull.error ? <ErrorNotice className="page-notice" error={pull.error} /> : null}
      {images.data && images.data.unknown.length > 0 ? (
        <p className="downloads-note">
          <State tone="warn">{t('images.unknown', { names: format.list(images.data.unknown) })}</State>
        </p>
      ) : images.data && !images.data.sure ? (
        <p className="downloads-note">
          <State tone="warn">{t('images.unsure', { version })}</State>
        </p>
      ) : null}
      {images.error ? null : (
        <Table label={t('images.title')} columns={columns} className="downloads-images" busy={images.isPending}>
          {images.isPending ? <SkeletonRows rows={7} columns={columns.length} label={common('loading')} /> : null}
          {list.map((image) => (
            <ImageRow
              key={image.ref}
              image={image}
              held={held.data ? held.data.some(({ ref }) => ref === image.ref) : null}
              details={asked.data?.find(({ ref }) => ref === image.ref) ?? null}
              busy={busy}
              onPull={() => pull.mutate([image.name])}
              onLoad={() => setLoading([image.ref])}
            />
          ))}
        </Table>
      )}
      {images.data ? (
        <div className="downloads-terminal">
          <h3>{t('images.terminal')}</h3>
          <Code wrap text={images.data.commands.join('\n')} label={t('images.terminal')} />
        </div>
      ) : null}
      {saving ? <SaveImagesDialog version={version} names={names} onClose={() => setSaving(false)} /> : null}
      {loading ? <LoadDialog images={loading} onClose={() => setLoading(null)} /> : null}
    </section>
  )
}
