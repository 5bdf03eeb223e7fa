import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogSource } from '#shared/contract/logs.ts'
import { useErrorWords } from '../shell/error-words.ts'

/** How a source is, and why, in one sentence part: `waits: CrashLoopBackOff, exit code 1, 7 restarts`. */
export function useSourceWords(): (source: LogSource) => string {
  const { t } = useTranslation('logs')
  const errorWords = useErrorWords()
  return useCallback(
    (source) => {
      const facts = [
        source.reason,
        source.error ? errorWords(source.error).title : '',
        source.exitCode === null ? '' : t('note.exit', { code: source.exitCode }),
        source.restarts > 0 ? t('source.restarts', { count: source.restarts }) : '',
      ].filter(Boolean)
      const word = t(`source.state.${source.state}`)
      return facts.length === 0 ? word : t('source.because', { state: word, why: facts.join(t('comma')) })
    },
    [t, errorWords],
  )
}
