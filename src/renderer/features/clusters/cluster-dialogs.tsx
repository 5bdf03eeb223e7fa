import { SwitchDialog } from '../contexts/switch-dialog.tsx'
import { DeleteDialog } from './delete-dialog.tsx'
import { LoadImageDialog } from './load-image-dialog.tsx'
import { RebuildDialog } from './rebuild-dialog.tsx'
import type { useClusterActions } from './use-cluster-actions.ts'

/** What the actions on clusters ask before they act. */
export function ClusterDialogs({ actions }: { readonly actions: ReturnType<typeof useClusterActions> }) {
  const { dialog, closeDialog: onClose } = actions
  if (dialog === null) return <SwitchDialog change={actions.change} />
  if (dialog.kind === 'rebuild') return <RebuildDialog cluster={dialog.cluster} onClose={onClose} />
  return dialog.kind === 'delete' ? (
    <DeleteDialog cluster={dialog.cluster} onClose={onClose} />
  ) : (
    <LoadImageDialog cluster={dialog.cluster} onClose={onClose} />
  )
}
