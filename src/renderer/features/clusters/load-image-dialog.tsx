import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { api } from '../../api/client.ts'
import { Button, composing, Dialog, Segmented, TextInput } from '../../ui/index.ts'
import { EngineImageList } from '../images/engine-image-list.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import '../images/images.css'

type From = 'engine' | 'file'

/** Copies an image that the engine holds, or what a tar file holds, onto every node. */
export function LoadImageDialog({ cluster, onClose }: { readonly cluster: Cluster; readonly onClose: () => void }) {
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
    mutationFn: () => api.clusters.loadImage({ id: cluster.id, ...(from === 'engine' ? { image: wish } : { archive: wish }) }),
    onSuccess: ({ jobId }) => {
      onClose()
      return navigate({ to: '/jobs/$id', params: { id: jobId } })
    },
  })
  const submit = () => {
    if (wish !== '' && !load.isPending) load.mutate()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('loading.title', { name: cluster.name })}
      description={t('loading.lead', { count: cluster.nodes.filter((node) => node.role !== 'load-balancer').length })}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" disabled={wish === ''} busy={load.isPending} onClick={submit}>
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
      {load.error ? <ErrorNotice error={load.error} /> : null}
    </Dialog>
  )
}
