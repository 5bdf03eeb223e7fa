import { useTranslation } from 'react-i18next'
import { Chip, harmless } from '../../ui/index.ts'
import type { FilterWish } from './filter-text.ts'
import { logTime } from './log-time.ts'
import type { TimeMode } from './log-time.ts'

type FilterChipsProps = { readonly filter: FilterWish; readonly times: TimeMode; readonly onFilter: (filter: FilterWish) => void }

/** Each condition in force, with a cross. */
export function FilterChips({ filter, times, onFilter }: FilterChipsProps) {
  const { t } = useTranslation('logs')
  const mode = times === 'utc' ? 'utc' : 'local'
  const clock = (time: string) => logTime(time, mode, false).replace(/\.000$/, '')
  const chips: { readonly key: string; readonly word: string; readonly value: string; readonly rest: FilterWish }[] = [
    ...filter.include.map((one) => ({
      key: `i${JSON.stringify(one)}`,
      word: t('filter.with'),
      value: shownPattern(one),
      rest: { ...filter, include: filter.include.filter((other) => other !== one) },
    })),
    ...filter.exclude.map((one) => ({
      key: `x${JSON.stringify(one)}`,
      word: t('filter.without'),
      value: shownPattern(one),
      rest: { ...filter, exclude: filter.exclude.filter((other) => other !== one) },
    })),
    ...filter.fields.map((one) => ({
      key: `f${JSON.stringify(one)}`,
      word: '',
      value: one.op === 'exists' || one.op === 'missing' ? `${one.path} ${t(`filter.op.${one.op}`)}` : `${one.path} ${one.op} ${one.value}`,
      rest: { ...filter, fields: filter.fields.filter((other) => other !== one) },
    })),
    ...(filter.stream ? [{ key: 'stream', word: t('filter.stream'), value: filter.stream, rest: { ...filter, stream: null } }] : []),
    ...(filter.from || filter.to
      ? [
          {
            key: 'time',
            word: t('filter.time'),
            value: [filter.from ? clock(filter.from) : '', filter.to ? clock(filter.to) : ''].join(' – '),
            rest: { ...filter, from: null, to: null },
          },
        ]
      : []),
    ...(filter.context > 0
      ? [{ key: 'around', word: t('filter.around'), value: String(filter.context), rest: { ...filter, context: 0 } }]
      : []),
  ]
  return chips.map(({ key, word, value, rest }) => (
    <Chip
      key={key}
      title={harmless(`${word} ${value}`).trim()}
      removeLabel={t('filter.remove', { name: `${word} ${value}`.trim() })}
      onRemove={() => onFilter(rest)}
    >
      {word === '' ? null : <span className="op">{word}</span>}
      <span className="mono log-chip-name">{harmless(value)}</span>
    </Chip>
  ))
}

const shownPattern = (one: { readonly text: string; readonly regex: boolean }) => (one.regex ? `/${one.text}/` : one.text)
