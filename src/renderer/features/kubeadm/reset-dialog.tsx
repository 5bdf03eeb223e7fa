import { useId, useState } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import type { KubeadmState } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api } from '../../api/client.ts'
import { Checkbox, Select, SkeletonRows, Table } from '../../ui/index.ts'
import { ConfirmByName } from '../shell/confirm-by-name.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useTargetName } from '../targets/target-words.ts'
import { useTargets } from '../targets/use-targets.ts'
import { LeftoverChoices } from './leftover-choices.tsx'
import { LeftoverName } from './leftover-name.tsx'
import { useLeftoversOf, useStart } from './use-kubeadm.ts'

type ResetDialogProps = {
  readonly target: TargetId
  readonly name: string
  readonly state: KubeadmState
  readonly onClose: () => void
}

/** Names what a reset removes and what it would leave; each of the latter can be kept. */
export function ResetDialog({ target, name, state, onClose }: ResetDialogProps) {
  const { t } = useTranslation('kubeadm')
  const { t: common } = useTranslation('common')
  const id = useId()
  const targetName = useTargetName()
  const others = (useTargets().data ?? []).filter((one) => one.id !== target && one.state !== 'down')
  const found = useLeftoversOf(target)
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set())
  // A worker, or one of several control planes, leaves its cluster where it is.
  const last = state.kind === 'control-plane' && !(state.nodes ?? []).some((one) => one.controlPlane && one.name !== state.node)
  const [context, setContext] = useState(last)
  const [via, setVia] = useState('')
  const items = found.data ?? []
  const choices = items.filter((one) => !one.byReset)
  const files = items.filter((one) => one.byReset && one.kind === 'kubernetes-file').map((one) => one.name)
  const reset = useStart(() =>
    api.kubeadm.reset({
      target,
      leftovers: choices.filter((one) => !kept.has(one.id)).map((one) => one.id),
      via: via === '' ? null : via,
      context: context && last && state.context !== null,
    }),
  )
  return (
    <ConfirmByName
      title={t('reset.title', { name })}
      description={t(`reset.lead.${state.kind === 'none' ? 'half' : state.kind}`)}
      name={name}
      label={<Trans t={t} i18nKey="reset.type" values={{ name }} components={{ m: <span className="mono strong text" /> }} />}
      goesTitle={t('reset.goes')}
      goes={[
        ...(files.length > 0
          ? [<LeftoverName key="files" item={{ kind: 'kubernetes-file', name: files.join(' '), count: files.length }} />]
          : []),
        ...items.filter((one) => one.byReset && one.kind !== 'kubernetes-file').map((one) => <LeftoverName key={one.id} item={one} />),
        ...(state.kind === 'control-plane' ? [t('reset.data')] : []),
      ]}
      staysTitle={t('reset.stays')}
      stays={[t('reset.programs'), t('reset.images'), t('reset.volumes')]}
      keep={t('reset.keep')}
      act={t('reset.do', { name })}
      busy={reset.isPending || found.isPending}
      error={reset.error}
      onConfirm={() => reset.mutate(undefined)}
      onClose={onClose}
    >
      <div className="kubeadm-field">
        <h3>{t('reset.leftovers')}</h3>
        {found.error ? <ErrorNotice error={found.error} onRetry={() => void found.refetch()} /> : null}
        {found.isPending ? (
          <Table label={t('reset.leftovers')} columns={[{ key: 'a', label: t('reset.leftovers'), hideLabel: true }]} busy>
            <SkeletonRows rows={3} columns={1} label={common('loading')} />
          </Table>
        ) : null}
        {found.data ? <LeftoverChoices items={choices} kept={kept} onKeptChange={setKept} /> : null}
        {state.context && last ? (
          <Checkbox checked={context} onCheckedChange={setContext}>
            {t('reset.context')} <span className="mono">{state.context.name}</span>
          </Checkbox>
        ) : null}
        {others.length > 0 && state.kind !== 'half' ? (
          <>
            <label htmlFor={`${id}-via`}>{t('reset.via')}</label>
            <Select<string>
              id={`${id}-via`}
              value={via}
              onValueChange={setVia}
              options={[{ value: '', label: t('reset.nobody') }, ...others.map((one) => ({ value: one.id, label: targetName(one) }))]}
            />
            <p className="hint">{t('reset.viaHint')}</p>
          </>
        ) : null}
      </div>
    </ConfirmByName>
  )
}
