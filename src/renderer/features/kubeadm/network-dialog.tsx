import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeadmState } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api } from '../../api/client.ts'
import { Button, Dialog } from '../../ui/index.ts'
import { ManifestField } from '../document/manifest-field.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useStart } from './use-kubeadm.ts'

type NetworkDialogProps = { readonly target: TargetId; readonly state: KubeadmState; readonly onClose: () => void }

/** Takes the manifest of a network plugin as text or as a file. */
export function NetworkDialog({ target, state, onClose }: NetworkDialogProps) {
  const { t } = useTranslation('kubeadm')
  const { t: common } = useTranslation('common')
  const [manifest, setManifest] = useState('')
  const apply = useStart(() => api.kubeadm.applyNetwork({ target, manifest }))
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('network.title')}
      description={t('network.lead', { subnet: state.cluster?.podSubnet || t('facts.none') })}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" disabled={manifest.trim() === ''} busy={apply.isPending} onClick={() => apply.mutate(undefined)}>
            {t('network.do')}
          </Button>
        </>
      }
    >
      <ManifestField label={t('network.text')} fileLabel={t('network.file')} text={manifest} onChange={setManifest} />
      {apply.error ? <ErrorNotice error={apply.error} /> : null}
    </Dialog>
  )
}
