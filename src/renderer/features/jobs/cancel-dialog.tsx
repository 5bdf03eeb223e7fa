import { useMutation } from '@tanstack/react-query'
import { Minus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { api } from '../../api/client.ts'
import { Button, Dialog, Icon } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { onCancel } from './cancel-words.ts'
import { isRunning } from './elapsed.ts'
import { useThing } from './job-words.ts'

/** Asks once more, with what cancel will remove. */
export function CancelDialog({ job, onClose }: { readonly job: Job; readonly onClose: () => void }) {
  const { t } = useTranslation('jobs')
  const thing = useThing()
  const on = onCancel(job.kind)
  const nothing =
    on === 'goesOn'
      ? t('cancel.leadGoesOn')
      : on === 'replace'
        ? t('cancel.leadReplace')
        : on === 'applied'
          ? t('cancel.leadApplied')
          : on === 'stop' || on === 'halt'
            ? t('cancel.leadStop')
            : t('cancel.leadNothing')
  const putsBack = on === 'putBack' || on === 'putNodeBack' || on === 'replace'
  const lead = job.undo.length === 0 ? nothing : putsBack ? t('cancel.leadPutBack') : t('cancel.lead')
  const cancel = useMutation({ mutationFn: () => api.jobs.cancel({ id: job.id }) })
  return (
    <Dialog
      open={isRunning(job)}
      onOpenChange={(open) => !open && onClose()}
      title={t('cancel.title', { what: t(`title.${job.kind}`, { name: job.subject }) })}
      description={lead}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel.keep')}</Button>
          <Button
            variant="danger"
            busy={cancel.isPending || job.state === 'cancelling'}
            onClick={() => {
              cancel.mutate()
              onClose()
            }}
          >
            {t('cancel.do')}
          </Button>
        </>
      }
    >
      <ul className="undo-list">
        {job.undo.map((name) => (
          <li key={name}>
            <Icon of={Minus} tone="bad" small />
            <span className="mono text-wrap">{thing(name)}</span>
          </li>
        ))}
      </ul>
      {cancel.error ? <ErrorNotice error={cancel.error} /> : null}
    </Dialog>
  )
}
