import { CircleStop, RotateCw, TriangleAlert, Unplug } from 'lucide-react'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogNote } from '#shared/contract/logs.ts'
import { useFormat } from '../../ui/index.ts'
import type { LucideIcon, Tone } from '../../ui/index.ts'
import { logTime } from './log-time.ts'
import type { TimeMode } from './log-time.ts'

export type NoteWords = { readonly icon: LucideIcon; readonly tone: Tone; readonly title: string; readonly detail: string }

/** What Cove says between the lines, in the person's language. */
export function useNoteWords(times: TimeMode): (note: LogNote) => NoteWords {
  const { t } = useTranslation('logs')
  const format = useFormat()
  return useCallback(
    (note) => {
      const join = (...parts: readonly string[]) => parts.filter(Boolean).join(t('comma'))
      const exit = (code: number | null) => (code === null ? '' : t('note.exit', { code }))
      const clock = (time: string) => logTime(time, times === 'utc' ? 'utc' : 'local', false)
      const span = (from: string | null, to: string | null) =>
        from && to
          ? t('note.span', { from: clock(from), to: clock(to) })
          : from
            ? t('note.after', { time: clock(from) })
            : to
              ? t('note.before', { time: clock(to) })
              : ''
      switch (note.type) {
        case 'restarted':
          return {
            icon: RotateCw,
            tone: note.exitCode === 0 ? 'info' : 'warn',
            title: t('note.restarted'),
            detail: join(
              exit(note.exitCode),
              note.reason,
              note.ranMs === null ? '' : t('note.ran', { span: format.span(note.ranMs) }),
              t('note.restarts', { count: note.restarts }),
              t('note.runBefore'),
            ),
          }
        case 'gap':
          return {
            icon: TriangleAlert,
            tone: 'warn',
            title: t('note.gap'),
            detail: join(span(note.from, note.to), t(`note.why.${note.reason}`)),
          }
        case 'resumed':
          return { icon: Unplug, tone: 'idle', title: t('note.resumed'), detail: join(span(note.from, note.to), t('note.nothingLost')) }
        case 'ended':
          return { icon: CircleStop, tone: 'idle', title: t(`note.end.${note.reason}`), detail: exit(note.exitCode) }
      }
    },
    [t, format, times],
  )
}
