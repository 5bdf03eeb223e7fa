import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { DocumentProblem } from './problems.ts'

/** One sentence for each problem of a document. */
export function useProblemWords(): (problem: Pick<DocumentProblem, 'reason' | 'expected'>) => string {
  const { t } = useTranslation('designer')
  return useCallback(
    ({ reason, expected }) => {
      if (reason === 'syntax') {
        // The parser's own code and words, `DUPLICATE_KEY\nMap keys must be unique`.
        const [code = '', message = ''] = (expected ?? '').split('\n')
        return t('problem.syntax', { expected: t(`syntax.${code}`, { defaultValue: message || code }) })
      }
      return t(`problem.${reason}`, { expected: t(`expected.${expected ?? ''}`, { defaultValue: expected ?? '' }) })
    },
    [t],
  )
}
