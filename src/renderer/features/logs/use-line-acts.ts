import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogRow } from '#shared/contract/logs.ts'
import { useFormat } from '../../ui/index.ts'
import type { LineActs } from './line-detail.tsx'
import { linesText } from './line-copy.ts'
import { linkFor, linkText } from './line-link.ts'
import type { LineLink } from './line-link.ts'
import { logApi } from './log-api.ts'
import { searchOf } from './log-search.ts'
import { useNoteWords } from './note-words.ts'
import type { RowWindowControl } from './row-window.ts'
import type { LogChoice } from './use-log-choice.ts'
import type { Lines } from './use-lines.ts'
import type { LogView } from './use-log-view.ts'
import { useStable } from './use-stable.ts'

const saidMs = 2500
/** For what asks for something to be done. */
const askedMs = 10_000
const nothing = { words: '', ms: saidMs }

/** Copying, linking, bookmarking and filtering by a value; `said` is what has just been done. */
export function useLineActs(choice: LogChoice, view: LogView, control: RowWindowControl, lines: Lines) {
  const { t } = useTranslation('logs')
  const { t: common } = useTranslation('common')
  const words = useNoteWords(choice.wish.times)
  const format = useFormat()
  const [said, setSaid] = useState(nothing)
  useEffect(() => {
    if (said === nothing) return
    const timer = setTimeout(() => setSaid(nothing), said.ms)
    return () => clearTimeout(timer)
  }, [said])
  const say = (words: string, ms = saidMs) => setSaid({ words, ms })
  const toClipboard = async (text: () => Promise<string>) => {
    try {
      await navigator.clipboard.writeText(await text())
      return true
    } catch {
      say(common('copyFailed'))
      return false
    }
  }
  const { wish, change } = choice
  const nameOf = useStable(({ source }: LogRow) => view.state?.sources[source]?.name ?? '')
  const { filter, columns } = wish
  const field = (op: '=' | '!=', path: string, value: string) =>
    change({ filter: { ...filter, fields: [...filter.fields, { path, op, value }] } })
  const only = useStable((path: string, value: string) => field('=', path, value))
  const without = useStable((path: string, value: string) => field('!=', path, value))
  const column = useStable((path: string) =>
    change({ columns: columns.includes(path) ? columns.filter((one) => one !== path) : [...columns, path] }),
  )
  const linkRow = useStable((row: LogRow) => {
    const { time } = row
    const { viewId } = view
    // Lines are found again by their time: all else about their place is of this view alone.
    if (time === null || viewId === null) return say(t('line.noLink'))
    void toClipboard(async () => linkTo(choice, await linkFor(viewId, row, time, nameOf))).then((done) => done && say(t('line.linkCopied')))
  })
  const mark = useStable(async ({ id, bookmark: before }: Pick<LogRow, 'id' | 'bookmark'>, note: string | null) => {
    const { viewId } = view
    if (viewId === null) return
    control.patch(id, { bookmark: note })
    await logApi.bookmark({ viewId, id, note }).catch(() => control.patch(id, { bookmark: before }))
  })
  const copy = async (prefix: boolean) => {
    let [copied, all] = [0, 0]
    const done = await toClipboard(async () => {
      const { rows, marked } = await lines.marked()
      copied = rows.length
      all = marked
      return linesText(rows, view.state?.sources ?? [], prefix, (row) => {
        const note = row.note ? words(row.note) : null
        return note ? [note.title, note.detail].filter(Boolean).join(t('comma')) : ''
      })
    })
    if (!done) return
    if (copied === all) say(common('copied'))
    else say(t('selection.copiedPart', { count: all, copied: format.number(copied), lines: format.number(all) }), askedMs)
  }
  const acts = useMemo<LineActs>(() => ({ only, without, column, link: linkRow, bookmark: mark }), [only, without, column, linkRow, mark])
  const cursorRow = () => (lines.cursor ? control.rowAt(lines.cursor.at) : undefined)
  return {
    acts,
    said: said.words,
    nameOf,
    copy: (prefix: boolean) => void copy(prefix),
    link: () => {
      const row = cursorRow()
      if (row) acts.link(row)
    },
    bookmark: () => {
      const row = cursorRow()
      if (row) void acts.bookmark(row, row.bookmark === null ? '' : null)
    },
  }
}

/** The address of this view with the line in it. All lines are read, for it may be none of the last when the link is followed. */
function linkTo(choice: LogChoice, line: LineLink): string {
  const search = searchOf({
    ...choice.wish,
    ...(choice.context ? { context: choice.context.name, file: choice.context.file } : {}),
    begin: 'all',
    at: linkText(line),
  })
  return `${window.location.href.replace(/#.*$/, '')}#/logs?${new URLSearchParams(search as Record<string, string>)}`
}
