import { ArrowLeft } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeadmState } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api } from '../../api/client.ts'
import { Button, Callout } from '../../ui/index.ts'
import { KubeadmConfigSection } from '../kubeadm-config/kubeadm-config-section.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { IgnoreField, namesIn } from './ignore-field.tsx'
import { CheckedHere } from './preflight-findings.tsx'
import { useStart, useStartHere } from './use-kubeadm.ts'

type InitViewProps = {
  readonly target: TargetId
  readonly busy: boolean
  readonly preflight: KubeadmState['preflight']
  readonly onBack: () => void
}

/** The configuration of the new cluster, and the button that makes it. */
export function InitView({ target, busy, preflight, onBack }: InitViewProps) {
  const { t } = useTranslation('kubeadm')
  const { t: common } = useTranslation('common')
  const [ignore, setIgnore] = useState('')
  const init = useStart((document: string) => api.kubeadm.init({ target, document, ignore: namesIn(ignore) }))
  const check = useStartHere((document: string) => api.kubeadm.preflight({ target, document }))
  return (
    <>
      <div className="machine-head">
        <Button size="small" variant="quiet" icon={ArrowLeft} onClick={onBack}>
          {common('back')}
        </Button>
        <h2>{t('init.title')}</h2>
        <span className="fg-3 cut">{t('init.note')}</span>
      </div>
      {init.error ? <ErrorNotice className="page-notice" error={init.error} /> : null}
      {check.job || check.error ? (
        <div className="kubeadm-below">
          <CheckedHere of="init" target={target} check={check} preflight={preflight} />
        </div>
      ) : null}
      <KubeadmConfigSection
        target={target}
        opened
        act={(text) => (
          <>
            <Button variant="primary" disabled={busy} busy={init.isPending} onClick={() => init.mutate(text)}>
              {t('init.do')}
            </Button>
            <Button disabled={busy && !check.busy} busy={check.busy} onClick={() => check.begin(text)}>
              {t('init.check')}
            </Button>
          </>
        )}
      />
      <div className="kubeadm-below">
        <IgnoreField value={ignore} onValueChange={setIgnore} />
        <Callout tone="info">{t('init.undo')}</Callout>
      </div>
    </>
  )
}
