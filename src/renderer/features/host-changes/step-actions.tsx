import { useTranslation } from 'react-i18next'
import type { HostAction, HostStep } from '#shared/contract/host-changes.ts'
import { Badge, Code } from '../../ui/index.ts'
import { commandLine } from '../jobs/command-line.ts'
import { FileChange } from './file-change.tsx'

type StepActionsProps = {
  readonly step: HostStep
  /** Whoever runs it by hand has to put `sudo` before it. */
  readonly sudo: boolean
}

/** Everything that a step does: files as diffs, commands to copy. */
export function StepActions({ step, sudo }: StepActionsProps) {
  const { t } = useTranslation('host-changes')
  const line = (argv: readonly string[]) => `${sudo && step.root ? 'sudo ' : ''}${commandLine(argv)}`
  return step.actions.map((action, index) =>
    action.kind === 'file' ? (
      <FileChange key={index} path={action.path} before={action.before} after={action.after} mode={action.mode} />
    ) : (
      <div key={index} className="plan-command">
        <Code text={line(action.argv)} wrap label={t('command.runs')} />
        {action.check ? (
          <p className="fg-3 sm">
            {t('command.check')} <span className="mono text-wrap">{commandLine(action.check)}</span>
          </p>
        ) : null}
      </div>
    ),
  )
}

/** The same backwards: what goes back, the last first, and what nothing brings back. */
export function StepUndo({ step }: { readonly step: HostStep }) {
  const { t } = useTranslation('host-changes')
  return step.actions
    .toReversed()
    .filter(hasUndo)
    .map((action, index) =>
      action.kind === 'file' ? (
        <FileChange key={index} path={action.path} before={action.after} after={action.before} mode={null} />
      ) : action.undo ? (
        <Code key={index} text={commandLine(action.undo)} wrap label={t('command.undoes')} />
      ) : (
        <div key={index} className="line wrap">
          <Badge tone="warn">{t('cannotUndo')}</Badge>
          <span className="mono text-wrap">{commandLine(action.argv)}</span>
        </div>
      ),
    )
}

/** Of an empty command there is nothing to undo: it only asked, or what it did is over. */
const hasUndo = (action: HostAction): boolean => action.kind === 'file' || action.undo === null || action.undo.length > 0

/** Something of it goes back, or has to be said to stay. */
export const hasWayBack = (step: Pick<HostStep, 'actions' | 'done'>): boolean => !step.done && step.actions.some(hasUndo)

/** Something of it can be taken back. */
export const canTakeBack = (step: Pick<HostStep, 'actions' | 'done'>): boolean =>
  !step.done && step.actions.some((action) => hasUndo(action) && (action.kind === 'file' || action.undo !== null))

/** Something in it stays as it is when the rest is undone. */
export const keepsSomething = (step: Pick<HostStep, 'actions' | 'done'>): boolean =>
  !step.done && step.actions.some((action: HostAction) => action.kind === 'command' && action.undo === null)
