import { useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, composing, TextInput } from '../../ui/index.ts'
import { SettingRow } from './setting-row.tsx'

type Save = {
  readonly isPending: boolean
  readonly isSuccess: boolean
  readonly error: unknown
  readonly reset: () => void
}

type TypedSettingProps = {
  readonly label: ReactNode
  readonly mono?: boolean
  readonly saved: string
  /** How the saved value is shown while nobody edits it. */
  readonly shown?: string
  readonly placeholder?: string
  readonly hint?: ReactNode
  /** A value that may be filled in; never taken unasked. */
  readonly example?: string
  readonly readOnly: boolean
  /** Says why nothing can be changed. */
  readonly readOnlyId: string
  /** In words; null: it can be saved. `editing`: still on the way. */
  readonly problem: (value: string, editing: boolean) => string | null
  readonly refused: (value: string) => boolean
  readonly save: Save
  readonly onSave: (value: string, done: () => void) => void
}

/**
 * A value that is typed: checked as it is typed, saved at Enter or when the field is left. One that cannot be saved stays in the field with the
 * reason, and is not sent. Esc takes back what was typed.
 */
export function TypedSetting(props: TypedSettingProps) {
  const { label, mono, saved, shown = saved, placeholder, hint, example, readOnly, readOnlyId, problem, refused, save, onSave } = props
  const { t } = useTranslation('settings')
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [draft, setDraft] = useState<string | null>(null)
  const [sent, setSent] = useState<string | null>(null)
  const [editing, setEditing] = useState(false)
  const said = draft === null ? null : problem(draft, editing)
  const change = (text: string) => {
    setDraft(text)
    setSent(null)
    save.reset()
  }
  const commit = (again: boolean) => {
    if (draft === null || save.isPending || (draft === sent && !again)) return
    if (refused(draft)) return
    const value = draft.trim()
    if (value === saved) return setDraft(null)
    setSent(draft)
    onSave(value, () => setDraft((now) => (now === draft ? null : now)))
  }
  return (
    <SettingRow
      id={id}
      label={label}
      {...(mono ? { mono } : {})}
      result={save.isPending ? 'saving' : save.isSuccess && draft === null ? 'saved' : 'idle'}
      problem={said}
      note={draft === null || draft.trim() === saved ? null : <span className="fg-3 sm">{t('enterSaves')}</span>}
      error={save.error}
      hint={
        hint || example ? (
          <>
            {hint}
            {example && !readOnly && saved !== example ? (
              <span className="setting-example">
                {t('example')} <span className="mono">{example}</span>
                <Button
                  size="small"
                  variant="quiet"
                  aria-label={t('fillInNamed', { value: example })}
                  onClick={() => {
                    change(example)
                    input.current?.focus()
                  }}
                >
                  {t('fillIn')}
                </Button>
              </span>
            ) : null}
          </>
        ) : null
      }
    >
      <TextInput
        ref={input}
        id={id}
        mono
        inputMode="url"
        frameClassName="setting-control"
        placeholder={placeholder}
        value={draft ?? (editing ? saved : shown)}
        readOnly={readOnly}
        invalid={said !== null}
        aria-describedby={readOnly ? readOnlyId : said ? `${id}-problem` : hint ? `${id}-hint` : undefined}
        onFocus={() => setEditing(true)}
        onBlur={() => {
          setEditing(false)
          commit(false)
        }}
        onValueChange={change}
        onKeyDown={(event) => {
          if (composing(event)) return
          if (event.key === 'Enter') commit(true)
          if (event.key === 'Escape' && draft !== null) {
            event.stopPropagation()
            setDraft(null)
            save.reset()
          }
        }}
      />
    </SettingRow>
  )
}
