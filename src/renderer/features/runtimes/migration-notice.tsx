import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Migration } from '#shared/contract/runtimes.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { Button, buttonClass, Callout, Dialog } from '../../ui/index.ts'
import { HostJob } from '../host-changes/host-job.tsx'
import { useAskAgain } from '../host-changes/use-host-changes.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useMigrations, useResume, useRollBack } from './use-runtimes.ts'

/** A change of the cgroup driver that goes on, or has halted and waits for a word. */
export function MigrationNotice({ target }: { readonly target: TargetId }) {
  const { t } = useTranslation('runtimes')
  const { t: common } = useTranslation('common')
  const list = useMigrations(target)
  const resume = useResume()
  const rollBack = useRollBack()
  const ask = useAskAgain()
  const [shown, setShown] = useState<{ readonly jobId: string; readonly back: boolean } | null>(null)
  const migration = list.data?.[0]
  const go = (back: boolean) => {
    if (migration === undefined) return
    const act = back ? rollBack : resume
    act.mutate(migration.id, { onSuccess: ({ jobId }) => setShown({ jobId, back }) })
  }
  const failed = rollBack.error ?? resume.error
  return (
    <>
      {migration?.state === 'running' ? (
        <Callout
          className="page-notice"
          tone="info"
          title={t('halted.running')}
          actions={
            <Link to="/jobs/$id" params={{ id: migration.jobId }} className={buttonClass('plain', 'small')}>
              {t('halted.openJob')}
            </Link>
          }
        />
      ) : migration?.state === 'halted' ? (
        <Callout
          className="page-notice"
          tone="bad"
          title={t('halted.title')}
          actions={
            <>
              <Button size="small" busy={resume.isPending} onClick={() => go(false)}>
                {t('halted.resume')}
              </Button>
              <Button size="small" busy={rollBack.isPending} onClick={() => go(true)}>
                {t('halted.rollBack')}
              </Button>
              <Link to="/jobs/$id" params={{ id: migration.jobId }} className={buttonClass('plain', 'small')}>
                {t('halted.openJob')}
              </Link>
            </>
          }
        >
          <HaltedText migration={migration} />
        </Callout>
      ) : null}
      {failed ? <ErrorNotice className="page-notice" error={failed} /> : null}
      {shown === null ? null : (
        <Dialog
          open
          wide
          onOpenChange={(open) => !open && setShown(null)}
          title={t(shown.back ? 'halted.backTitle' : 'halted.resumeTitle')}
          footer={<Button onClick={() => setShown(null)}>{common('close')}</Button>}
        >
          <HostJob
            key={shown.jobId}
            id={shown.jobId}
            succeeded={t(shown.back ? 'halted.backDone' : 'migrate.done')}
            parts={[]}
            onEnd={() => (migration?.spec.nodes ?? [target]).forEach(ask)}
          />
        </Dialog>
      )}
    </>
  )
}

function HaltedText({ migration }: { readonly migration: Migration }) {
  const { t } = useTranslation('runtimes')
  const at = migration.nodes.find((node) => node.state === 'started')
  if (at === undefined) return <p>{t('halted.textBefore')}</p>
  return <p className="text-wrap">{t('halted.text', { node: at.node ?? at.target, step: t(`haltedStep.${at.step ?? 'drain'}`) })}</p>
}
