import { useTranslation } from 'react-i18next'
import type { LogLevel } from '#shared/contract/logs.ts'
import { useFormat } from '../../ui/index.ts'
import { levelNames } from './filter-text.ts'

const groups: readonly (readonly [name: 'error' | 'warn' | 'info' | 'debug' | 'none', levels: readonly LogLevel[]])[] = [
  ['error', ['error', 'fatal']],
  ['warn', ['warn']],
  ['info', ['info']],
  ['debug', ['debug', 'trace']],
  ['none', ['none']],
]

type LevelSwitchesProps = {
  /** Lines by level, in the order of the contract. */
  readonly counts: readonly number[]
  /** Null: all. */
  readonly levels: readonly LogLevel[] | null
  readonly onLevels: (levels: LogLevel[] | null) => void
}

/** Which levels are shown, with how many lines each has. Alt or a double press: only this one. */
export function LevelSwitches({ counts, levels, onLevels }: LevelSwitchesProps) {
  const { t } = useTranslation('logs')
  const format = useFormat()
  const count = (of: readonly LogLevel[]) => of.reduce((sum, level) => sum + (counts[levelNames.indexOf(level)] ?? 0), 0)
  const on = (of: readonly LogLevel[]) => levels === null || of.every((level) => levels.includes(level))
  const set = (next: readonly LogLevel[]) =>
    onLevels(next.length === levelNames.length ? null : levelNames.filter((level) => next.includes(level)))
  const alone = (of: readonly LogLevel[]) => (levels !== null && on(of) && levels.length === of.length ? onLevels(null) : set(of))
  return (
    <span className="log-levels" role="group" aria-label={t('level.label')}>
      {groups
        .filter(([name, of]) => name !== 'none' || count(of) > 0)
        .map(([name, of]) => (
          <button
            key={name}
            type="button"
            aria-pressed={on(of)}
            title={t('level.hint')}
            onClick={(event) =>
              event.altKey
                ? alone(of)
                : set(on(of) ? (levels ?? levelNames).filter((level) => !of.includes(level)) : [...(levels ?? []), ...of])
            }
            onDoubleClick={() => alone(of)}
          >
            <i className={`log-square ${name}`} />
            {t(`level.${name}`)}
            <span className="fg-3">{format.compact(count(of))}</span>
          </button>
        ))}
    </span>
  )
}
