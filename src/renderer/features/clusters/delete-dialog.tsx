import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Check, Minus } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { api } from '../../api/client.ts'
import { Button, composing, Dialog, Icon, TextInput, useFormat } from '../../ui/index.ts'
import { useShortPath } from '../contexts/context-words.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'

/** Says what goes and what stays; the name typed out is the second step. */
export function DeleteDialog({ cluster, onClose }: { readonly cluster: Cluster; readonly onClose: () => void }) {
  const { t } = useTranslation('clusters')
  const format = useFormat()
  const short = useShortPath()
  const navigate = useNavigate()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState('')
  const matches = typed.trim() === cluster.name
  const remove = useMutation({
    mutationFn: () => api.clusters.delete({ id: cluster.id }),
    onSuccess: ({ jobId }) => {
      onClose()
      return navigate({ to: '/jobs/$id', params: { id: jobId } })
    },
  })
  const submit = () => {
    if (matches && !remove.isPending) remove.mutate()
  }
  const nodes = cluster.nodes.map((node) => node.name)
  const images = [...new Set(cluster.nodes.map((node) => node.image.replace(/@sha256:.*$/, '')))]
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('delete.title', { name: cluster.name })}
      description={t('delete.lead')}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{t('delete.keep')}</Button>
          <Button variant="danger" disabled={!matches} busy={remove.isPending} onClick={submit}>
            {t('delete.do', { name: cluster.name })}
          </Button>
        </>
      }
    >
      <div className="goes">
        <section>
          <h3>{t('delete.goes')}</h3>
          <ul>
            {nodes.length > 0 ? (
              <Item gone>
                <Trans
                  t={t}
                  i18nKey="delete.containers"
                  count={nodes.length}
                  values={{ names: format.list(nodes) }}
                  components={{ m: <span className="mono" /> }}
                />
              </Item>
            ) : null}
            <Item gone>{t('delete.volumes')}</Item>
            {cluster.context ? (
              <Item gone>
                <Trans
                  t={t}
                  i18nKey="delete.context"
                  values={{ name: cluster.context.name, file: short(cluster.context.file) }}
                  components={{ m: <span className="mono" /> }}
                />
              </Item>
            ) : null}
          </ul>
        </section>
        <section>
          <h3>{t('delete.stays')}</h3>
          <ul>
            {images.map((image) => (
              <Item key={image}>
                <Trans t={t} i18nKey="delete.image" values={{ image }} components={{ m: <span className="mono" /> }} />
              </Item>
            ))}
            <Item>
              <Trans t={t} i18nKey="delete.network" values={{ name: cluster.provider }} components={{ m: <span className="mono" /> }} />
            </Item>
            <Item>{t('delete.history')}</Item>
          </ul>
        </section>
      </div>
      <label htmlFor={id} className="delete-label">
        <Trans t={t} i18nKey="delete.type" values={{ name: cluster.name }} components={{ m: <span className="mono strong text" /> }} />
      </label>
      <TextInput
        ref={input}
        id={id}
        mono
        wide
        value={typed}
        onValueChange={setTyped}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !composing(event)) submit()
        }}
      />
      <p className="hint delete-hint">
        <Trans
          t={t}
          i18nKey="delete.then"
          values={{ command: `kind delete cluster --name=${cluster.name}` }}
          components={{ m: <span className="mono" /> }}
        />
      </p>
      {remove.error ? <ErrorNotice error={remove.error} /> : null}
    </Dialog>
  )
}

function Item({ gone = false, children }: { readonly gone?: boolean; readonly children: ReactNode }) {
  return (
    <li>
      <Icon of={gone ? Minus : Check} tone={gone ? 'bad' : 'ok'} small />
      <span className="text-wrap">{children}</span>
    </li>
  )
}
