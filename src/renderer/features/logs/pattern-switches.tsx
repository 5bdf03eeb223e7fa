import { useTranslation } from 'react-i18next'
import type { LogPattern } from '#shared/contract/logs.ts'
import { Tooltip } from '../../ui/index.ts'

const switches = [
  ['matchCase', 'Aa'],
  ['wholeWord', 'W'],
  ['regex', '.*'],
] as const

/** Case, whole word, regular expression: as editors write them. */
export function PatternSwitches({
  pattern,
  onPattern,
}: {
  readonly pattern: LogPattern
  readonly onPattern: (pattern: LogPattern) => void
}) {
  const { t } = useTranslation('logs')
  return switches.map(([name, sign]) => (
    <Tooltip key={name} text={t(`pattern.${name}`)}>
      <button
        type="button"
        className="icon-btn small log-switch"
        aria-label={t(`pattern.${name}`)}
        aria-pressed={pattern[name]}
        onClick={() => onPattern({ ...pattern, [name]: !pattern[name] })}
      >
        {sign}
      </button>
    </Tooltip>
  ))
}
