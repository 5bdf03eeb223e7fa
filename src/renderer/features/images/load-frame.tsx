import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, composing, Dialog, Segmented, TextInput } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { EngineImageList } from './engine-image-list.tsx'
import './images.css'

type From = 'engine' | 'file'

type LoadFrameProps = {
  readonly title: string
  readonly lead: string
  /** Null: there is nothing yet that could be loaded into. */
  readonly load: ((wish: { readonly image: string } | { readonly archive: string }) => Promise<{ readonly jobId: string }>) | null
  /** Into what, where that is to be chosen. */
  readonly children?: ReactNode
  readonly onClose: () => void
}

/** Asks for an image of the engine or a tar file; a press begins the job and lands on it. */
export function LoadFrame({ title, lead, load: begin, children, onClose }: LoadFrameProps) {
  const { t } = useTranslation('images')
  const { t: common } = useTranslation('common')
  const navigate = useNavigate()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [from, setFrom] = useState<From>('engine')
  const [image, setImage] = useState('')
  const [file, setFile] = useState('')
  const wish = (from === 'engine' ? image : file).trim()
  const load = useMutation({
    mutationFn: (run: NonNullable<typeof begin>) => run(from === 'engine' ? { image: wish } : { archive: wish }),
    onSuccess: ({ jobId }) => {
      onClose()
      return navigate({ to: '/jobs/$id', params: { id: jobId } })
    },
  })
  const able = wish !== '' && begin !== null
  const submit = () => {
    if (able && !load.isPending) load.mutate(begin)
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={lead}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" disabled={!able} busy={load.isPending} onClick={submit}>
            {t('loading.do')}
          </Button>
        </>
      }
    >
      <div className="dialog-field load-source">
        <Segmented<From>
          label={t('loading.from')}
          value={from}
          onValueChange={setFrom}
          options={[
            { value: 'engine', label: t('loading.engine') },
            { value: 'file', label: t('loading.file') },
          ]}
        />
      </div>
      <div className="dialog-field">
        <label htmlFor={id}>{from === 'engine' ? t('image') : t('loading.path')}</label>
        <TextInput
          key={from}
          ref={input}
          id={id}
          mono
          wide
          placeholder={from === 'engine' ? 'shop/web:dev' : '/home/me/web.tar'}
          value={from === 'engine' ? image : file}
          onValueChange={from === 'engine' ? setImage : setFile}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !composing(event)) submit()
          }}
        />
      </div>
      {from === 'engine' ? <EngineImageList value={image} onChoose={setImage} /> : <p className="hint">{t('loading.fileHint')}</p>}
      {children}
      {load.error ? <ErrorNotice error={load.error} /> : null}
    </Dialog>
  )
}
