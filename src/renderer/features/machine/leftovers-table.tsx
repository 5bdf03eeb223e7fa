import { useTranslation } from 'react-i18next'
import type { LeftoversSnapshot } from '#shared/contract/leftovers.ts'
import { GroupRow, SkeletonRows, State, Table, useFormat } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { LeftoverRow } from './leftover-row.tsx'
import { bytesOf, type useSelection } from './use-leftovers.ts'

type Source = LeftoversSnapshot['sources'][number]
type LeftoversTableProps = {
  readonly snapshot: LeftoversSnapshot
  readonly selection: ReturnType<typeof useSelection>
  /** Core does not answer: what is shown is the last known state. */
  readonly old: boolean
}

/** One group per place that has something, or could not be looked at; the rest is one sentence. */
export function LeftoversTable({ snapshot, selection, old }: LeftoversTableProps) {
  const { t } = useTranslation('leftovers')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const { items, sources } = snapshot
  const columns = [
    { key: 'select', label: t('column.select'), hideLabel: true },
    { key: 'name', label: t('column.name') },
    { key: 'of', label: t('column.of') },
    { key: 'why', label: t('column.why') },
    { key: 'size', label: t('column.size'), align: 'end' as const },
    { key: 'made', label: t('column.made'), align: 'end' as const },
    { key: 'more', label: common('actions'), hideLabel: true },
  ]
  const shown = sources.filter((source) => source.state !== 'ok' || items.some((item) => item.source === source.source))
  const waiting = sources.every((source) => source.state === 'loading')
  // An engine that was never there has left nothing.
  const visible = shown.filter((source) => source.state !== 'absent')
  if (!waiting && visible.length === 0) return <p className="fg-2 leftovers-none">{t('none')}</p>
  return (
    <Table label={t('title')} columns={columns} className="leftovers-table" busy={waiting}>
      {waiting ? <SkeletonRows rows={3} columns={columns.length} label={common('loading')} /> : null}
      {waiting
        ? null
        : visible.flatMap((source) => {
            const mine = items.filter((item) => item.source === source.source)
            const bytes = bytesOf(mine)
            return [
              <GroupRow
                key={source.source}
                title={t(`source.${source.source}`)}
                note={<SourceNote source={source} />}
                end={bytes > 0 ? <span className="fg-3">{format.bytes(bytes)}</span> : null}
                colSpan={columns.length}
              />,
              ...mine.map((item) => (
                <LeftoverRow
                  key={item.id}
                  item={item}
                  columns={columns.length}
                  old={old}
                  selected={selection.isSelected(item)}
                  onSelect={(on) => selection.select(item, on)}
                />
              )),
            ]
          })}
    </Table>
  )
}

/** How many there are; that it is still being looked at; or why nothing is known. */
function SourceNote({ source }: { readonly source: Source }) {
  const { t } = useTranslation('leftovers')
  const words = useErrorWords()
  switch (source.state) {
    case 'loading':
      return (
        <State tone="idle" busy>
          {t('looking')}
        </State>
      )
    case 'failed':
      return <State tone="warn">{t('failed', { title: source.error === null ? t('unknown') : words(source.error).title })}</State>
    case 'absent':
    case 'ok':
      return t('found', { count: source.value ?? 0 })
  }
}
