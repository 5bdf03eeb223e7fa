import { Undo2, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeconfigSnapshot } from '#shared/contract/kubeconfig.ts'
import { Button, Callout, IconButton } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useContextWrites } from './use-contexts.ts'
import type { Removed } from './use-contexts.ts'

type UndoNoticeProps = { readonly removed: Removed; readonly snapshot: KubeconfigSnapshot | undefined; readonly onClose: () => void }

/** After a removal. Undo puts whole files back, so it is offered only while nothing else has been written since. */
export function UndoNotice({ removed, snapshot, onClose }: UndoNoticeProps) {
  const { t } = useTranslation('contexts')
  const { t: common } = useTranslation('common')
  const { restore } = useContextWrites()
  const notice = useRef<HTMLDivElement>(null)
  // What had the focus, the row's menu, is gone.
  useEffect(() => notice.current?.focus(), [])
  if (restore.error) {
    return (
      <ErrorNotice
        className="page-notice"
        error={restore.error}
        consequence={t('remove.unchanged')}
        onRetry={() => restore.mutate(removed.backups)}
      />
    )
  }
  const undoable = removed.backups.length > 0 && snapshot !== undefined && same(removed.snapshot, snapshot)
  return (
    <div ref={notice} tabIndex={-1} className="page-notice undo" role="status">
      <Callout tone="ok">
        <span className="line wrap">
          <span className="grow">{undoable ? t('undo.removed', { name: removed.name }) : t('undo.since', { name: removed.name })}</span>
          {undoable ? (
            <Button
              size="small"
              icon={Undo2}
              busy={restore.isPending}
              onClick={() => restore.mutate(removed.backups, { onSuccess: onClose })}
            >
              {t('undo.do')}
            </Button>
          ) : null}
          <IconButton small icon={X} label={common('close')} onClick={onClose} />
        </span>
      </Callout>
    </div>
  )
}

function same(a: KubeconfigSnapshot, b: KubeconfigSnapshot): boolean {
  return JSON.stringify([a.contexts, a.current, a.dangling]) === JSON.stringify([b.contexts, b.current, b.dangling])
}
