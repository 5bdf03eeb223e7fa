import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RuntimeName, Runtimes } from '#shared/contract/runtimes.ts'
import { Button, Dialog, FieldError, TextInput } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import type { usePropose } from './use-runtimes.ts'

type MirrorsDialogProps = {
  readonly seen: Runtimes
  readonly runtime: RuntimeName
  readonly propose: ReturnType<typeof usePropose>
  readonly onPlan: (planId: string) => void
  readonly onClose: () => void
}

/** Mirrors of one registry; what comes of it is a plan, which is shown before anything is done. */
export function MirrorsDialog({ seen, runtime, propose, onPlan, onClose }: MirrorsDialogProps) {
  const { t } = useTranslation('runtimes')
  const { t: common } = useTranslation('common')
  const known = seen.runtimes.find((one) => one.name === runtime)?.mirrors ?? []
  const [registry, setRegistry] = useState(known[0]?.registry ?? 'docker.io')
  const [text, setText] = useState(known[0]?.endpoints.join('\n') ?? '')
  const endpoints = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const bad = endpoints.find((line) => !/^https?:\/\/[a-z0-9.[\]:-]+(?:\/[\w./~%-]*)?$/i.test(line))
  const isHost = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i.test(registry.trim())
  const submit = () => {
    if (!isHost || bad !== undefined) return
    propose.mutate(
      { kind: 'mirrors', runtime, registry: registry.trim(), endpoints },
      {
        onSuccess: (plan) => {
          onClose()
          onPlan(plan.id)
        },
      },
    )
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('mirrors.title', { name: t(`name.${runtime}`) })}
      description={t('mirrors.lead')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" busy={propose.isPending} disabled={!isHost || bad !== undefined} onClick={submit}>
            {t('action.showPlan')}
          </Button>
        </>
      }
    >
      <div className="runtime-form">
        <label htmlFor="mirror-registry">{t('mirrors.registry')}</label>
        <div>
          <TextInput
            id="mirror-registry"
            mono
            wide
            value={registry}
            onValueChange={setRegistry}
            placeholder={t('mirrors.registryHint')}
            invalid={!isHost}
          />
          {isHost ? null : <FieldError>{t('mirrors.badRegistry')}</FieldError>}
        </div>
        <label htmlFor="mirror-endpoints">{t('mirrors.endpoints')}</label>
        <div>
          <textarea
            id="mirror-endpoints"
            className="field mono runtime-lines"
            rows={4}
            spellCheck={false}
            value={text}
            aria-invalid={bad !== undefined || undefined}
            onChange={(event) => setText(event.target.value)}
          />
          {bad === undefined ? (
            <p className="fg-3">{t('mirrors.endpointsHint')}</p>
          ) : (
            <FieldError>{t('mirrors.badEndpoint', { text: bad })}</FieldError>
          )}
        </div>
      </div>
      {propose.error ? <ErrorNotice error={propose.error} /> : null}
    </Dialog>
  )
}
