import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { ManifestReview, NetworkLook } from '#shared/contract/network.ts'
import { Button, Dialog, Segmented } from '../../ui/index.ts'
import { HostJob } from '../host-changes/host-job.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { AddressSource } from './address-source.tsx'
import { ChartSource } from './chart-source.tsx'
import { ReviewView } from './review-view.tsx'
import { TextSource } from './text-source.tsx'
import { type Source, useApply, useAskNetwork, useReview } from './use-network.ts'

type InstallDialogProps = { readonly cluster: Cluster; readonly seen: NetworkLook; readonly onClose: () => void }
type From = 'text' | 'address' | 'chart'

/** What the person gives, then what it would make, then the job that applies it. */
export function InstallDialog({ cluster, seen, onClose }: InstallDialogProps) {
  const { t } = useTranslation('network')
  const { t: common } = useTranslation('common')
  const [from, setFrom] = useState<From>('text')
  const [given, setGiven] = useState<{ readonly source: Source; readonly review: ManifestReview } | null>(null)
  const review = useReview(cluster.id)
  const apply = useApply(cluster.id)
  const ask = useAskNetwork()
  const jobId = apply.data?.jobId
  const look = (source: Source) => review.mutate(source.text, { onSuccess: (found) => setGiven({ source, review: found }) })
  const Form = { text: TextSource, address: AddressSource, chart: ChartSource }[from]
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('install.title', { name: cluster.name })}
      {...(given === null ? { description: t('install.lead', { range: seen.clusterCidrs.join(', ') || t('unsaid') }) } : {})}
      footer={
        jobId !== undefined ? (
          <Button onClick={onClose}>{common('close')}</Button>
        ) : given === null ? (
          <Button onClick={onClose}>{common('cancel')}</Button>
        ) : (
          <>
            <Button onClick={() => setGiven(null)}>{t('install.back')}</Button>
            <Button variant="primary" busy={apply.isPending} onClick={() => apply.mutate(given.source)}>
              {t('install.do', { name: cluster.name })}
            </Button>
          </>
        )
      }
    >
      {jobId !== undefined ? (
        <HostJob id={jobId} succeeded={t('install.done')} parts={[]} onEnd={ask} />
      ) : given !== null ? (
        <ReviewView seen={seen} source={given.source} review={given.review} busy={review.isPending} onCorrect={look} />
      ) : (
        <>
          <Segmented
            label={t('install.from')}
            value={from}
            onValueChange={(next) => {
              review.reset()
              setFrom(next)
            }}
            options={(['text', 'address', 'chart'] as const).map((value) => ({ value, label: t(`install.source.${value}`) }))}
          />
          <Form clusterId={cluster.id} busy={review.isPending} onGive={look} />
        </>
      )}
      {review.error ? <ErrorNotice error={review.error} /> : null}
      {apply.error ? <ErrorNotice error={apply.error} /> : null}
    </Dialog>
  )
}
