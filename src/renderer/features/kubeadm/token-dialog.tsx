import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TargetId } from '#shared/contract/targets.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Button, Callout, Code, composing, Dialog, Select, TextInput } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'

const lives = ['1', '24', '168', '0'] as const

/** Makes a token and shows the line to join with once: its secret half is kept nowhere. */
export function TokenDialog({ target, onClose }: { readonly target: TargetId; readonly onClose: () => void }) {
  const { t } = useTranslation('kubeadm')
  const { t: common } = useTranslation('common')
  const queryClient = useQueryClient()
  const id = useId()
  const [hours, setHours] = useState<(typeof lives)[number]>('24')
  const [description, setDescription] = useState('')
  const make = useMutation({
    mutationFn: () => api.kubeadm.createToken({ target, hours: Number(hours), description: description.trim() }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryUtils.kubeadm.tokens.key() }),
  })
  const submit = () => {
    if (!make.isPending && make.data === undefined) make.mutate()
  }
  return (
    <Dialog
      open
      wide={make.data !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={t('token.title')}
      description={make.data ? t('token.once') : t('token.lead')}
      footer={
        make.data ? (
          <Button variant="primary" onClick={onClose}>
            {common('close')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{common('cancel')}</Button>
            <Button variant="primary" busy={make.isPending} onClick={submit}>
              {t('tokens.make')}
            </Button>
          </>
        )
      }
    >
      {make.data ? (
        <Code text={make.data.joinCommand} label={t('token.line')} wrap />
      ) : (
        <div className="kubeadm-form">
          <label htmlFor={`${id}-life`}>{t('token.life')}</label>
          <Select
            id={`${id}-life`}
            value={hours}
            onValueChange={setHours}
            options={lives.map((value) => ({ value, label: t(`token.lives.${value}`) }))}
          />
          <label htmlFor={`${id}-for`}>{t('token.for')}</label>
          <TextInput
            id={`${id}-for`}
            wide
            maxLength={200}
            value={description}
            onValueChange={setDescription}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !composing(event)) submit()
            }}
          />
        </div>
      )}
      {!make.data && hours === '0' ? (
        <Callout tone="warn" className="kubeadm-note">
          {t('token.neverNote')}
        </Callout>
      ) : null}
      {make.error ? <ErrorNotice error={make.error} /> : null}
    </Dialog>
  )
}
