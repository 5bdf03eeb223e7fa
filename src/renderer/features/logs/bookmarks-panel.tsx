import { Bookmark, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogRow } from '#shared/contract/logs.ts'
import { harmless, IconButton, Popover } from '../../ui/index.ts'
import { inBatches } from './in-batches.ts'
import { lineLook } from './line-look.ts'
import { logApi } from './log-api.ts'
import type { LinePlace } from './use-lines.ts'

type BookmarksPanelProps = {
  readonly viewId: string | null
  readonly onGo: (place: LinePlace) => void
  /** Resolves when it is answered, however. */
  readonly onRemove: (bookmark: { readonly id: number; readonly bookmark: string }) => Promise<void>
}
type Entry = LinePlace & { readonly note: string; readonly row: LogRow | undefined }

/** Lines that somebody marked, with the note or the line itself; a press goes there. */
export function BookmarksPanel({ viewId, onGo, onRemove }: BookmarksPanelProps) {
  const { t } = useTranslation('logs')
  const [open, setOpen] = useState(false)
  const [entries, setEntries] = useState<readonly Entry[] | null>(null)
  const [count, recount] = useState(0)
  /** Of the view: a row that was read is not read again because another went. */
  const held = useRef({ viewId, rows: new Map<number, LogRow | undefined>() })
  useEffect(() => {
    if (!open || viewId === null) return
    let over = false
    const read = async () => {
      const marks = await logApi.bookmarks({ viewId })
      if (held.current.viewId !== viewId) held.current = { viewId, rows: new Map() }
      const { rows } = held.current
      await inBatches(
        marks.filter((mark) => !rows.has(mark.id)),
        async (mark) => rows.set(mark.id, (await logApi.rows({ viewId, from: { id: mark.id, offset: 0 }, count: 1 })).rows[0]),
      )
      if (!over) setEntries(marks.map((mark) => ({ ...mark, row: rows.get(mark.id) })))
    }
    read().catch(() => !over && setEntries([]))
    return () => {
      over = true
    }
  }, [open, viewId, count])
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('bookmark.list')}
      className="log-panel"
      trigger={<IconButton small icon={Bookmark} label={t('bookmark.list')} />}
    >
      {entries !== null && entries.length === 0 ? <p className="fg-2">{t('bookmark.none')}</p> : null}
      <ul className="log-panel-list">
        {(entries ?? []).map((entry) => (
          <li key={entry.id} className="line">
            <button
              type="button"
              className="log-entry"
              onClick={() => {
                setOpen(false)
                onGo(entry)
              }}
            >
              {entry.note === '' ? null : <b className="cut">{harmless(entry.note)}</b>}
              <span className="mono cut fg-2">{entry.row ? lineLook(entry.row).plain.slice(0, 200) : ''}</span>
            </button>
            <IconButton
              small
              icon={X}
              label={t('bookmark.remove')}
              onClick={() => {
                setEntries((entries ?? []).filter((one) => one.id !== entry.id))
                void onRemove({ id: entry.id, bookmark: entry.note }).then(() => recount((was) => was + 1))
              }}
            />
          </li>
        ))}
      </ul>
    </Popover>
  )
}
