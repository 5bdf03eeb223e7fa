import { useTranslation } from 'react-i18next'
import type { Target } from '#shared/contract/targets.ts'
import { Button, Dialog } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useRemoveSsh } from './use-targets.ts'

/** Says that only the list changes; the button carries the name. */
export function RemoveSshDialog({
  target,
  onRemoved,
  onClose,
}: {
  readonly target: Target
  readonly onRemoved: () => void
  readonly onClose: () => void
}) {
  const { t } = useTranslation('targets')
  const remove = useRemoveSsh(() => {
    onClose()
    onRemoved()
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('remove.title', { name: target.name })}
      footer={
        <>
          <Button onClick={onClose}>{t('remove.keep')}</Button>
          <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate(target.id)}>
            {t('remove.do', { name: target.name })}
          </Button>
        </>
      }
    >
      <p>{t('remove.text')}</p>
      {remove.error ? <ErrorNotice error={remove.error} onRetry={() => remove.mutate(target.id)} /> : null}
    </Dialog>
  )
}
