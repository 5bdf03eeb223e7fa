import { useTranslation } from 'react-i18next'
import type { Profile } from '#shared/contract/profiles.ts'
import { api } from '../../api/client.ts'
import { ProfileNameDialog } from './profile-name-dialog.tsx'

export function RenameDialog({ profile, onClose }: { readonly profile: Profile; readonly onClose: () => void }) {
  const { t } = useTranslation('profiles')
  return (
    <ProfileNameDialog
      title={t('rename.title', { name: profile.name })}
      label={t('rename.name')}
      act={t('rename.do')}
      proposed={profile.name}
      before={profile.name}
      save={(name) => api.profiles.rename({ id: profile.id, name })}
      onSaved={onClose}
      onClose={onClose}
    />
  )
}
