import { History } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { KubeconfigSnapshot } from '#shared/contract/kubeconfig.ts'
import { Age, Button } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { isUnreadable } from './context-state.ts'
import { useBackups } from './use-contexts.ts'
import type { Backup } from './use-contexts.ts'

type FileProblemsProps = {
  readonly snapshot: KubeconfigSnapshot
  readonly onAgain: () => void
  readonly onRestore: (backup: Backup) => void
}

/** Each file that cannot be read or written, with its last backup as a way out. */
export function FileProblems({ snapshot, onAgain, onRestore }: FileProblemsProps) {
  const { t } = useTranslation('contexts')
  const backups = useBackups().data ?? []
  return snapshot.files
    .filter((file) => file.error !== null)
    .map((file) => {
      const last = backups.find((backup) => backup.file === file.path)
      return (
        <ErrorNotice
          key={file.path}
          className="page-notice"
          tone="warn"
          error={file.error}
          consequence={
            isUnreadable(file) ? (file.contexts > 0 ? t('file.oldShown', { count: file.contexts }) : t('file.unknown')) : t('file.stays')
          }
          actions={
            isUnreadable(file) && last ? (
              <Button icon={History} onClick={() => onRestore(last)}>
                {t('file.restore')} (<Age at={last.at} ago />)
              </Button>
            ) : null
          }
          onRetry={onAgain}
        />
      )
    })
}
