import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Profile } from '#shared/contract/profiles.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Button, composing, Dialog, FieldError, TextInput } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'

export function RenameDialog({ profile, onClose }: { readonly profile: Profile; readonly onClose: () => void }) {
  const { t } = useTranslation('profiles')
  const { t: common } = useTranslation('common')
  const words = useErrorWords()
  const queryClient = useQueryClient()
  const [name, setName] = useState(profile.name)
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const rename = useMutation({
    mutationFn: () => api.profiles.rename({ id: profile.id, name: name.trim() }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: queryUtils.profiles.key() })
      onClose()
    },
  })
  const submit = () => {
    if (name.trim() !== '' && !rename.isPending) rename.mutate()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('rename.title', { name: profile.name })}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" busy={rename.isPending} disabled={name.trim() === '' || name.trim() === profile.name} onClick={submit}>
            {t('rename.do')}
          </Button>
        </>
      }
    >
      <div className="dialog-field">
        <label htmlFor={id}>{t('rename.name')}</label>
        <TextInput
          ref={input}
          id={id}
          wide
          maxLength={80}
          value={name}
          invalid={rename.isError}
          onValueChange={(text) => {
            setName(text)
            rename.reset()
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !composing(event)) submit()
          }}
        />
        {rename.error ? (
          <FieldError>
            {words(rename.error).title}
            {t('sentence')}
            {words(rename.error).fix}
          </FieldError>
        ) : null}
      </div>
    </Dialog>
  )
}
