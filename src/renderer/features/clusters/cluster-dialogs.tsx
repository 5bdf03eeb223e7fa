import { DeleteDialog } from './delete-dialog.tsx'
import { LoadImageDialog } from './load-image-dialog.tsx'
import type { ClusterDialog } from './use-cluster-actions.ts'

export function ClusterDialogs({ dialog, onClose }: { readonly dialog: ClusterDialog; readonly onClose: () => void }) {
  if (dialog === null) return null
  return dialog.kind === 'delete' ? (
    <DeleteDialog cluster={dialog.cluster} onClose={onClose} />
  ) : (
    <LoadImageDialog cluster={dialog.cluster} onClose={onClose} />
  )
}
