import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { Button, composing, Dialog, TextInput } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'

type SaveImagesDialogProps = { readonly version: string; readonly names: readonly string[]; readonly onClose: () => void }

/** Where the tar goes; what the engine does not hold is pulled before. */
export function SaveImagesDialog({ version, names, onClose }: SaveImagesDialogProps) {
  const { t } = useTranslation('downloads')
  const { t: common } = useTranslation('common')
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const navigate = useNavigate()
  const [file, setFile] = useState('')
  const save = useMutation({
    mutationFn: () => api.downloads.saveImages({ version, names: [...names], file: file.trim() === '' ? null : file.trim() }),
    onSuccess: ({ jobId }) => {
      onClose()
      return navigate({ to: '/jobs/$id', params: { id: jobId } })
    },
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('save.title', { version })}
      description={t('save.lead', { count: names.length })}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" busy={save.isPending} onClick={() => save.mutate()}>
            {t('save.do')}
          </Button>
        </>
      }
    >
      <div className="dialog-field">
        <label htmlFor={id}>{t('save.file')}</label>
        <TextInput
          ref={input}
          id={id}
          mono
          wide
          placeholder={`/home/me/kubernetes-images-${version}.tar`}
          value={file}
          aria-describedby={`${id}-hint`}
          onValueChange={setFile}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !composing(event) && !save.isPending) save.mutate()
          }}
        />
        <p className="hint" id={`${id}-hint`}>
          {t('save.hint')}
        </p>
      </div>
      {save.error ? <ErrorNotice error={save.error} /> : null}
    </Dialog>
  )
}
