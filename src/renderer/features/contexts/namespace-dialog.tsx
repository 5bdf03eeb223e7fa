import { useId, useRef, useState } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import type { KubeContext } from '#shared/contract/kubeconfig.ts'
import { Button, composing, Dialog, FieldError, TextInput } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useShortPath } from './context-words.ts'
import { NamespaceList } from './namespace-list.tsx'
import { useContextWrites } from './use-contexts.ts'

/** The namespace that commands without one use. Written to the kubeconfig, not to the cluster. */
export function NamespaceDialog({ context, onClose }: { readonly context: KubeContext; readonly onClose: () => void }) {
  const { t } = useTranslation('contexts')
  const { t: common } = useTranslation('common')
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [namespace, setNamespace] = useState(context.namespace ?? '')
  const { setNamespace: write } = useContextWrites()
  const short = useShortPath()
  const name = namespace.trim()
  const invalid = name !== '' && !isNamespace(name)
  const submit = () => {
    if (invalid || write.isPending) return
    if (name === (context.namespace ?? '')) onClose()
    else write.mutate({ file: context.file, name: context.name, namespace: name }, { onSuccess: onClose })
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('namespace.title', { name: context.name })}
      description={
        <Trans t={t} i18nKey="namespace.lead" values={{ file: short(context.file) }} components={{ m: <span className="mono" /> }} />
      }
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" disabled={invalid} busy={write.isPending} onClick={submit}>
            {t('namespace.do')}
          </Button>
        </>
      }
    >
      <label htmlFor={id} className="context-label">
        {t('column.namespace')}
      </label>
      <TextInput
        ref={input}
        id={id}
        mono
        wide
        placeholder="default"
        value={namespace}
        invalid={invalid}
        aria-describedby={`${id}-note`}
        onValueChange={setNamespace}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !composing(event)) submit()
        }}
      />
      {invalid ? (
        <FieldError id={`${id}-note`}>{t('namespace.invalid')}</FieldError>
      ) : (
        <p id={`${id}-note`} className="hint">
          {t('namespace.hint')}
        </p>
      )}
      <NamespaceList context={context} typed={name} onPick={setNamespace} />
      {write.error ? <ErrorNotice className="context-notice" error={write.error} consequence={t('namespace.unchanged')} /> : null}
    </Dialog>
  )
}

/** An RFC 1123 label, as the API takes it. */
function isNamespace(name: string): boolean {
  return name.length <= 63 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)
}
