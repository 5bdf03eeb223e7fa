import { EyeOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LogPart, LogSource } from '#shared/contract/logs.ts'
import { Chip, cx, Icon, useFormat } from '../../ui/index.ts'
import { samePart } from './log-place.ts'
import { sourceClass } from './log-line.tsx'
import { usePartWords } from './part-words.ts'
import { groupsOf, shown, soloed, toggled, unseenOf } from './source-groups.ts'
import type { Sight, SourceGroup, SourcePress } from './source-groups.ts'
import { SourcePanel } from './source-panel.tsx'

/** More chips scroll in a box of their own. */
const manyChips = 16
/** More bars in one chip are not told apart. */
const mostBars = 4

type SourceChipsProps = {
  readonly parts: readonly LogPart[]
  readonly sources: readonly LogSource[]
  readonly sight: Sight
  readonly onSight: (sight: Sight) => void
  readonly onRemove: (part: LogPart) => void
}

/** What is looked at: parts with a cross, sources as switches with their colours and how fast they write; each opens to the sources that it stands for. */
export function SourceChips({ parts, sources, sight, onSight, onRemove }: SourceChipsProps) {
  const { t } = useTranslation('logs')
  const words = usePartWords()
  const groups = groupsOf(sources, parts)
  const unseen = unseenOf(sight, sources, parts)
  const press: SourcePress = (target, how) => {
    if (how === 'alone') return onSight(soloed(sight, target))
    onSight((how === 'show' ? shown : toggled)(sight, target, sources, parts))
  }
  const bare = parts.filter((part) => !groups.some((group) => group.part && samePart(group.part, part)))
  return (
    <div
      className={cx('log-chips', groups.length > manyChips && 'many')}
      role="group"
      aria-label={t('source.group')}
      tabIndex={groups.length > manyChips ? 0 : undefined}
    >
      {bare.map((part) => (
        <Chip key={words(part)} title={words(part)} removeLabel={t('source.remove', { name: words(part) })} onRemove={() => onRemove(part)}>
          <span className="mono log-chip-name">{words(part)}</span>
        </Chip>
      ))}
      {groups.length < 2 && bare.length > 0
        ? null
        : groups.map((group) => (
            <SourceChip
              key={group.key}
              group={group}
              unseen={unseen}
              sight={sight}
              opens={sources.length > 1}
              onPress={press}
              onRemove={group.part ? () => group.part && onRemove(group.part) : undefined}
            />
          ))}
    </div>
  )
}

type SourceChipProps = {
  readonly group: SourceGroup
  readonly unseen: ReadonlySet<LogSource>
  readonly sight: Sight
  readonly opens: boolean
  readonly onPress: SourcePress
  readonly onRemove: (() => void) | undefined
}

function SourceChip({ group, unseen, sight, opens, onPress, onRemove }: SourceChipProps) {
  const { t } = useTranslation('logs')
  const format = useFormat()
  const seen = group.sources.filter((source) => !unseen.has(source))
  const off = seen.length === 0
  const all = group.sources.length
  const rate = seen.reduce((sum, source) => sum + source.linesPerSecond, 0)
  const names = group.sources.map((source) => source.name).join('\n')
  return (
    <Chip
      pressed={!off}
      title={`${names}\n${t('source.hint')}`}
      onPress={(event) => onPress(group, event.altKey ? 'alone' : 'toggle')}
      onDoublePress={() => onPress(group, 'alone')}
      more={opens ? <SourcePanel group={group} unseen={unseen} sight={sight} onPress={onPress} /> : null}
      onRemove={onRemove}
      removeLabel={t('source.remove', { name: group.label })}
    >
      {off ? <Icon of={EyeOff} /> : <SourceBars sources={seen} />}
      <span className="mono log-chip-name">{group.label}</span>
      {all > 1 ? (
        <span className="fg-2">
          {off || seen.length === all
            ? `×${format.number(all)}`
            : t('source.seen', { seen: format.number(seen.length), all: format.number(all) })}
        </span>
      ) : null}
      {off || rate <= 0 ? null : <span className="fg-3">{t('rate', { rate: format.number(rate, rate < 10 ? 1 : 0) })}</span>}
    </Chip>
  )
}

/** The colours of sources that stand under one name. */
export function SourceBars({ sources }: { readonly sources: readonly LogSource[] }) {
  return (
    <span className="log-bars" aria-hidden>
      {sources.slice(0, mostBars).map((source) => (
        <i key={source.index} className={sourceClass(source.index)} />
      ))}
    </span>
  )
}
