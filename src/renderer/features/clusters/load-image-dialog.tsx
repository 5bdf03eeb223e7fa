import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { api } from '../../api/client.ts'
import { Button, composing, Dialog, TextInput } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'

/** Copies an image that the engine holds onto every node. */
export function LoadImageDialog({ cluster, onClose }: { readonly cluster: Cluster; readonly onClose: () => void }) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const navigate = useNavigate()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [image, setImage] = useState('')
  const load = useMutation({
    mutationFn: () => api.clusters.loadImage({ id: cluster.id, image: image.trim() }),
    onSuccess: ({ jobId }) => {
      onClose()
      return navigate({ to: '/jobs/$id', params: { id: jobId } })
    },
  })
  const submit = () => {
    if (image.trim() !== '' && !load.isPending) load.mutate()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('load.title', { name: cluster.name })}
      description={t('load.lead', { count: cluster.nodes.length })}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" disabled={image.trim() === ''} busy={load.isPending} onClick={submit}>
            {t('load.do')}
          </Button>
        </>
      }
    >
      <div className="dialog-field">
        <label htmlFor={id}>{t('load.image')}</label>
        <TextInput
          ref={input}
          id={id}
          mono
          wide
          placeholder="shop/web:dev"
          value={image}
          onValueChange={setImage}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !composing(event)) submit()
          }}
        />
      </div>
      {load.error ? <ErrorNotice error={load.error} /> : null}
    </Dialog>
  )
}
