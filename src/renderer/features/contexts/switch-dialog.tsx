import { useTranslation } from 'react-i18next'
import { PlainDialog } from '../../ui/index.ts'
import { RemoteStep } from './remote-step.tsx'
import type { useSwitch } from './use-contexts.ts'

/** Over a page: the question before switching to what is not on this machine; nothing where none is asked. */
export function SwitchDialog({ change }: { readonly change: ReturnType<typeof useSwitch> }) {
  const { t } = useTranslation('contexts')
  if (!change.asking) return null
  return (
    <PlainDialog open onOpenChange={(open) => !open && change.back()} label={t('remote.title', { name: change.asking.name })}>
      <RemoteStep context={change.asking} change={change} />
    </PlainDialog>
  )
}
