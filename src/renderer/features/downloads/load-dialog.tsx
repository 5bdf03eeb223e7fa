import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queryUtils } from '../../api/client.ts'
import { Button, Dialog, Select, State } from '../../ui/index.ts'
import { isElsewhere, isForeign } from '../clusters/use-clusters.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useTargetName } from '../targets/target-words.ts'
import { useTargets } from '../targets/use-targets.ts'

/** Where images can go: a cluster as a whole, or a machine that is a node or is to be one. */
type Place = { readonly key: string; readonly label: string; readonly hint: string | null; load(): Promise<{ readonly jobId: string }> }

/** Asks where images that the engine holds are to go. Several at once go to machines, and to clusters whose nodes are such. */
export function LoadDialog({ images, onClose }: { readonly images: readonly string[]; readonly onClose: () => void }) {
  const { t } = useTranslation('downloads')
  const { t: common } = useTranslation('common')
  const id = useId()
  const navigate = useNavigate()
  const { places, clusters, targets } = usePlaces(images)
  const [chosen, setChosen] = useState<string | null>(null)
  const place = places.find(({ key }) => key === chosen) ?? places[0]
  const load = useMutation({
    mutationFn: (to: Place) => to.load(),
    onSuccess: ({ jobId }) => {
      onClose()
      return navigate({ to: '/jobs/$id', params: { id: jobId } })
    },
  })
  const asking = clusters.isPending || targets.isPending
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('load.title')}
      description={images.length === 1 ? <span className="mono break">{images[0]}</span> : t('load.several', { count: images.length })}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" disabled={!place} busy={load.isPending} onClick={() => place && load.mutate(place)}>
            {t('load.do')}
          </Button>
        </>
      }
    >
      {place ? (
        <div className="dialog-field">
          <label htmlFor={id}>{t('load.place')}</label>
          <Select
            id={id}
            mono
            value={place.key}
            onValueChange={setChosen}
            options={places.map(({ key, label, hint }) => ({ value: key, label, hint }))}
          />
        </div>
      ) : (
        <State tone="idle" busy={asking}>
          {asking ? common('loading') : t('load.none')}
        </State>
      )}
      {clusters.error ? <ErrorNotice tone="warn" error={clusters.error} onRetry={() => void clusters.refetch()} /> : null}
      {targets.error ? <ErrorNotice tone="warn" error={targets.error} onRetry={() => void targets.refetch()} /> : null}
      {load.error ? <ErrorNotice error={load.error} /> : null}
    </Dialog>
  )
}

function usePlaces(images: readonly string[]) {
  const { t } = useTranslation('downloads')
  const nameOf = useTargetName()
  const clusters = useQuery(queryUtils.clusters.list.queryOptions())
  const targets = useTargets()
  const [first = ''] = images
  const running = (clusters.data?.clusters ?? []).filter(
    (one) => (one.state === 'running' || one.state === 'partly-running') && !isElsewhere(one) && (isForeign(one) || images.length === 1),
  )
  const places: Place[] = [
    ...running.map((one) => ({
      key: one.id,
      label: one.name,
      hint: one.version,
      load: () =>
        isForeign(one)
          ? api.hostImages.load({ cluster: one.id, images: [...images] })
          : api.clusters.loadImage({ id: one.id, image: first }),
    })),
    // Nodes of a provider's clusters are loaded into as a cluster.
    ...(targets.data ?? [])
      .filter((one) => one.clusterId === null && one.state !== 'down')
      .map((one) => ({
        key: one.id,
        label: nameOf(one),
        hint: t('load.machine'),
        load: () => api.hostImages.load({ targets: [one.id], images: [...images] }),
      })),
  ]
  return { places, clusters, targets }
}
