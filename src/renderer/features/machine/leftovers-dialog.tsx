import { Check, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Leftover } from '#shared/contract/leftovers.ts'
import { Button, Dialog, Icon, useFormat } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { shortName } from './leftover-words.ts'
import { bytesOf, useRemoveLeftovers } from './use-leftovers.ts'

type LeftoversDialogProps = { readonly items: readonly Leftover[]; readonly others: number; readonly onClose: () => void }

/** Names everything that goes and says what stays; the button with the count and the size is the second step. */
export function LeftoversDialog({ items, others, onClose }: LeftoversDialogProps) {
  const { t } = useTranslation('leftovers')
  const format = useFormat()
  const remove = useRemoveLeftovers(onClose)
  const bytes = bytesOf(items)
  const count = items.length
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('confirm.title', { count })}
      description={t('confirm.lead')}
      footer={
        <>
          <Button onClick={onClose}>{t('confirm.keep')}</Button>
          <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate(items)}>
            {bytes > 0 ? t('confirm.do', { count, size: format.bytes(bytes) }) : t('confirm.doUnsized', { count })}
          </Button>
        </>
      }
    >
      <div className="leftovers-goes">
        <section>
          <h3>{t('confirm.goes')}</h3>
          {/* A list that scrolls has to be reached by keys. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <ul className="leftovers-list" tabIndex={0} aria-label={t('confirm.goes')}>
            {items.map((item) => (
              <Item key={item.id} gone>
                {t(`kind.${item.kind}`)} <span className="mono">{shortName(item)}</span>
                {item.sizeBytes === null ? null : <span className="fg-3"> {format.bytes(item.sizeBytes)}</span>}
              </Item>
            ))}
          </ul>
        </section>
        <section>
          <h3>{t('confirm.stays')}</h3>
          <ul>
            <Item>{t('confirm.clusters')}</Item>
            <Item>{t('confirm.images')}</Item>
            {items.some((item) => item.source === 'contexts') ? <Item>{t('confirm.backup')}</Item> : null}
            {others > 0 ? <Item>{t('confirm.others', { count: others })}</Item> : null}
          </ul>
        </section>
      </div>
      {remove.error ? <ErrorNotice error={remove.error} /> : null}
    </Dialog>
  )
}

function Item({ gone = false, children }: { readonly gone?: boolean; readonly children: ReactNode }) {
  return (
    <li>
      <Icon of={gone ? Minus : Check} tone={gone ? 'bad' : 'ok'} small />
      <span className="text-wrap">{children}</span>
    </li>
  )
}
