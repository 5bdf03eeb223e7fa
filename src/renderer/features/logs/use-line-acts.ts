import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogRow } from '#shared/contract/log-views.ts'
import type { LineActs } from './line-detail.tsx'
import { linesText } from './line-copy.ts'
import { logApi } from './log-api.ts'
import { searchOf } from './log-search.ts'
import { useNoteWords } from './note-words.ts'
import type { RowWindowControl } from './row-window.ts'
import type { LogChoice } from './use-log-choice.ts'
import type { Lines } from './use-lines.ts'
import type { LogView } from './use-log-view.ts'

const saidMs = 2500

/** Copying, linking, bookmarking and filtering by a value; `said` is what has just been done. */
export function useLineActs(choice: LogChoice, view: LogView, control: RowWindowControl, lines: Lines) {
  const { t } = useTranslation('logs')
  const { t: common } = useTranslation('common')
  const words = useNoteWords(choice.wish.times)
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (said === '') return
    const timer = setTimeout(() => setSaid(''), saidMs)
    return () => clearTimeout(timer)
  }, [said])
  const toClipboard = (text: Promise<string>, done: string) =>
    void text
      .then((all) => navigator.clipboard.writeText(all))
      .then(
        () => setSaid(done),
        () => setSaid(common('copyFailed')),
      )
  const now = useRef({ choice, view })
  now.current = { choice, view }
  const acts = useMemo<LineActs>(() => {
    const field = (op: '=' | '!=') => (path: string, value: string) => {
      const { wish, change } = now.current.choice
      change({ filter: { ...wish.filter, fields: [...wish.filter.fields, { path, op, value }] } })
    }
    return {
      only: field('='),
      without: field('!='),
      column: (path) => {
        const { wish, change } = now.current.choice
        const { columns } = wish
        change({ columns: columns.includes(path) ? columns.filter((one) => one !== path) : [...columns, path] })
      },
      link: (row) => {
        if (row.time === null) return
        toClipboard(Promise.resolve(linkTo(now.current.choice, row.time)), t('line.linkCopied'))
      },
      bookmark: (row: Pick<LogRow, 'id'>, note) => {
        const { viewId } = now.current.view
        if (viewId === null) return
        control.patch(row.id, { bookmark: note })
        logApi.bookmark({ viewId, id: row.id, note }).catch(() => control.patch(row.id, { bookmark: null }))
      },
    }
  }, [control]) // oxlint-disable-line react/exhaustive-deps -- what changes is read when it is used
  const cursorRow = () => (lines.cursor ? control.rowAt(lines.cursor.at) : undefined)
  return {
    acts,
    said,
    copy: (prefix: boolean) =>
      toClipboard(
        lines.marked().then((rows) =>
          linesText(rows, view.state?.sources ?? [], prefix, (row) => {
            const note = row.note ? words(row.note) : null
            return note ? [note.title, note.detail].filter(Boolean).join(t('comma')) : ''
          }),
        ),
        common('copied'),
      ),
    link: () => {
      const row = cursorRow()
      if (row) acts.link(row)
    },
    bookmark: () => {
      const row = cursorRow()
      if (row) acts.bookmark(row, row.bookmark === null ? '' : null)
    },
  }
}

/** The address of this view with the line in it. All lines are read, for it may be none of the last when the link is followed. */
function linkTo(choice: LogChoice, time: string): string {
  const search = searchOf({
    ...choice.wish,
    ...(choice.context ? { context: choice.context.name, file: choice.context.file } : {}),
    begin: 'all',
    at: time,
  })
  return `${window.location.href.replace(/#.*$/, '')}#/logs?${new URLSearchParams(search as Record<string, string>)}`
}
