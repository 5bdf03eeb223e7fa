import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Target } from '#shared/contract/targets.ts'
import { Button, composing, Dialog, FieldError, TextInput } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { useAddSsh } from './use-targets.ts'

/** Asks where ssh is to go, as a person would type it after `ssh`; what is wrong with it stands beside the field. */
export function AddSshDialog({ onAdded, onClose }: { readonly onAdded: (target: Target) => void; readonly onClose: () => void }) {
  const { t } = useTranslation('targets')
  const { t: common } = useTranslation('common')
  const words = useErrorWords()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const add = useAddSsh((target) => {
    onClose()
    onAdded(target)
  })
  const destination = text.trim()
  const submit = () => {
    if (destination !== '' && !add.isPending) add.mutate(destination)
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('add.title')}
      description={t('add.lead')}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" busy={add.isPending} disabled={destination === ''} onClick={submit}>
            {t('add.do')}
          </Button>
        </>
      }
    >
      <div className="dialog-field">
        <label htmlFor={id}>{t('add.field')}</label>
        <TextInput
          ref={input}
          id={id}
          wide
          mono
          maxLength={250}
          value={text}
          invalid={add.isError}
          aria-describedby={`${id}-hint ${id}-error`}
          onValueChange={(next) => {
            setText(next)
            add.reset()
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !composing(event)) submit()
          }}
        />
        {add.error ? (
          <FieldError id={`${id}-error`}>
            {words(add.error).cause} {words(add.error).fix}
          </FieldError>
        ) : null}
        <p className="hint" id={`${id}-hint`}>
          {t('add.hint')}
        </p>
      </div>
    </Dialog>
  )
}
