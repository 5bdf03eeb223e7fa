import { Trans, useTranslation } from 'react-i18next'
import type { KubeconfigSnapshot, KubeContext } from '#shared/contract/kubeconfig.ts'
import { ConfirmByName } from '../shell/confirm-by-name.tsx'
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
  const { remove } = useContextWrites()
  const short = useShortPath()
  const removal = removalOf(context, snapshot)
  const submit = () => {
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
  const some = (key: string, name: string | null) => (name === null ? [] : [words(key, { name })])
  return (
    <ConfirmByName
      title={t('remove.title', { name: context.name })}
      description={words('remove.lead', { file: short(context.file) })}
      name={context.name}
      label={
        <Trans t={t} i18nKey="remove.type" values={{ name: context.name }} components={{ m: <span className="mono strong text" /> }} />
      }
      goesTitle={t('remove.goes')}
      goes={[
        words('remove.context', { name: context.name }),
        ...some('remove.cluster', removal.cluster),
        ...some('remove.user', removal.user),
        ...(removal.current ? [t('remove.current')] : []),
      ]}
      staysTitle={t('remove.stays')}
      stays={[
        context.server === null ? t('remove.running') : words('remove.runningAt', { server: context.server }),
        ...some('remove.keptCluster', removal.keptCluster),
        ...some('remove.keptUser', removal.keptUser),
        t('remove.backup'),
      ]}
      keep={t('remove.keep')}
      act={t('remove.do', { name: context.name })}
      busy={remove.isPending}
      error={remove.error}
      consequence={t('remove.unchanged')}
      onConfirm={submit}
      onClose={onClose}
    />
  )
}
