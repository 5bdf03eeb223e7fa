import { FolderOpen } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeadmState } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api } from '../../api/client.ts'
import { Button, Dialog } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useStart } from './use-kubeadm.ts'

type NetworkDialogProps = { readonly target: TargetId; readonly state: KubeadmState; readonly onClose: () => void }

/** Takes the manifest of a network plugin as text or as a file. */
export function NetworkDialog({ target, state, onClose }: NetworkDialogProps) {
  const { t } = useTranslation('kubeadm')
  const { t: common } = useTranslation('common')
  const id = useId()
  const chooser = useRef<HTMLInputElement>(null)
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
      <div className="kubeadm-field">
        <input
          ref={chooser}
          type="file"
          accept=".yaml,.yml,.json"
          hidden
          aria-label={t('network.file')}
          onChange={(event) => {
            const file = event.target.files?.[0]
            if (file) void file.text().then(setManifest)
          }}
        />
        <Button size="small" icon={FolderOpen} onClick={() => chooser.current?.click()}>
          {t('network.file')}
        </Button>
        <label htmlFor={`${id}-text`}>{t('network.text')}</label>
        <textarea
          id={`${id}-text`}
          className="design-area mono kubeadm-area"
          spellCheck={false}
          rows={12}
          value={manifest}
          onChange={(event) => setManifest(event.target.value)}
        />
      </div>
      {apply.error ? <ErrorNotice error={apply.error} /> : null}
    </Dialog>
  )
}
