import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeadmCertificate } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api } from '../../api/client.ts'
import { Button, Cell, Dialog, Row, SkeletonRows, State, Table, useFormat, useNow } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useCertificates, useStart } from './use-kubeadm.ts'

const day = 86_400_000
const soonDays = 30

/** Certificates of a control plane with the days that are left. */
export function CertificatesSection({ target, name, busy }: { readonly target: TargetId; readonly name: string; readonly busy: boolean }) {
  const { t } = useTranslation('kubeadm')
  const { t: common } = useTranslation('common')
  const list = useCertificates(target)
  const [asking, setAsking] = useState(false)
  const renew = useStart(() => api.kubeadm.renewCertificates({ target }))
  const columns = [
    { key: 'name', label: t('certificates.name') },
    { key: 'by', label: t('certificates.by') },
    { key: 'expires', label: t('certificates.expires') },
    { key: 'left', label: t('certificates.left') },
  ]
  return (
    <section className="kubeadm-part" aria-labelledby="kubeadm-certificates">
      <div className="line wrap">
        <h2 id="kubeadm-certificates">{t('certificates.title')}</h2>
        <span className="fg-3 cut">{t('certificates.note')}</span>
        <span className="grow" />
        <Button size="small" icon={RefreshCw} disabled={busy} onClick={() => setAsking(true)}>
          {t('certificates.renew')}
        </Button>
      </div>
      {list.error ? <ErrorNotice error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.error && !list.data ? null : (
        <Table label={t('certificates.title')} columns={columns} className="kubeadm-certificates" busy={list.isPending}>
          {list.isPending ? <SkeletonRows rows={6} columns={columns.length} label={common('loading')} /> : null}
          {(list.data ?? []).map((one) => (
            <CertificateRow key={`${one.authority} ${one.name}`} certificate={one} />
          ))}
        </Table>
      )}
      {asking ? (
        <Dialog
          open
          onOpenChange={(open) => !open && setAsking(false)}
          title={t('certificates.ask', { name })}
          description={t('certificates.lead')}
          footer={
            <>
              <Button onClick={() => setAsking(false)}>{common('cancel')}</Button>
              <Button variant="primary" busy={renew.isPending} onClick={() => renew.mutate(undefined)}>
                {t('certificates.renew')}
              </Button>
            </>
          }
        >
          <p className="kubeadm-note">{t('certificates.away')}</p>
          {renew.error ? <ErrorNotice error={renew.error} /> : null}
        </Dialog>
      ) : null}
    </section>
  )
}

function CertificateRow({ certificate }: { readonly certificate: KubeadmCertificate }) {
  const { t } = useTranslation('kubeadm')
  const format = useFormat()
  const now = useNow()
  const { name, authority, signedBy, expiresAt, missing, external } = certificate
  const days = expiresAt === null ? null : Math.floor((expiresAt - now) / day)
  return (
    <Row>
      <Cell className="mono cut" title={name}>
        {name}
      </Cell>
      <Cell className="cut fg-2">{authority ? t('certificates.authority') : external ? t('certificates.external') : signedBy}</Cell>
      <Cell>{expiresAt === null ? '' : format.dateTime(expiresAt)}</Cell>
      <Cell className="line">
        {missing || days === null ? (
          <State tone="idle">{t('certificates.missing')}</State>
        ) : days < 0 ? (
          <State tone="bad">{t('certificates.over')}</State>
        ) : (
          <State tone={days < soonDays ? 'warn' : 'ok'}>{t('certificates.days', { count: days })}</State>
        )}
      </Cell>
    </Row>
  )
}
