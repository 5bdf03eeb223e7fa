import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Profile } from '#shared/contract/profiles.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Button, Dialog } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'

/** Says what goes and what stays; the button carries the name. */
export function RemoveDialog({ profile, onClose }: { readonly profile: Profile; readonly onClose: () => void }) {
  const { t } = useTranslation('profiles')
  const queryClient = useQueryClient()
  const users = (useQuery(queryUtils.clusters.list.queryOptions()).data?.clusters ?? []).filter((one) => one.profileId === profile.id)
  const remove = useMutation({
    mutationFn: () => api.profiles.remove({ id: profile.id }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: queryUtils.profiles.key() })
      onClose()
    },
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('delete.title', { name: profile.name })}
      footer={
        <>
          <Button onClick={onClose}>{t('delete.keep')}</Button>
          <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
            {t('delete.do', { name: profile.name })}
          </Button>
        </>
      }
    >
      <p>
        {t('delete.goes')} <span className="mono text">{profile.file}</span>
      </p>
      <p className="fg-2 delete-hint">
        {users.length === 0 ? t('delete.stays') : t('delete.used', { names: users.map((one) => one.name).join(t('comma')) })}
      </p>
      {remove.error ? <ErrorNotice error={remove.error} onRetry={() => remove.mutate()} /> : null}
    </Dialog>
  )
}
