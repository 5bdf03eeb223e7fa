import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Profile } from '#shared/contract/profiles.ts'
import { api, queryUtils } from '../../api/client.ts'
import { NameDialog } from '../document/name-dialog.tsx'

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
  const queryClient = useQueryClient()
  return (
    <NameDialog
      title={t('profile.saveTitle')}
      description={t('profile.saveText')}
      label={t('profile.name')}
      act={t('profile.save')}
      proposed={proposed}
      save={(name) => api.profiles.save({ id: null, name, document })}
      onSaved={(profile) => {
        void queryClient.invalidateQueries({ queryKey: queryUtils.profiles.key() })
        onSaved(profile)
      }}
      onClose={onClose}
    />
  )
}
