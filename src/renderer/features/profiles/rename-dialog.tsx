import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Profile } from '#shared/contract/profiles.ts'
import { api, queryUtils } from '../../api/client.ts'
import { NameDialog } from '../document/name-dialog.tsx'

export function RenameDialog({ profile, onClose }: { readonly profile: Profile; readonly onClose: () => void }) {
  const { t } = useTranslation('profiles')
  const queryClient = useQueryClient()
  return (
    <NameDialog
      title={t('rename.title', { name: profile.name })}
      label={t('rename.name')}
      act={t('rename.do')}
      proposed={profile.name}
      before={profile.name}
      save={(name) => api.profiles.rename({ id: profile.id, name })}
      onSaved={() => {
        void queryClient.invalidateQueries({ queryKey: queryUtils.profiles.key() })
        onClose()
      }}
      onClose={onClose}
    />
  )
}
