import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { NetworkInstall, NetworkLook } from '#shared/contract/network.ts'
import { api } from '../../api/client.ts'
import { Button, Callout, Dialog } from '../../ui/index.ts'
import { HostJob } from '../host-changes/host-job.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useAskNetwork } from './use-network.ts'

type RemoveDialogProps = {
  readonly cluster: Cluster
  readonly install: NetworkInstall
  readonly seen: NetworkLook
  readonly onClose: () => void
}

/** Says what goes, and which files stay in the nodes. */
export function RemoveDialog({ cluster, install, seen, onClose }: RemoveDialogProps) {
  const { t } = useTranslation('network')
  const { t: common } = useTranslation('common')
  const ask = useAskNetwork()
  const remove = useMutation({ mutationFn: () => api.network.remove({ id: cluster.id, installId: install.id }) })
  const jobId = remove.data?.jobId
  const files = [...new Set(seen.nodes.flatMap((node) => (node.files ?? []).map(({ path }) => path)))]
  return (
    <Dialog
      open
      wide={jobId !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={t('remove.title', { name: install.name })}
      footer={
        <>
          <Button onClick={onClose}>{jobId === undefined ? common('cancel') : common('close')}</Button>
          {jobId === undefined ? (
            <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
              {t('remove.do')}
            </Button>
          ) : null}
        </>
      }
    >
      {jobId === undefined ? (
        <>
          <p>{t('remove.goes', { count: install.objects - install.stays, cluster: cluster.name })}</p>
          <p className="fg-2 network-keep">{t('remove.pods')}</p>
          <Callout tone="info" title={t('remove.stays')}>
            <p className="text-wrap">{t('remove.staysText')}</p>
            {install.stays > 0 ? <p className="text-wrap">{t('remove.notOurs', { count: install.stays })}</p> : null}
            {install.kind === 'chart' ? <p className="text-wrap">{t('remove.chart')}</p> : null}
            {files.length > 0 ? <p className="mono text-wrap">{files.join(', ')}</p> : null}
          </Callout>
        </>
      ) : (
        <HostJob id={jobId} succeeded={t('remove.done')} parts={[]} onEnd={ask} />
      )}
      {remove.error ? <ErrorNotice error={remove.error} /> : null}
    </Dialog>
  )
}
