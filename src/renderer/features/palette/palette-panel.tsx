import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Finder, Kbd, Matched, modKey, wordsOf } from '../../ui/index.ts'
import { RemoteStep } from '../contexts/remote-step.tsx'
import { useSwitch } from '../contexts/use-contexts.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { arrange } from './arrange.ts'
import type { Entry } from './entry.ts'
import { recentIds, remember } from './recent.ts'
import { useAppearanceEntries } from './use-appearance-entries.ts'
import { useClusterEntries } from './use-cluster-entries.ts'
import { useContextEntries } from './use-context-entries.tsx'
import { useLinkEntries } from './use-link-entries.ts'
import { usePageEntries } from './use-page-entries.ts'
import { usePodEntries } from './use-pod-entries.ts'

type PalettePanelProps = {
  readonly onClose: () => void /** It leads to another page, which takes the focus. */
  readonly onLeave: () => void
}

/** All that can be done from anywhere, found by typing. */
export function PalettePanel({ onClose, onLeave }: PalettePanelProps) {
  const { t } = useTranslation('palette')
  const { t: contextWords } = useTranslation('contexts')
  const [query, setQuery] = useState('')
  const [recent] = useState(recentIds)
  const change = useSwitch(onClose)
  const appearance = useAppearanceEntries(onClose)
  const entries: readonly Entry[] = [
    ...useLinkEntries(query),
    ...usePageEntries(),
    ...useClusterEntries(),
    ...useContextEntries(change),
    ...usePodEntries(query),
    ...appearance.entries,
  ]
  const words = wordsOf(query)
  const groups = arrange(entries, words, recent)
  const count = groups.reduce((sum, group) => sum + group.all, 0)
  if (change.asking) {
    return <RemoteStep context={change.asking} change={change} />
  }
  const run = (id: string) => {
    const entry = entries.find((one) => one.id === id)
    if (!entry || entry.disabled) return
    if (!entry.fixed) remember(entry.id)
    if (entry.does === 'go') onLeave()
    entry.run()
  }
  const error = change.error ?? appearance.error
  return (
    <>
      {error ? (
        <div className="switcher-notice">
          <ErrorNotice
            error={error}
            {...(change.error ? { consequence: contextWords('switcher.unchanged') } : {})}
            onRetry={() => (change.error ? change.again() : appearance.again())}
          />
        </div>
      ) : null}
      <Finder
        label={t('title')}
        placeholder={t('placeholder')}
        query={query}
        onQueryChange={setQuery}
        grab={change.returned}
        groups={groups.map((group) => ({
          id: group.id,
          heading:
            group.all > group.entries.length
              ? t('partOf', { group: t(`group.${group.id}`), shown: group.entries.length, all: group.all })
              : t(`group.${group.id}`),
          items: group.entries.map((entry) => ({
            id: entry.id,
            icon: entry.icon,
            busy: entry.busy ?? false,
            label: (
              <span className={entry.mono ? 'mono' : undefined}>
                <Matched text={entry.name} words={words} />
              </span>
            ),
            note: entry.note,
            end: entry.end,
            disabled: entry.disabled ?? false,
          })),
        }))}
        onSelect={run}
        empty={t('noMatch', { query })}
      />
      <div className="finder-foot">
        <span>
          <Kbd>↑</Kbd>
          <Kbd>↓</Kbd> {t('keys.choose')}
        </span>
        <span>
          <Kbd>↵</Kbd> {t('keys.run')}
        </span>
        <span className="palette-open-key">
          <Kbd>{modKey('K')}</Kbd> {t('keys.open')}
        </span>
        <span className="end" role="status">
          {t('results', { count })}
        </span>
      </div>
    </>
  )
}
