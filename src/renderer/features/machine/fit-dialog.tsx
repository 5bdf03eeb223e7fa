import { useQuery } from '@tanstack/react-query'
import { Trans, useTranslation } from 'react-i18next'
import type { ClusterFit } from '#shared/contract/toolchain.ts'
import { queryUtils } from '../../api/client.ts'
import { Button, Dialog, KeyValue } from '../../ui/index.ts'
import { useShownPath } from './tool-words.ts'

type FitDialogProps = {
  readonly fit: ClusterFit
  readonly plan: NonNullable<ClusterFit['download']>
  readonly onClose: () => void
  readonly onDownload: (version: string) => void
}

/** A kubectl beside the others for one cluster: from where, how it is checked, where it goes, and what it is used for, before anything is fetched. */
export function FitDialog({ fit, plan, onClose, onDownload }: FitDialogProps) {
  const { t } = useTranslation('machine')
  const { t: common } = useTranslation('common')
  const shown = useShownPath()
  const binDir = useQuery(queryUtils.toolchain.list.queryOptions()).data?.binDir ?? ''
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('fits.dialog.title', { version: plan.version, cluster: fit.name })}
      description={t('fits.dialog.lead', { kubernetes: fit.kubernetes })}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" onClick={() => onDownload(plan.version)}>
            {t('download.do', { version: plan.version })}
          </Button>
        </>
      }
    >
      <KeyValue
        className="fit-plan"
        items={[
          { key: 'from', label: t('fits.dialog.from'), value: plan.url, mono: true },
          {
            key: 'digest',
            label: t('fits.dialog.digest'),
            value: plan.digestFrom === 'pin' ? t('fits.dialog.pin') : plan.digestFrom,
            mono: plan.digestFrom !== 'pin',
          },
          { key: 'to', label: t('fits.dialog.to'), value: shown(`${binDir}/kubectl/${plan.version}`), mono: true },
        ]}
      />
      <p className="fg-2 wish-note">
        <Trans t={t} i18nKey="fits.dialog.use" values={{ cluster: fit.name }} components={{ m: <span className="mono" /> }} />
      </p>
    </Dialog>
  )
}
