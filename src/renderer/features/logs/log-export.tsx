import { Check, Copy, Download, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton, Menu, useFormat, VisuallyHidden } from '../../ui/index.ts'
import type { LogRow } from './log-rows.ts'
import { fileName, logText, saveText } from './log-text.ts'
import type { LogTarget } from './log-target.ts'
import { useNoteWords } from './note-words.ts'

type Part = { readonly rows: readonly LogRow[]; readonly lines: number }
type LogExportProps = {
  readonly target: LogTarget
  readonly previous: boolean
  readonly timestamps: boolean
  /** All that the page holds, and of it what fits the filter; null: there is no filter. */
  readonly all: Part
  readonly shown: Part | null
}

/** Lines to the clipboard or into a file: those that fit the filter, or all. */
export function LogExport({ target, previous, timestamps, all, shown }: LogExportProps) {
  const { t } = useTranslation('logs')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const words = useNoteWords()
  const [said, setSaid] = useState<'' | 'copied' | 'copyFailed'>('')
  useEffect(() => {
    if (said === '') return
    const timer = setTimeout(() => setSaid(''), 2000)
    return () => clearTimeout(timer)
  }, [said])
  const textOf = (part: Part) =>
    logText(part.rows, timestamps, (note) => [words(note).title, words(note).detail].filter(Boolean).join(t('comma')))
  const copy = (part: Part) =>
    void navigator.clipboard.writeText(textOf(part)).then(
      () => setSaid('copied'),
      () => setSaid('copyFailed'),
    )
  const save = (part: Part) => saveText(fileName(target, previous), textOf(part))
  const items = (act: (part: Part) => void) => [
    {
      id: 'shown',
      label: t('export.shown'),
      end: shown ? format.number(shown.lines) : t('export.noFilter'),
      disabled: shown === null,
      onSelect: () => shown && act(shown),
    },
    { id: 'all', label: t('export.all'), end: format.number(all.lines), onSelect: () => act(all) },
  ]
  return (
    <>
      <Menu
        trigger={
          <IconButton
            small
            icon={said === '' ? Copy : said === 'copied' ? Check : X}
            label={said === '' ? t('export.copy') : common(said)}
          />
        }
        items={items(copy)}
      />
      <Menu trigger={<IconButton small icon={Download} label={t('export.save')} />} items={items(save)} />
      <span role="status">
        <VisuallyHidden>{said === '' ? '' : common(said)}</VisuallyHidden>
      </span>
    </>
  )
}
