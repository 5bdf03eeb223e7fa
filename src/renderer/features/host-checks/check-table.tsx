import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HostFinding } from '#shared/contract/host-checks.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { resultOrder } from '#shared/words/host-report-markdown.ts'
import { GroupRow, Table } from '../../ui/index.ts'
import { CheckDetail } from './check-detail.tsx'
import { CheckRow } from './check-row.tsx'

type CheckTableProps = {
  readonly target: TargetId
  readonly findings: readonly HostFinding[]
  readonly old: boolean
  readonly busy: boolean
  readonly onFix: (id: string) => void
}

/** Findings in their groups; the group with the worst comes first, and so within it. */
export function CheckTable({ target, findings, old, busy, onFix }: CheckTableProps) {
  const { t } = useTranslation('host-checks')
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const toggle = (id: string) =>
    setOpen((before) => (before.has(id) ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id])))
  return (
    <Table
      interactive
      label={t('ui.title')}
      className="checks-table"
      busy={busy}
      columns={[
        { key: 'result', label: t('ui.column.result') },
        { key: 'check', label: t('ui.column.check') },
        { key: 'id', label: t('ui.column.id'), align: 'end' },
        { key: 'act', label: t('ui.column.act'), hideLabel: true },
      ]}
    >
      {grouped(findings).map(({ group, items }) => (
        <Fragment key={group}>
          <GroupRow title={t(`group.${group}`)} note={items.length} colSpan={4} />
          {items.map((finding) => (
            <Fragment key={finding.id}>
              <CheckRow finding={finding} open={open.has(finding.id)} old={old} onToggle={() => toggle(finding.id)} onFix={onFix} />
              {open.has(finding.id) ? <CheckDetail target={target} finding={finding} onFix={onFix} /> : null}
            </Fragment>
          ))}
        </Fragment>
      ))}
    </Table>
  )
}

const rank = ({ result }: HostFinding) => resultOrder.indexOf(result)

/** Sorting is stable: within one result, and between groups of the same worst, the order of the report stays. */
function grouped(findings: readonly HostFinding[]): { readonly group: HostFinding['group']; readonly items: readonly HostFinding[] }[] {
  const groups = new Map<HostFinding['group'], HostFinding[]>()
  for (const finding of findings) groups.set(finding.group, [...(groups.get(finding.group) ?? []), finding])
  return [...groups]
    .map(([group, items]) => ({ group, items: items.sort((a, b) => rank(a) - rank(b)) }))
    .sort((a, b) => Math.min(...a.items.map(rank)) - Math.min(...b.items.map(rank)))
}
