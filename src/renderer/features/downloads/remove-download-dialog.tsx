import { useTranslation } from 'react-i18next'
import type { Downloaded } from '#shared/contract/downloads.ts'
import { Button, Dialog } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useRemove } from './use-downloads.ts'

type RemoveDownloadDialogProps = { readonly one: Downloaded; readonly onKept: () => void; readonly onClose: () => void }

/** Says which file goes; one that is no longer what was downloaded stays. */
export function RemoveDownloadDialog({ one, onKept, onClose }: RemoveDownloadDialogProps) {
  const { t } = useTranslation('downloads')
  const remove = useRemove()
  const name = t(`component.${one.component}`)
  const go = () =>
    remove.mutate(one.id, {
      onSuccess: ({ fileRemoved }) => {
        onClose()
        if (!fileRemoved && one.state !== 'gone') onKept()
      },
    })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('remove.title', { name })}
      description={<span className="mono break">{one.path}</span>}
      footer={
        <>
          <Button onClick={onClose}>{t('remove.keep')}</Button>
          <Button variant="danger" busy={remove.isPending} onClick={go}>
            {t('remove.do', { name })}
          </Button>
        </>
      }
    >
      <p>{t('remove.text')}</p>
      {remove.error ? <ErrorNotice error={remove.error} onRetry={go} /> : null}
    </Dialog>
  )
}
