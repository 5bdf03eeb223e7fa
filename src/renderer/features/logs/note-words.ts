import { Ban, CircleStop, Hourglass, RotateCw, TriangleAlert, Unplug } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../ui/index.ts'
import type { LucideIcon, Tone } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import type { LogNote } from './log-rows.ts'

export type NoteWords = { readonly icon: LucideIcon; readonly tone: Tone; readonly title: string; readonly detail: string }

/** What is told between the lines, in the person's language. */
export function useNoteWords(): (note: LogNote) => NoteWords {
  const { t } = useTranslation('logs')
  const format = useFormat()
  const words = useErrorWords()
  const exit = (code: number | null) => (code === null ? '' : t('note.exit', { code }))
  const join = (...parts: readonly string[]) => parts.filter(Boolean).join(t('comma'))
  return (note) => {
    switch (note.type) {
      case 'restarted':
        return {
          icon: RotateCw,
          tone: 'warn',
          title: t('note.restarted'),
          detail: join(exit(note.exitCode), note.reason, t('note.restarts', { count: note.restarts })),
        }
      case 'reconnecting':
        return {
          icon: Unplug,
          tone: 'warn',
          title: t('note.interrupted'),
          detail: join(
            note.error ? words(note.error).title : '',
            note.inMs > 0 ? t('note.again', { span: format.duration(note.inMs) }) : t('note.goesOn'),
          ),
        }
      case 'resumed':
        return { icon: Unplug, tone: 'warn', title: t('note.lost'), detail: t('note.resumed') }
      case 'dropped':
        return { icon: TriangleAlert, tone: 'warn', title: t('note.dropped', { count: note.count }), detail: t('note.droppedWhy') }
      case 'waiting':
        return { icon: Hourglass, tone: 'info', title: t('note.waiting'), detail: note.reason }
      case 'ended':
        return { icon: CircleStop, tone: 'idle', title: t(`ended.${note.reason}`), detail: exit(note.exitCode) }
      case 'failed':
        return { icon: Ban, tone: 'bad', title: words(note.error).title, detail: words(note.error).cause }
    }
  }
}
