import { Check, Minus } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import type { KubeconfigSnapshot, KubeContext } from '#shared/contract/kubeconfig.ts'
import { Button, composing, Dialog, Icon, TextInput } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useShortPath } from './context-words.ts'
import { removalOf } from './removal.ts'
import { useContextWrites } from './use-contexts.ts'
import type { Removed } from './use-contexts.ts'

type RemoveDialogProps = {
  readonly context: KubeContext
  readonly snapshot: KubeconfigSnapshot
  readonly onClose: () => void
  readonly onRemoved: (removed: Removed) => void
}

/** Says which entries go and what stays; the name typed out is the second step. */
export function RemoveDialog({ context, snapshot, onClose, onRemoved }: RemoveDialogProps) {
  const { t } = useTranslation('contexts')
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState('')
  const { remove } = useContextWrites()
  const short = useShortPath()
  const removal = removalOf(context, snapshot)
  const matches = typed.trim() === context.name
  const submit = () => {
    if (!matches || remove.isPending) return
    remove.mutate(context, {
      onSuccess: (removed) => {
        onRemoved(removed)
        onClose()
      },
    })
  }
  const words = (key: string, values: Record<string, string>) => (
    <Trans t={t} i18nKey={key as 'remove.context'} values={values as { name: string }} components={{ m: <span className="mono" /> }} />
  )
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('remove.title', { name: context.name })}
      description={words('remove.lead', { file: short(context.file) })}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{t('remove.keep')}</Button>
          <Button variant="danger" disabled={!matches} busy={remove.isPending} onClick={submit}>
            {t('remove.do', { name: context.name })}
          </Button>
        </>
      }
    >
      <div className="context-goes">
        <section>
          <h3>{t('remove.goes')}</h3>
          <ul>
            <Item gone>{words('remove.context', { name: context.name })}</Item>
            {removal.cluster === null ? null : <Item gone>{words('remove.cluster', { name: removal.cluster })}</Item>}
            {removal.user === null ? null : <Item gone>{words('remove.user', { name: removal.user })}</Item>}
            {removal.current ? <Item gone>{t('remove.current')}</Item> : null}
          </ul>
        </section>
        <section>
          <h3>{t('remove.stays')}</h3>
          <ul>
            <Item>{context.server === null ? t('remove.running') : words('remove.runningAt', { server: context.server })}</Item>
            {removal.keptCluster === null ? null : <Item>{words('remove.keptCluster', { name: removal.keptCluster })}</Item>}
            {removal.keptUser === null ? null : <Item>{words('remove.keptUser', { name: removal.keptUser })}</Item>}
            <Item>{t('remove.backup')}</Item>
          </ul>
        </section>
      </div>
      <label htmlFor={id} className="context-label">
        <Trans t={t} i18nKey="remove.type" values={{ name: context.name }} components={{ m: <span className="mono strong text" /> }} />
      </label>
      <TextInput
        ref={input}
        id={id}
        mono
        wide
        value={typed}
        onValueChange={setTyped}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !composing(event)) submit()
        }}
      />
      {remove.error ? <ErrorNotice className="context-notice" error={remove.error} consequence={t('remove.unchanged')} /> : null}
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
