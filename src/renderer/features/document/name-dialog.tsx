import { useMutation } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { appError } from '../../api/client.ts'
import { Button, composing, Dialog, FieldError, TextInput } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'

/** Asks for the name of a document that is kept, and stays open with the reason where it cannot have it. */
export function NameDialog<T>({
  title,
  description,
  label,
  act,
  proposed,
  before,
  save: saveAs,
  onSaved,
  onClose,
}: {
  readonly title: string
  readonly description?: string
  readonly label: string
  readonly act: string
  readonly proposed: string
  /** The name it has, which is not a new one. */
  readonly before?: string
  readonly save: (name: string) => Promise<T>
  readonly onSaved: (kept: T) => void
  readonly onClose: () => void
}) {
  const { t } = useTranslation('designer')
  const { t: common } = useTranslation('common')
  const words = useErrorWords()
  const [name, setName] = useState(proposed)
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const save = useMutation({
    mutationFn: () => saveAs(name.trim()),
    onSuccess: onSaved,
  })
  const suggestion = appError(save.error)?.facts['suggestion']
  const possible = name.trim() !== '' && name.trim() !== before
  const put = (text: string) => {
    setName(text)
    save.reset()
  }
  const submit = () => {
    if (possible && !save.isPending) save.mutate()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={description}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" busy={save.isPending} disabled={!possible} onClick={submit}>
            {act}
          </Button>
        </>
      }
    >
      <div className="dialog-field">
        <label htmlFor={id}>{label}</label>
        <TextInput
          ref={input}
          id={id}
          wide
          value={name}
          maxLength={80}
          invalid={save.isError}
          onValueChange={put}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !composing(event)) submit()
          }}
        />
        {save.error ? (
          <FieldError>
            {words(save.error).title}
            {t('sentence')}
            {words(save.error).fix}
          </FieldError>
        ) : null}
        {typeof suggestion === 'string' ? (
          <Button
            size="small"
            onClick={() => {
              put(suggestion)
              // The button goes with the error it was for.
              input.current?.focus()
            }}
          >
            {t('general.use', { name: suggestion })}
          </Button>
        ) : null}
      </div>
    </Dialog>
  )
}
