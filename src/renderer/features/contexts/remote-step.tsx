import { useEffect, useId, useRef } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import type { KubeContext } from '#shared/contract/kubeconfig.ts'
import { Button, Icon } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { whereIcon } from './context-words.ts'
import type { useSwitch } from './use-contexts.ts'
import './contexts.css'

type RemoteStepProps = { readonly context: KubeContext; readonly change: ReturnType<typeof useSwitch> }

/** The question before switching to what is not on this machine. The safe answer has the focus. */
export function RemoteStep({ context, change }: RemoteStepProps) {
  const { t } = useTranslation('contexts')
  const id = useId()
  const back = useRef<HTMLButtonElement>(null)
  useEffect(() => back.current?.focus(), [])
  return (
    <section className="remote-step" aria-labelledby={id}>
      <h2 id={id}>
        <Icon of={whereIcon(context)} />
        {t('remote.title', { name: context.name })}
      </h2>
      <p>
        {context.server === null ? (
          t('remote.noServer')
        ) : (
          <Trans t={t} i18nKey="remote.text" values={{ server: context.server }} components={{ m: <span className="mono text" /> }} />
        )}
      </p>
      {change.error ? <ErrorNotice error={change.error} /> : null}
      <div className="acts">
        <Button ref={back} onClick={change.back}>
          {t('remote.back')}
        </Button>
        <Button variant="primary" busy={change.pending !== null} onClick={change.confirm}>
          {t('remote.do', { name: context.name })}
        </Button>
      </div>
    </section>
  )
}
