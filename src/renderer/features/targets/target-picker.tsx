import { ChevronsUpDown, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Target, TargetId } from '#shared/contract/targets.ts'
import { Button, Finder, fits, Icon, Matched, Popover, State, VisuallyHidden, wordsOf } from '../../ui/index.ts'
import type { FinderItem } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { groupOf, stateLook, stateWord, targetGroups, targetIcons, useTargetName } from './target-words.ts'

type TargetPickerProps = {
  readonly targets: readonly Target[]
  readonly chosen: Target
  readonly onChoose: (id: TargetId) => void
  readonly onAdd: () => void
}

/** The machine that the tab is about; opens the list of all that can be reached, found by typing where there are many. */
export function TargetPicker({ targets, chosen, onChoose, onAdd }: TargetPickerProps) {
  const { t } = useTranslation('targets')
  const [open, setOpen] = useState(false)
  const [query, setQuery] = useState('')
  const name = useTargetName()
  const toItem = useItem()
  const words = wordsOf(query)
  const found = targets.filter((target) => fits(`${name(target)} ${target.name} ${target.clusterId ?? ''}`, words))
  const close = (next: boolean) => {
    setOpen(next)
    setQuery('')
  }
  return (
    <Popover
      open={open}
      onOpenChange={close}
      label={t('choose')}
      align="start"
      trigger={
        <button type="button" className="btn target-button">
          <VisuallyHidden>{t('now')} </VisuallyHidden>
          <Icon of={targetIcons[groupOf(chosen)]} />
          <span className={chosen.kind === 'local' ? 'cut' : 'cut mono'} title={chosen.name}>
            {name(chosen)}
          </span>
          <Icon of={ChevronsUpDown} />
        </button>
      }
    >
      <Finder
        label={t('choose')}
        placeholder={t('find')}
        query={query}
        onQueryChange={setQuery}
        groups={targetGroups.map((group) => ({
          id: group,
          heading: t(`group.${group}`),
          items: found.filter((target) => groupOf(target) === group).map((target) => toItem(target, target.id === chosen.id, words)),
        }))}
        onSelect={(id) => {
          close(false)
          onChoose(id)
        }}
        empty={t('noMatch', { filter: query })}
      />
      <div className="finder-foot">
        <Button
          size="small"
          variant="quiet"
          icon={Plus}
          onClick={() => {
            close(false)
            onAdd()
          }}
        >
          {t('add.open')}
        </Button>
      </div>
    </Popover>
  )
}

function useItem() {
  const { t } = useTranslation('targets')
  const name = useTargetName()
  const error = useErrorWords()
  return (target: Target, chosen: boolean, words: readonly string[]): FinderItem => {
    const look = stateLook[target.state]
    return {
      id: target.id,
      icon: targetIcons[groupOf(target)],
      label: (
        <span className={target.kind === 'local' ? undefined : 'mono'}>
          <Matched text={name(target)} words={words} />
        </span>
      ),
      note: target.kind === 'local' ? target.name : target.error ? error(target.error).title : (clusterOf(target.clusterId) ?? ''),
      end: (
        <>
          {chosen ? <span>{t('chosen')}</span> : null}
          <State tone={look.tone} icon={look.icon}>
            {t(`state.${stateWord(target)}`)}
          </State>
        </>
      ),
    }
  }
}

/** `kind:shop:1f3a` is the cluster shop. */
const clusterOf = (id: string | null): string | null => id?.split(':')[1] ?? null
