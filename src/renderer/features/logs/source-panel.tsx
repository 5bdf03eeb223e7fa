import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogSource } from '#shared/contract/logs.ts'
import { Button, Checkbox, Icon, Popover } from '../../ui/index.ts'
import { sourceClass } from './log-line.tsx'
import { isAlone, targetOf } from './source-groups.ts'
import type { Sight, SourceGroup, SourcePress, SourceTarget } from './source-groups.ts'
import { useSourceWords } from './source-words.ts'

type SourcePanelProps = {
  readonly group: SourceGroup
  readonly unseen: ReadonlySet<LogSource>
  readonly sight: Sight
  readonly onPress: SourcePress
}

/** The sources that stand under one name, all of them: each shown, hidden, or shown alone. */
export function SourcePanel({ group, unseen, sight, onPress }: SourcePanelProps) {
  const { t } = useTranslation('logs')
  const sourceWords = useSourceWords()
  const [open, setOpen] = useState(false)
  const only = (target: SourceTarget, name: string) => (
    <Button
      size="small"
      variant="quiet"
      aria-label={t('source.onlyNamed', { name })}
      aria-pressed={isAlone(sight, target)}
      onClick={() => onPress(target, 'alone')}
    >
      {t('source.only')}
    </Button>
  )
  const hidden = group.sources.filter((source) => unseen.has(source)).length
  const whole = hidden === 0
  const label = t('source.open', { name: group.label })
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={label}
      align="start"
      className="log-panel"
      trigger={
        <button type="button" className="chip-x" aria-label={label}>
          <Icon of={ChevronDown} />
        </button>
      }
    >
      <ul className="log-panel-list log-source-list">
        {group.sources.length > 1 ? (
          <li>
            <Checkbox
              checked={whole}
              indeterminate={!whole && hidden < group.sources.length}
              onCheckedChange={() => onPress(group, whole ? 'toggle' : 'show')}
            >
              {t('source.every', { name: group.label })}
            </Checkbox>
            {only(group, group.label)}
          </li>
        ) : null}
        {group.sources.map((source) => {
          // One source alone is its group: what joins that later goes with it.
          const target = group.sources.length > 1 ? targetOf(source) : group
          return (
            <li key={source.index}>
              <Checkbox checked={!unseen.has(source)} onCheckedChange={() => onPress(target, 'toggle')}>
                <span className="log-source-name">
                  <span className="log-bars" aria-hidden>
                    <i className={sourceClass(source.index)} />
                  </span>
                  <span className="mono">{source.name}</span>
                  <span className="fg-3">{sourceWords(source)}</span>
                </span>
              </Checkbox>
              {only(target, source.name)}
            </li>
          )
        })}
      </ul>
    </Popover>
  )
}
