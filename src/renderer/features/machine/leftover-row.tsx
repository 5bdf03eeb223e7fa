import { ChevronDown, ChevronUp } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Leftover } from '#shared/contract/leftovers.ts'
import { Age, Bytes, Cell, Checkbox, IconButton, KeyValue, Row, State, VisuallyHidden } from '../../ui/index.ts'
import { shortName, useLeftoverWhy } from './leftover-words.ts'
import { useShownPath } from './tool-words.ts'

type LeftoverRowProps = {
  readonly item: Leftover
  readonly columns: number
  readonly old: boolean
  readonly selected: boolean
  readonly onSelect: (on: boolean) => void
}

/** What it is, whose it was and why it is no more of use; opened, what removing it does. */
export function LeftoverRow({ item, columns, old, selected, onSelect }: LeftoverRowProps) {
  const { t } = useTranslation('leftovers')
  const why = useLeftoverWhy()(item)
  const id = useId()
  const [open, setOpen] = useState(false)
  const name = shortName(item)
  return (
    <>
      <Row old={old} selected={selected} {...(open ? { className: 'leftover-open' } : {})}>
        <Cell className="open">
          <Checkbox checked={selected} disabled={item.blocked !== null} onCheckedChange={onSelect}>
            <VisuallyHidden>{t('select', { kind: t(`kind.${item.kind}`), name })}</VisuallyHidden>
          </Checkbox>
        </Cell>
        <Cell className="leftover-name" title={item.name}>
          <span className="fg-3">{t(`kind.${item.kind}`)}</span> <span className="mono">{name}</span>
        </Cell>
        <Cell className="cut">
          {item.cluster === null ? (
            <span className="fg-3">–</span>
          ) : (
            <span title={item.cluster}>
              <span className="fg-3">{item.provider}</span> {shortName({ name: item.cluster })}
            </span>
          )}
        </Cell>
        <Cell className="cut fg-2" title={why}>
          {item.blocked === null ? why : <State tone="warn">{t(`blocked.${item.blocked}`, { cluster: item.cluster ?? item.name })}</State>}
        </Cell>
        <Cell className="num-cell">
          <Bytes value={item.sizeBytes} />
        </Cell>
        <Cell className="num-cell fg-2">
          <Age at={item.createdAt} />
        </Cell>
        <Cell className="open">
          <IconButton
            small
            icon={open ? ChevronUp : ChevronDown}
            label={t(open ? 'hide' : 'show', { name })}
            aria-expanded={open}
            aria-controls={open ? id : undefined}
            onClick={() => setOpen(!open)}
          />
        </Cell>
      </Row>
      {open ? <LeftoverDetail id={id} item={item} columns={columns} why={why} /> : null}
    </>
  )
}

function LeftoverDetail({
  id,
  item,
  columns,
  why,
}: {
  readonly id: string
  readonly item: Leftover
  readonly columns: number
  readonly why: string
}) {
  const { t } = useTranslation('leftovers')
  const shown = useShownPath()
  return (
    <div role="row" id={id} className="leftover-detail">
      <div role="cell" aria-colspan={columns}>
        <KeyValue
          items={[
            { key: 'why', label: t('detail.why'), value: why },
            item.blocked === null
              ? { key: 'removal', label: t('detail.removal'), value: t(`removal.${item.kind}`) }
              : { key: 'blocked', label: t('detail.blocked'), value: t(`blocked.${item.blocked}`, { cluster: item.cluster ?? item.name }) },
            shortName(item) !== item.name && { key: 'id', label: t('detail.id'), value: item.name, mono: true },
            item.path !== null && { key: 'where', label: t('detail.where'), value: shown(item.path), mono: true },
          ]}
        />
      </div>
    </div>
  )
}
