import { Trans, useTranslation } from 'react-i18next'
import { Button, Dialog, KeyValue, useFormat } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useBackupReason } from './backup-words.ts'
import { useShortPath } from './context-words.ts'
import { useContextWrites } from './use-contexts.ts'
import type { Backup } from './use-contexts.ts'

/** Puts a whole file back as it was. What is there now is kept first, so this can be undone too. */
export function RestoreDialog({ backup, onClose }: { readonly backup: Backup; readonly onClose: () => void }) {
  const { t } = useTranslation('contexts')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const short = useShortPath()
  const reason = useBackupReason()
  const { restore } = useContextWrites()
  const file = short(backup.file)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('restore.title', { file })}
      description={<Trans t={t} i18nKey="restore.lead" values={{ file: backup.file }} components={{ m: <span className="mono" /> }} />}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="danger" busy={restore.isPending} onClick={() => restore.mutate([backup.id], { onSuccess: onClose })}>
            {t('restore.do', { file })}
          </Button>
        </>
      }
    >
      <KeyValue
        className="restore-facts"
        items={[
          { key: 'at', label: t('restore.at'), value: format.dateTime(backup.at) },
          { key: 'reason', label: t('restore.before'), value: reason(backup.reason) },
          { key: 'goes', label: t('restore.goes'), value: t('restore.goesText') },
          { key: 'stays', label: t('restore.stays'), value: t('restore.staysText') },
        ]}
      />
      {restore.error ? <ErrorNotice className="context-notice" error={restore.error} consequence={t('remove.unchanged')} /> : null}
    </Dialog>
  )
}
