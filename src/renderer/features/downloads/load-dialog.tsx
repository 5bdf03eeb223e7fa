import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queryUtils } from '../../api/client.ts'
import { Button, Dialog, Select, State } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'

/** Asks into which cluster an image that the engine holds is to go. */
export function LoadDialog({ image, onClose }: { readonly image: string; readonly onClose: () => void }) {
  const { t } = useTranslation('downloads')
  const { t: common } = useTranslation('common')
  const id = useId()
  const navigate = useNavigate()
  const clusters = useQuery(queryUtils.clusters.list.queryOptions())
  const able = clusters.data?.clusters.filter(({ state }) => state === 'running' || state === 'partly-running') ?? []
  const [chosen, setChosen] = useState<string | null>(null)
  const cluster = able.find((one) => one.id === chosen) ?? able[0]
  const load = useMutation({
    mutationFn: (to: string) => api.clusters.loadImage({ id: to, image }),
    onSuccess: ({ jobId }) => {
      onClose()
      return navigate({ to: '/jobs/$id', params: { id: jobId } })
    },
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('load.title')}
      description={<span className="mono break">{image}</span>}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" disabled={!cluster} busy={load.isPending} onClick={() => cluster && load.mutate(cluster.id)}>
            {t('load.do')}
          </Button>
        </>
      }
    >
      {cluster ? (
        <div className="dialog-field">
          <label htmlFor={id}>{t('load.cluster')}</label>
          <Select
            id={id}
            mono
            value={cluster.id}
            onValueChange={setChosen}
            options={able.map((one) => ({ value: one.id, label: one.name, hint: one.version }))}
          />
        </div>
      ) : (
        <State tone="idle" busy={clusters.isPending}>
          {clusters.isPending ? common('loading') : t('load.none')}
        </State>
      )}
      {clusters.error ? <ErrorNotice tone="warn" error={clusters.error} onRetry={() => void clusters.refetch()} /> : null}
      {load.error ? <ErrorNotice error={load.error} /> : null}
    </Dialog>
  )
}
