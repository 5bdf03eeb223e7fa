import { Columns3 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Checkbox, composing, fits, harmless, IconButton, Popover, Segmented, TextInput, wordsOf } from '../../ui/index.ts'
import { AndMore } from './and-more.tsx'
import { timeModes } from './log-search.ts'
import type { TimeMode } from './log-time.ts'

/** More are found by typing. */
const mostFields = 30

type LookPanelProps = {
  readonly times: TimeMode
  readonly onTimes: (times: TimeMode) => void
  readonly columns: readonly string[]
  /** Fields of the lines in view. */
  readonly known: () => readonly string[]
  readonly onColumns: (columns: readonly string[]) => void
}

/** Which time stands before a line, and which of its fields in columns of their own. */
export function LookPanel({ times, onTimes, columns, known, onColumns }: LookPanelProps) {
  const { t } = useTranslation('logs')
  const [open, setOpen] = useState(false)
  const [path, setPath] = useState('')
  const all = open ? [...new Set([...columns, ...known()])] : []
  const fitting = all.filter((name) => fits(name, wordsOf(path)))
  const toggle = (name: string) => onColumns(columns.includes(name) ? columns.filter((one) => one !== name) : [...columns, name])
  const add = () => {
    const name = path.trim()
    if (name !== '' && !columns.includes(name)) onColumns([...columns, name])
    setPath('')
  }
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('columns.label')}
      className="log-panel"
      trigger={<IconButton small icon={Columns3} label={t('columns.label')} />}
    >
      <div className="log-panel-line">
        <span className="fg-2">{t('times.label')}</span>
        <Segmented
          label={t('times.label')}
          value={times}
          onValueChange={onTimes}
          options={timeModes.map((value) => ({ value, label: t(`times.${value}`) }))}
        />
      </div>
      <p className="fg-2">{t('columns.fields')}</p>
      <div className="log-panel-list">
        {all.length === 0 ? <p className="fg-3">{t('columns.none')}</p> : null}
        {fitting.slice(0, mostFields).map((name) => (
          <Checkbox key={name} checked={columns.includes(name)} onCheckedChange={() => toggle(name)}>
            <span className="mono">{harmless(name)}</span>
          </Checkbox>
        ))}
        {fitting.length > mostFields ? <AndMore of={fitting.length - mostFields} /> : null}
      </div>
      <div className="line">
        <TextInput
          mono
          size="small"
          aria-label={t('columns.path')}
          placeholder="http.status"
          value={path}
          maxLength={500}
          onValueChange={setPath}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !composing(event)) add()
          }}
        />
        <Button size="small" onClick={add} disabled={path.trim() === ''}>
          {t('columns.add')}
        </Button>
      </div>
    </Popover>
  )
}
