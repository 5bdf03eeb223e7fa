import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogViewState } from '#shared/contract/logs.ts'
import { useFormat, VisuallyHidden } from '../../ui/index.ts'
import { lineLook } from './line-look.ts'
import type { RowWindowControl } from './row-window.ts'

/** So often at most is the tail read out. */
const everyMs = 5000
const mostCharacters = 200

type TailVoiceProps = { readonly state: LogViewState | null; readonly control: RowWindowControl }

/** Tells whoever listens what has come, in a few words and politely; only while the end is followed. */
export function TailVoice({ state, control }: TailVoiceProps) {
  const { t } = useTranslation('logs')
  const format = useFormat()
  const [said, setSaid] = useState('')
  const told = useRef<number | null>(null)
  const shown = state?.shown ?? null
  useEffect(() => {
    if (shown === null) return
    if (told.current === null) told.current = shown
  }, [shown])
  useEffect(() => {
    const timer = setInterval(() => {
      const view = control.view()
      const count = view.shown - (told.current ?? view.shown)
      if (view.empty || count <= 0 || !control.following()) return
      told.current = view.shown
      const last = view.rows.findLast((row) => row && row.note === null)
      setSaid(t('voice', { count, lines: format.number(count), last: last ? lineLook(last).plain.slice(0, mostCharacters) : '' }))
    }, everyMs)
    return () => clearInterval(timer)
  }, [control, t, format])
  return (
    <div role="log" aria-live="polite" aria-label={t('voiceLabel')}>
      <VisuallyHidden>{said}</VisuallyHidden>
    </div>
  )
}
