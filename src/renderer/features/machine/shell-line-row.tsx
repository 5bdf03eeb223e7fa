import { useMutation, useQueryClient } from '@tanstack/react-query'
import { FilePlus2, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ShellLine, ToolName } from '#shared/contract/toolchain.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Button, Code, State } from '../../ui/index.ts'
import { PlanDialog } from '../host-changes/plan-dialog.tsx'
import { RecordDialog } from '../host-changes/record-dialog.tsx'
import { useRecords } from '../host-changes/use-host-changes.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useShownPath } from './tool-words.ts'

type ShellLineRowProps = {
  readonly tool: ToolName
  readonly what: 'path' | 'completion'
  readonly line: ShellLine
  readonly supported: boolean
  readonly title: string
}

/** A line for the file of a shell: to be copied, or added by Cove after a look at the change, and taken away again. */
export function ShellLineRow({ tool, what, line, supported, title }: ShellLineRowProps) {
  const { t } = useTranslation('machine')
  const shown = useShownPath()
  const queryClient = useQueryClient()
  const [planId, setPlanId] = useState<string | null>(null)
  const [undoing, setUndoing] = useState<string | null>(null)
  const plan = useMutation({
    mutationFn: () => api.toolchain.planShellLine({ tool, what, shell: line.shell }),
    onSuccess: ({ id }) => setPlanId(id),
  })
  const file = shown(line.file)
  const again = () => void queryClient.invalidateQueries({ queryKey: queryUtils.toolchain.about.key() })
  return (
    <div className="terminal-row">
      <div className="terminal-line">
        {line.present ? <State tone="ok">{title}</State> : <span>{title}</span>}
        <span className="fg-3">{t(line.present ? 'terminal.isIn' : 'terminal.goesInto', { file })}</span>
        <span className="grow" />
        {line.present || !supported ? null : (
          <Button size="small" icon={FilePlus2} busy={plan.isPending} onClick={() => plan.mutate()}>
            {t('terminal.add', { file })}
          </Button>
        )}
        {line.recordId ? (
          <Button size="small" icon={Undo2} onClick={() => setUndoing(line.recordId)}>
            {t('terminal.takeAway')}
          </Button>
        ) : null}
      </div>
      {line.present ? null : <Code text={line.text} label={title} />}
      {plan.error ? <ErrorNotice error={plan.error} consequence={t('terminal.unchanged')} /> : null}
      {planId ? <PlanDialog planId={planId} onClose={() => setPlanId(null)} onApplied={again} /> : null}
      {undoing ? <UndoLine recordId={undoing} onClose={() => setUndoing(null)} onUndone={again} /> : null}
    </div>
  )
}

function UndoLine({
  recordId,
  onClose,
  onUndone,
}: {
  readonly recordId: string
  readonly onClose: () => void
  readonly onUndone: () => void
}) {
  const records = useRecords('local')
  const record = records.data?.find(({ id }) => id === recordId)
  return record ? <RecordDialog record={record} onClose={onClose} onUndone={onUndone} /> : null
}
