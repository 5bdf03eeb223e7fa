import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RuntimeChange } from '#shared/contract/runtimes.ts'
import { Button, Dialog, Segmented } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import type { usePropose } from './use-runtimes.ts'

type Install = Extract<RuntimeChange, { kind: 'install' }>
type InstallDialogProps = {
  readonly propose: ReturnType<typeof usePropose>
  readonly onPlan: (planId: string) => void
  readonly onClose: () => void
}

/** Which runtime, and whose packages; what comes of it is a plan, which is shown before anything is done. */
export function InstallDialog({ propose, onPlan, onClose }: InstallDialogProps) {
  const { t } = useTranslation('runtimes')
  const { t: common } = useTranslation('common')
  const [runtime, setRuntime] = useState<Install['runtime']>('containerd')
  const [source, setSource] = useState<Install['source']>('distribution')
  const change = (next: () => void) => {
    propose.reset()
    next()
  }
  const submit = () =>
    propose.mutate(
      { kind: 'install', runtime, source },
      {
        onSuccess: (plan) => {
          onClose()
          onPlan(plan.id)
        },
      },
    )
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('install.title')}
      description={t('install.lead')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" busy={propose.isPending} onClick={submit}>
            {t('action.showPlan')}
          </Button>
        </>
      }
    >
      <div className="runtime-form">
        <span>{t('install.runtime')}</span>
        <Segmented
          label={t('install.runtime')}
          value={runtime}
          onValueChange={(next) => change(() => setRuntime(next))}
          options={(['containerd', 'cri-o', 'docker'] as const).map((value) => ({ value, label: t(`name.${value}`) }))}
        />
        <span />
        <p className="fg-2">{t(`install.about.${runtime}`)}</p>
        <span>{t('install.source')}</span>
        <Segmented
          label={t('install.source')}
          value={source}
          onValueChange={(next) => change(() => setSource(next))}
          options={(['distribution', 'vendor'] as const).map((value) => ({ value, label: t(`install.${value}`) }))}
        />
      </div>
      {propose.error ? <ErrorNotice error={propose.error} /> : null}
    </Dialog>
  )
}
