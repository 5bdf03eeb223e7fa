import { Link } from '@tanstack/react-router'
import { RotateCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Leftover, LeftoversSnapshot } from '#shared/contract/leftovers.ts'
import { Button, buttonClass, Checkbox, State, useFormat } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { LeftoversDialog } from './leftovers-dialog.tsx'
import { LeftoversTable } from './leftovers-table.tsx'
import { bytesOf, useLeftovers, useSelection } from './use-leftovers.ts'
import './leftovers.css'

/** What clusters that are no more left on this machine: why it is thought so, how large it is, and a way to remove it. */
export function LeftoversSection() {
  const { t } = useTranslation('leftovers')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const { list, refresh } = useLeftovers()
  /** As they were when it was asked: a list that grows meanwhile does not grow under the pointer. Null: nothing is asked. */
  const [asked, setAsked] = useState<readonly Leftover[] | null>(null)
  const snapshot = list.data ?? nothing
  const { items, sources, jobId } = snapshot
  const selection = useSelection(items)
  const { selected, removable } = selection
  const looking = refresh.isPending || list.isPending || sources.some((source) => source.state === 'loading')
  const bytes = bytesOf(items)
  return (
    <section className="leftovers" aria-labelledby="machine-leftovers">
      <div className="machine-head wrap">
        <h2 id="machine-leftovers">{t('title')}</h2>
        <span className="fg-3 cut leftovers-note">{t('note')}</span>
        <span className="grow" />
        {items.length > 0 ? (
          <span className="fg-2">
            {t('found', { count: items.length })}
            {bytes > 0 ? `${t('comma')}${t('size', { size: format.bytes(bytes) })}` : ''}
          </span>
        ) : null}
        {removable.length > 0 ? (
          <Checkbox checked={selected.length === removable.length} onCheckedChange={selection.selectAll}>
            {t('all')}
          </Checkbox>
        ) : null}
        {jobId === null ? null : (
          <>
            <State tone="info" busy>
              {t('removing')}
            </State>
            <Link to="/jobs/$id" params={{ id: jobId }} className={buttonClass('plain', 'small')}>
              {t('openJob')}
            </Link>
          </>
        )}
        {items.length > 0 && jobId === null ? (
          <Button size="small" icon={Trash2} disabled={selected.length === 0} onClick={() => setAsked(selected)}>
            {selected.length === 0 ? t('remove') : t('removeSome', { count: selected.length, size: format.bytes(bytesOf(selected)) })}
          </Button>
        ) : null}
        <Button size="small" icon={RotateCw} aria-label={t('lookAgain')} busy={looking} onClick={() => refresh.mutate()}>
          {common('lookAgain')}
        </Button>
      </div>
      {list.error ? <ErrorNotice className="page-notice" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {refresh.error ? <ErrorNotice className="page-notice" error={refresh.error} onRetry={() => refresh.mutate()} /> : null}
      {list.error && !list.data ? null : <LeftoversTable snapshot={snapshot} selection={selection} old={list.error !== null} />}
      {asked === null ? null : (
        <LeftoversDialog
          items={asked}
          others={items.filter((item) => !asked.some((one) => one.id === item.id)).length}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  )
}

const nothing: LeftoversSnapshot = { items: [], sources: [], jobId: null }
