import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { Button, Dialog } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'

/** A file that is kept goes; what stands in the editor stays. */
export function RemoveFileDialog({
  file,
  onRemoved,
  onClose,
}: {
  readonly file: { readonly id: string; readonly name: string }
  readonly onRemoved: () => void
  readonly onClose: () => void
}) {
  const { t } = useTranslation('kubeadm-config')
  const { t: common } = useTranslation('common')
  const remove = useMutation({ mutationFn: () => api.kubeadmConfig.remove({ id: file.id }), onSuccess: onRemoved })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('remove.title', { name: file.name })}
      description={t('remove.text')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
            {t('remove.do', { name: file.name })}
          </Button>
        </>
      }
    >
      {remove.error ? <ErrorNotice error={remove.error} /> : null}
    </Dialog>
  )
}
