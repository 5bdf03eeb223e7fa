import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { appError, queryUtils } from '../../api/client.ts'
import { Segmented } from '../../ui/index.ts'
import { FileChange } from '../host-changes/file-change.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import '../host-changes/host-changes.css'

type From = 'profile' | 'made'

/** What a rebuild makes the cluster from: its own document, or that of its profile where this says something else now. */
export function useRebuildFrom(cluster: Cluster) {
  const [wish, setWish] = useState<From | null>(null)
  const own = useQuery(queryUtils.clusters.document.queryOptions({ input: { id: cluster.id }, retry: false }))
  const asked = cluster.profileId !== null
  const profile = useQuery(
    // What is shown is what is built, so it is read anew each time.
    queryUtils.profiles.get.queryOptions({ input: { id: cluster.profileId ?? '' }, enabled: asked, retry: false, staleTime: 0, gcTime: 0 }),
  )
  const now = profile.data
  // A document of another provider makes another cluster; a line end at the end of a file makes none.
  const differs = own.data !== undefined && now?.provider === own.data.provider && now.document.trimEnd() !== own.data.text.trimEnd()
  const since = own.data?.since ?? null
  // Whichever was said last: a document kept for the cluster itself stands before a profile that is older.
  const usual: From = differs && since !== null && now.modifiedAt > since ? 'profile' : 'made'
  const from: From = differs ? (wish ?? usual) : 'made'
  return {
    own,
    /** The profile, where it says something else than the cluster was made with. */
    profile: differs ? now : null,
    from,
    choose: setWish,
    /** Null: its own. */
    document: from === 'profile' && differs ? now.document : null,
    waiting: own.isLoading || profile.isLoading,
    /** Why the profile cannot be read. One that was removed since is no error: the cluster has its own document. */
    error: appError(profile.error)?.code === 'not-found' ? null : profile.error,
  }
}

type Source = { readonly source: ReturnType<typeof useRebuildFrom> }

/** The choice between the two documents; nothing where they say the same. */
export function RebuildFrom({ source: { own, profile, from, choose, error } }: Source) {
  const { t } = useTranslation('clusters')
  if (error) return <ErrorNotice className="goes-notice" tone="warn" error={error} consequence={t('rebuild.profileUnread')} />
  if (profile === null) return null
  return (
    <div className="dialog-field">
      <span>{t('rebuild.from')}</span>
      <span>
        <Segmented<From>
          label={t('rebuild.from')}
          value={from}
          onValueChange={choose}
          options={[
            { value: 'profile', label: t('rebuild.profileNow', { name: profile.name }) },
            { value: 'made', label: t(own.data?.seen === 'looked-at' ? 'rebuild.asSeen' : 'rebuild.asMade') },
          ]}
        />
      </span>
    </div>
  )
}

/** What the profile says otherwise than the cluster was made with. */
export function RebuildChange({ source: { own, profile } }: Source) {
  if (profile === null || own.data === undefined) return null
  return (
    <div className="dialog-field rebuild-change">
      <FileChange path={profile.name} before={own.data.text} after={profile.document} mode={null} />
    </div>
  )
}
