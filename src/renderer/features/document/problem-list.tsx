import { useTranslation } from 'react-i18next'
import { Icon, toneIcon } from '../../ui/index.ts'
import type { DocumentProblem } from './problems.ts'
import { useProblemWords } from './problem-words.ts'

/** What is wrong with the text, below it: each leads to its line. */
export function ProblemList({
  problems,
  onGo,
}: {
  readonly problems: readonly DocumentProblem[]
  readonly onGo: (offset: number) => void
}) {
  const { t } = useTranslation('designer')
  const words = useProblemWords()
  if (problems.length === 0) return null
  return (
    <ul className="design-problems" aria-label={t('editor.problems')}>
      {problems.slice(0, 20).map((problem) => {
        const tone = problem.severity === 'error' ? 'bad' : 'warn'
        return (
          <li key={`${problem.from}:${problem.reason}`}>
            <button type="button" className="design-jump" onClick={() => onGo(problem.from)}>
              <Icon of={toneIcon(tone)} tone={tone} small />
              <span className="mono fg-3">{t('editor.line', { line: problem.line })}</span>
              <span>{words(problem)}</span>
            </button>
          </li>
        )
      })}
      {problems.length > 20 ? <li className="fg-3">{t('editor.more', { count: problems.length - 20 })}</li> : null}
    </ul>
  )
}
