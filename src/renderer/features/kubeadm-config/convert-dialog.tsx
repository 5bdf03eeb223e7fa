import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeadmVersion } from '#shared/contract/kubeadm-config.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api } from '../../api/client.ts'
import { Button, Callout, Dialog, Segmented, SkeletonRows } from '../../ui/index.ts'
import { FileChange } from '../host-changes/file-change.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { convert } from './document/convert.ts'
import '../host-changes/host-changes.css'

/** What the file becomes in the other version, before it does: by Cove, or by the kubeadm of the machine. */
export function ConvertDialog({
  target,
  text,
  to,
  kubeadm,
  onApply,
  onClose,
}: {
  readonly target: TargetId
  readonly text: string
  readonly to: KubeadmVersion
  /** Version of the kubeadm there; null: none to ask. */
  readonly kubeadm: string | null
  readonly onApply: (text: string) => void
  readonly onClose: () => void
}) {
  const { t } = useTranslation('kubeadm-config')
  const { t: common } = useTranslation('common')
  const [by, setBy] = useState<'cove' | 'kubeadm'>('cove')
  const own = convert(text, to)
  const migrate = useMutation({ mutationFn: () => api.kubeadmConfig.migrate({ target, text }) })
  const made = by === 'cove' ? own.text : (migrate.data?.text ?? null)
  const choose = (next: 'cove' | 'kubeadm') => {
    setBy(next)
    if (next === 'kubeadm' && !migrate.data && !migrate.isPending) migrate.mutate()
  }
  const dropped = migrate.data?.dropped ?? []
  const notes =
    by === 'cove'
      ? own.homeless.map((field) => t('convert.homeless', { field, version: to }))
      : [
          t('convert.comments'),
          ...(migrate.data?.kept ?? []).map((kind) => t('convert.kept', { kind })),
          ...(dropped.length === 0 ? [] : [t('convert.dropped', { fields: dropped.join(t('convert.comma')) })]),
        ]
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('convert.title', { version: to })}
      description={t('convert.text')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" disabled={made === null || made === text} onClick={() => onApply(made ?? text)}>
            {t('convert.do')}
          </Button>
        </>
      }
    >
      {to === 'v1beta4' && kubeadm !== null ? (
        <p className="kubeadm-by">
          <Segmented
            label={t('convert.by')}
            value={by}
            onValueChange={choose}
            options={[
              { value: 'cove', label: t('convert.byCove') },
              { value: 'kubeadm', label: t('convert.byKubeadm', { version: kubeadm }) },
            ]}
          />
        </p>
      ) : null}
      {by === 'kubeadm' && migrate.error ? <ErrorNotice error={migrate.error} onRetry={() => migrate.mutate()} /> : null}
      {notes.length > 0 && made !== null ? (
        <Callout tone={by === 'cove' ? 'warn' : 'info'} title={t('convert.notes')}>
          <ul className="kubeadm-said">
            {notes.map((note) => (
              <li key={note} className="text-wrap">
                {note}
              </li>
            ))}
          </ul>
        </Callout>
      ) : null}
      {made === null ? (
        migrate.isPending ? (
          <SkeletonRows rows={4} columns={1} label={t('convert.asking')} />
        ) : null
      ) : (
        <FileChange path="kubeadm.yaml" before={text} after={made} mode={null} />
      )}
    </Dialog>
  )
}
