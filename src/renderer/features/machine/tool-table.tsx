import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tool, ToolName } from '#shared/contract/toolchain.ts'
import { SkeletonRows, Table } from '../../ui/index.ts'
import type { Column } from '../../ui/index.ts'
import { ToolDetail } from './tool-detail.tsx'
import { ToolRow } from './tool-row.tsx'

export type ToolActions = {
  /** Null: the version that Cove wants. */
  readonly download: (tool: ToolName, version: string | null) => void
  /** Asks which version. */
  readonly downloadOther: (tool: ToolName) => void
  readonly choose: (tool: ToolName, path: string | null) => void
  readonly starting: ToolName | null
  readonly choosing: { readonly tool: ToolName; readonly path: string | null } | null
}

type ToolTableProps = {
  /** Null: not told yet. */
  readonly tools: readonly Tool[] | null
  /** Core does not answer: what is shown is the last known state. */
  readonly old: boolean
  readonly actions: ToolActions
}

/** One row per tool; a row opens to all copies of its tool. */
export function ToolTable({ tools, old, actions }: ToolTableProps) {
  const { t } = useTranslation('machine')
  const { t: common } = useTranslation('common')
  const [open, setOpen] = useState<readonly ToolName[]>([])
  const toggle = (name: ToolName) => setOpen((was) => (was.includes(name) ? was.filter((one) => one !== name) : [...was, name]))
  const columns: Column[] = [
    { key: 'tool', label: t('column.tool') },
    { key: 'inUse', label: t('column.inUse') },
    { key: 'where', label: t('column.where') },
    { key: 'from', label: t('column.from') },
    { key: 'others', label: t('column.others') },
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  return (
    <Table label={t('tools')} columns={columns} className="tools-table" interactive busy={tools === null}>
      {tools === null ? <SkeletonRows rows={6} columns={columns.length} label={common('loading')} /> : null}
      {(tools ?? []).flatMap((tool) => {
        const opened = open.includes(tool.name)
        const row = <ToolRow key={tool.name} tool={tool} open={opened} old={old} actions={actions} onToggle={() => toggle(tool.name)} />
        return opened ? [row, <ToolDetail key={`${tool.name} copies`} tool={tool} columns={columns.length} actions={actions} />] : [row]
      })}
    </Table>
  )
}
