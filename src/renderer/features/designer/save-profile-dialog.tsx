import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Profile } from '#shared/contract/profiles.ts'
import { api, appError, queryUtils } from '../../api/client.ts'
import { Button, composing, Dialog, FieldError, TextInput } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'

/** Asks for the name of a new profile. */
export function SaveProfileDialog({
  name: proposed,
  document,
  onSaved,
  onClose,
}: {
  readonly name: string
  readonly document: string
  readonly onSaved: (profile: Profile) => void
  readonly onClose: () => void
}) {
  const { t } = useTranslation('designer')
  const { t: common } = useTranslation('common')
  const words = useErrorWords()
  const queryClient = useQueryClient()
  const [name, setName] = useState(proposed)
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const save = useMutation({
    mutationFn: () => api.profiles.save({ id: null, name: name.trim(), document }),
    onSuccess: (profile) => {
      void queryClient.invalidateQueries({ queryKey: queryUtils.profiles.key() })
      onSaved(profile)
    },
  })
  const suggestion = appError(save.error)?.facts['suggestion']
  const submit = () => {
    if (name.trim() !== '' && !save.isPending) save.mutate()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('profile.saveTitle')}
      description={t('profile.saveText')}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" busy={save.isPending} disabled={name.trim() === ''} onClick={submit}>
            {t('profile.save')}
          </Button>
        </>
      }
    >
      <div className="dialog-field">
        <label htmlFor={id}>{t('profile.name')}</label>
        <TextInput
          ref={input}
          id={id}
          wide
          value={name}
          maxLength={80}
          invalid={save.isError}
          onValueChange={(text) => {
            setName(text)
            save.reset()
          }}
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
          <Button size="small" onClick={() => setName(suggestion)}>
            {t('general.use', { name: suggestion })}
          </Button>
        ) : null}
      </div>
    </Dialog>
  )
}
