import { useQuery } from '@tanstack/react-query'
import { ArrowLeft, Play } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TargetId } from '#shared/contract/targets.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Button, Callout } from '../../ui/index.ts'
import { EditorWaits, KubeadmConfigEditor } from '../kubeadm-config/kubeadm-config-editor.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { IgnoreField, namesIn } from './ignore-field.tsx'
import { useStart } from './use-kubeadm.ts'

type InitViewProps = { readonly target: TargetId; readonly busy: boolean; readonly onBack: () => void }

/** The configuration of the new cluster, and the button that makes it. */
export function InitView({ target, busy, onBack }: InitViewProps) {
  const { t } = useTranslation('kubeadm')
  const { t: common } = useTranslation('common')
  const defaults = useQuery(
    queryUtils.kubeadmConfig.defaults.queryOptions({
      input: { target, purpose: 'init', version: null, whole: false },
      staleTime: Number.POSITIVE_INFINITY,
      retry: false,
    }),
  )
  const [edited, setEdited] = useState<string | null>(null)
  const [ignore, setIgnore] = useState('')
  const text = edited ?? defaults.data?.text ?? ''
  const init = useStart(() => api.kubeadm.init({ target, document: text, ignore: namesIn(ignore) }))
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
      {defaults.error ? <ErrorNotice className="page-notice" error={defaults.error} onRetry={() => void defaults.refetch()} /> : null}
      {defaults.data ? (
        <KubeadmConfigEditor
          target={target}
          value={text}
          onChange={setEdited}
          actions={
            <Button variant="primary" icon={Play} disabled={busy} busy={init.isPending} onClick={() => init.mutate(undefined)}>
              {t('init.do')}
            </Button>
          }
        />
      ) : defaults.error ? null : (
        <EditorWaits />
      )}
      <div className="kubeadm-below">
        <IgnoreField value={ignore} onValueChange={setIgnore} />
        <Callout tone="info">{t('init.undo')}</Callout>
      </div>
    </>
  )
}
