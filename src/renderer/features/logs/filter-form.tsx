import { ListFilterPlus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { FormEvent, KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogField } from '#shared/contract/logs.ts'
import { Button, Checkbox, composing, Popover, Segmented, Select, TextInput } from '../../ui/index.ts'
import { emptyPattern } from './find-field.tsx'
import { fieldOps } from './filter-text.ts'
import type { FilterWish } from './filter-text.ts'
import { matcherOf } from './hits.ts'
import { PatternSwitches } from './pattern-switches.tsx'

type FilterFormProps = {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly filter: FilterWish
  readonly onFilter: (filter: FilterWish) => void
}

/** One more condition, and what holds for all of them. */
export function FilterForm({ open, onOpenChange, filter, onFilter }: FilterFormProps) {
  const { t } = useTranslation('logs')
  return (
    <Popover
      open={open}
      onOpenChange={onOpenChange}
      label={t('filter.label')}
      className="log-panel"
      trigger={
        <Button size="small" variant="quiet" icon={ListFilterPlus} title={t('filter.hint')} aria-keyshortcuts="&">
          {t('filter.add')}
        </Button>
      }
    >
      <AddCondition
        onAdd={(change) => {
          onFilter(change(filter))
          onOpenChange(false)
        }}
      />
      <div className="log-panel-line">
        <span className="fg-2">{t('filter.stream')}</span>
        <Segmented
          label={t('filter.stream')}
          value={filter.stream ?? 'all'}
          onValueChange={(stream) => onFilter({ ...filter, stream: stream === 'all' ? null : stream })}
          options={[
            { value: 'all', label: t('filter.both') },
            { value: 'stdout', label: <span className="mono">stdout</span> },
            { value: 'stderr', label: <span className="mono">stderr</span> },
          ]}
        />
      </div>
      {filter.stream ? <p className="fg-3">{t('filter.streamHint')}</p> : null}
      <div className="log-panel-line">
        <span className="fg-2">{t('filter.around')}</span>
        <Segmented
          label={t('filter.around')}
          value={String(filter.context)}
          onValueChange={(lines) => onFilter({ ...filter, context: Number(lines) })}
          options={[...new Set(['0', '2', '5', '20', String(filter.context)])].map((value) => ({ value, label: value }))}
        />
      </div>
      <TimeRange filter={filter} onFilter={onFilter} />
      <Checkbox checked={filter.fold} onCheckedChange={(fold) => onFilter({ ...filter, fold })}>
        {t('filter.fold')}
      </Checkbox>
    </Popover>
  )
}

type Kind = 'include' | 'exclude' | 'field'

function AddCondition({ onAdd }: { readonly onAdd: (change: (filter: FilterWish) => FilterWish) => void }) {
  const { t } = useTranslation('logs')
  const [kind, setKind] = useState<Kind>('include')
  const [pattern, setPattern] = useState(emptyPattern)
  const [field, setField] = useState<LogField>({ path: '', op: '=', value: '' })
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [kind])
  const bare = field.op === 'exists' || field.op === 'missing'
  const ready =
    kind === 'field' ? field.path.trim() !== '' && (bare || field.value !== '') : pattern.text !== '' && matcherOf(pattern) !== null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!ready) return
    if (kind === 'field')
      onAdd((filter) => ({ ...filter, fields: [...filter.fields, { ...field, path: field.path.trim(), value: bare ? '' : field.value }] }))
    else onAdd((filter) => ({ ...filter, [kind]: [...filter[kind], pattern] }))
  }
  // Enter that picks a word of an input method would submit the form.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && composing(event)) event.preventDefault()
  }
  return (
    <form onSubmit={submit} onKeyDown={onKeyDown} className="log-panel-form">
      <Segmented
        label={t('filter.kind')}
        value={kind}
        onValueChange={setKind}
        options={(['include', 'exclude', 'field'] as const).map((value) => ({ value, label: t(`filter.kinds.${value}`) }))}
      />
      {kind === 'field' ? (
        <div className="line">
          <TextInput
            mono
            size="small"
            ref={input}
            aria-label={t('filter.path')}
            placeholder="took_ms"
            value={field.path}
            maxLength={500}
            onValueChange={(path) => setField({ ...field, path })}
          />
          <Select
            mono
            size="small"
            label={t('filter.comparison', { op: field.op })}
            value={field.op}
            onValueChange={(op) => setField({ ...field, op })}
            options={fieldOps.map((op) => ({ value: op, label: op === 'exists' || op === 'missing' ? t(`filter.op.${op}`) : op }))}
          />
          {bare ? null : (
            <TextInput
              mono
              size="small"
              aria-label={t('filter.value')}
              placeholder="1000"
              value={field.value}
              maxLength={10_000}
              onValueChange={(value) => setField({ ...field, value })}
            />
          )}
        </div>
      ) : (
        <TextInput
          mono
          size="small"
          wide
          ref={input}
          aria-label={t('filter.text')}
          placeholder={t('filter.text')}
          value={pattern.text}
          maxLength={10_000}
          invalid={pattern.text !== '' && matcherOf(pattern) === null}
          onValueChange={(text) => setPattern({ ...pattern, text })}
          end={<PatternSwitches pattern={pattern} onPattern={setPattern} />}
        />
      )}
      <Button type="submit" size="small" variant="primary" disabled={!ready}>
        {t('filter.apply')}
      </Button>
    </form>
  )
}

/** From and to, as the browser's own fields for a time of this machine. */
function TimeRange({ filter, onFilter }: Pick<FilterFormProps, 'filter' | 'onFilter'>) {
  const { t } = useTranslation('logs')
  const set = (which: 'from' | 'to', text: string) => {
    const at = new Date(text)
    onFilter({ ...filter, [which]: text === '' || Number.isNaN(at.getTime()) ? null : at.toISOString() })
  }
  return (
    <div className="log-panel-line">
      <span className="fg-2">{t('filter.time')}</span>
      {(['from', 'to'] as const).map((which) => (
        <span key={which} className="field small">
          <TimeField label={t(`filter.${which}`)} time={filter[which]} onTime={(text) => set(which, text)} />
        </span>
      ))}
    </div>
  )
}

type TimeFieldProps = { readonly label: string; readonly time: string | null; readonly onTime: (text: string) => void }

/** Told when it is left: on the way a half-typed time would be taken. The element stays, so that the focus has a place to go on to. */
function TimeField({ label, time, onTime }: TimeFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  const value = localTime(time)
  useEffect(() => {
    if (input.current && input.current.value !== value) input.current.value = value
  }, [value])
  return (
    <input
      ref={input}
      type="datetime-local"
      step="1"
      aria-label={label}
      defaultValue={value}
      onBlur={(event) => event.target.value !== value && onTime(event.target.value)}
    />
  )
}

function localTime(time: string | null): string {
  if (time === null) return ''
  const at = new Date(time)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}
