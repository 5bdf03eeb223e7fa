import { useTranslation } from 'react-i18next'
import type { Profile } from '#shared/contract/profiles.ts'
import { api } from '../../api/client.ts'
import { ProfileNameDialog } from '../profiles/profile-name-dialog.tsx'

/** Asks for the name of a new profile. */
export function SaveProfileDialog({
  name: proposed,
  document,
  onSaved,
  onClose,
}: {
  readonly name: string
  readonly document: string
  readonly onSaved: (profile: Profile) => void
  readonly onClose: () => void
}) {
  const { t } = useTranslation('designer')
  return (
    <ProfileNameDialog
      title={t('profile.saveTitle')}
      description={t('profile.saveText')}
      label={t('profile.name')}
      act={t('profile.save')}
      proposed={proposed}
      save={(name) => api.profiles.save({ id: null, name, document })}
      onSaved={onSaved}
      onClose={onClose}
    />
  )
}
