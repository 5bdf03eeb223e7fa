import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeadmToken } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api } from '../../api/client.ts'
import { Button, Cell, Row, SkeletonRows, State, Table, useFormat, useNow } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { TokenDialog } from './token-dialog.tsx'
import { useTokenChange, useTokens } from './use-kubeadm.ts'

const dayHours = 24

/** Tokens that machines can join with, and until when. */
export function TokensSection({ target, busy }: { readonly target: TargetId; readonly busy: boolean }) {
  const { t } = useTranslation('kubeadm')
  const { t: common } = useTranslation('common')
  const list = useTokens(target)
  const [making, setMaking] = useState(false)
  const renew = useTokenChange(target, (id: string) => api.kubeadm.renewToken({ target, id, hours: dayHours }))
  const expire = useTokenChange(target, (id: string) => api.kubeadm.deleteToken({ target, id }))
  const columns = [
    { key: 'id', label: t('tokens.id') },
    { key: 'description', label: t('tokens.description') },
    { key: 'expires', label: t('tokens.expires') },
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  return (
    <section className="kubeadm-part" aria-labelledby="kubeadm-tokens">
      <div className="line wrap">
        <h2 id="kubeadm-tokens">{t('tokens.title')}</h2>
        <span className="fg-3 cut">{t('tokens.note')}</span>
        <span className="grow" />
        <Button size="small" icon={Plus} disabled={busy} onClick={() => setMaking(true)}>
          {t('tokens.make')}
        </Button>
      </div>
      {list.error ? <ErrorNotice error={list.error} onRetry={() => void list.refetch()} /> : null}
      {renew.error ? <ErrorNotice error={renew.error} /> : null}
      {expire.error ? <ErrorNotice error={expire.error} /> : null}
      {list.data?.length === 0 ? (
        <p className="fg-2">{t('tokens.none')}</p>
      ) : list.error && !list.data ? null : (
        <Table label={t('tokens.title')} columns={columns} className="kubeadm-tokens" busy={list.isPending}>
          {list.isPending ? <SkeletonRows rows={2} columns={columns.length} label={common('loading')} /> : null}
          {(list.data ?? []).map((token) => (
            <TokenRow
              key={token.id}
              token={token}
              renewing={renew.isPending && renew.variables === token.id}
              expiring={expire.isPending && expire.variables === token.id}
              onRenew={() => renew.mutate(token.id)}
              onExpire={() => expire.mutate(token.id)}
            />
          ))}
        </Table>
      )}
      {making ? <TokenDialog target={target} onClose={() => setMaking(false)} /> : null}
    </section>
  )
}

type TokenRowProps = {
  readonly token: KubeadmToken
  readonly renewing: boolean
  readonly expiring: boolean
  readonly onRenew: () => void
  readonly onExpire: () => void
}

function TokenRow({ token, renewing, expiring, onRenew, onExpire }: TokenRowProps) {
  const { t } = useTranslation('kubeadm')
  const format = useFormat()
  const now = useNow()
  const { id, description, expiresAt } = token
  return (
    <Row>
      <Cell className="mono">{id}</Cell>
      <Cell className="cut" title={description}>
        {description}
      </Cell>
      <Cell className="line">
        {expiresAt === null ? (
          <State tone="warn">{t('tokens.never')}</State>
        ) : expiresAt < now ? (
          <State tone="idle">{t('tokens.expired')}</State>
        ) : (
          format.dateTime(expiresAt)
        )}
      </Cell>
      <Cell className="line kubeadm-row-acts">
        <Button size="small" variant="quiet" busy={renewing} aria-label={t('tokens.renewOf', { id })} onClick={onRenew}>
          {t('tokens.renew')}
        </Button>
        <Button size="small" variant="quiet" busy={expiring} aria-label={t('tokens.expireOf', { id })} onClick={onExpire}>
          {t('tokens.expire')}
        </Button>
      </Cell>
    </Row>
  )
}
