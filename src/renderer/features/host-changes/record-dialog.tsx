import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HostRecord } from '#shared/contract/host-changes.ts'
import { Button, Callout, Dialog, KeyValue, useFormat } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useTargetPlace } from '../targets/use-target-place.ts'
import { HostJob } from './host-job.tsx'
import { useHostWords } from './host-words.ts'
import { RecordState } from './record-state.tsx'
import { canTakeBack, hasWayBack, keepsSomething, StepActions, StepUndo } from './step-actions.tsx'
import { useAskAgain, useUndo } from './use-host-changes.ts'

type RecordDialogProps = { readonly record: HostRecord; readonly onClose: () => void; readonly onUndone?: () => void }

/** What was changed, what would go back, the last first, and what would stay; then the job that undoes it. */
export function RecordDialog({ record, onClose, onUndone }: RecordDialogProps) {
  const { t } = useTranslation('host-changes')
  const { t: common } = useTranslation('common')
  const words = useHostWords()
  const place = useTargetPlace()
  const undo = useUndo(record.id)
  const ask = useAskAgain()
  // Once it runs the record tells of its end; what stands here stays what was asked about.
  const [asked] = useState(record)
  const keep = useRef<HTMLButtonElement>(null)
  const jobId = undo.data?.jobId
  const { name, kind } = place(record.target)
  const undone = asked.undoneAt !== null
  const can = jobId === undefined && !undone && canUndo(asked)
  return (
    <Dialog
      open
      wide
      className="plan-dialog"
      onOpenChange={(open) => !open && onClose()}
      initialFocus={keep}
      title={undone ? words.purpose(record) : t('undo.title', { what: words.purpose(record) })}
      description={t(`on.${kind}`, { name })}
      footer={
        <>
          <Button ref={keep} onClick={onClose}>
            {can ? t('undo.keep') : common('close')}
          </Button>
          {can ? (
            <Button variant="warns" busy={undo.isPending} onClick={() => undo.mutate()}>
              {t('undo.do', { name, context: kind })}
            </Button>
          ) : null}
        </>
      }
    >
      {undo.error ? <ErrorNotice className="plan-error" error={undo.error} consequence={t('undo.notDone')} /> : null}
      {jobId === undefined ? (
        <Goes record={asked} />
      ) : (
        <HostJob
          id={jobId}
          succeeded={t(asked.partly ? 'undo.partlyDone' : 'undo.done', { name, context: kind })}
          // It counts actions here, which have no words of their own.
          parts={[]}
          onEnd={() => {
            ask(record.target)
            onUndone?.()
          }}
        />
      )}
    </Dialog>
  )
}

function Goes({ record }: { readonly record: HostRecord }) {
  const { t } = useTranslation('host-changes')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const words = useHostWords()
  const undone = record.undoneAt !== null
  const steps = record.steps.filter((step) => (undone ? !step.done && step.actions.length > 0 : hasWayBack(step)))
  const kept = steps.filter(keepsSomething)
  return (
    <div className="host-plan">
      <KeyValue
        items={[
          { key: 'when', label: t('record.when'), value: format.dateTime(record.appliedAt) },
          { key: 'state', label: common('state'), value: <RecordState record={record} /> },
          {
            key: 'job',
            label: t('record.job'),
            value: (
              <Link to="/jobs/$id" params={{ id: record.jobId }}>
                {t('openJob')}
              </Link>
            ),
          },
        ]}
      />
      {kept.length > 0 && !undone ? (
        <Callout tone="warn" title={t(canUndo(record) ? 'undo.stays' : 'undo.none')}>
          <ul>
            {kept.map((step, index) => (
              <li key={index}>{words.title(step)}</li>
            ))}
          </ul>
        </Callout>
      ) : null}
      <h3>{t(undone ? 'undo.was' : 'undo.goes')}</h3>
      <ol className="plan-steps">
        {(undone ? steps : steps.toReversed()).map((step, index) => (
          <li key={index} className="plan-step">
            <span className="plan-number num fg-3" aria-hidden>
              {index + 1}
            </span>
            <div className="plan-what">
              <h3 className="text-wrap">{words.title(step)}</h3>
              {undone ? <StepActions step={step} sudo={false} /> : <StepUndo step={step} />}
            </div>
          </li>
        ))}
      </ol>
    </div>
  )
}

const canUndo = (record: HostRecord): boolean => record.steps.some(canTakeBack)
