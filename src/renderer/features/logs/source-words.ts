import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogSource } from '#shared/contract/logs.ts'
import { useErrorWords } from '../shell/error-words.ts'

/** How a source is, and why, in one sentence part: `waits: CrashLoopBackOff, the run before ended with OOMKilled, exit code 137, 7 restarts`. */
export function useSourceWords(): (source: LogSource) => string {
  const { t } = useTranslation('logs')
  const errorWords = useErrorWords()
  return useCallback(
    (source) => {
      const exitCode = source.exitCode ?? (source.state === 'waiting' ? source.lastRun?.exitCode : null)
      const facts = [
        source.reason,
        source.error ? errorWords(source.error).title : '',
        endOf(source, (reason) => t('source.endedWith', { reason })),
        exitCode === null || exitCode === undefined ? '' : t('note.exit', { code: exitCode }),
        source.restarts > 0 ? t('source.restarts', { count: source.restarts }) : '',
      ].filter(Boolean)
      const word = t(`source.state.${source.state}`)
      return facts.length === 0 ? word : t('source.because', { state: word, why: facts.join(t('comma')) })
    },
    [t, errorWords],
  )
}

/** How the last run ended, where that says more than why the source is as it is. */
function endOf({ state, reason, restarts, lastRun }: LogSource, before: (reason: string) => string): string {
  if (!lastRun || lastRun.reason === '' || lastRun.reason.toLowerCase() === reason.toLowerCase()) return ''
  if (state === 'waiting') return before(lastRun.reason)
  return state === 'ended' && lastRun.number === restarts ? lastRun.reason : ''
}
