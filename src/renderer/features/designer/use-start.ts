import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { providerIn } from './document/form.ts'
import { type DraftPlace, readDraft } from '../document/draft.ts'
import { takeOver } from './draft.ts'
import { freshText, textOfSpec } from './start-text.ts'
import type { DesignStart } from './use-design.ts'

export type DesignSearch = {
  readonly profile?: string
  readonly cluster?: string
  readonly provider?: 'kind' | 'minikube'
  readonly focus?: 'version'
}

/** What the designer begins with: a profile, a living cluster, what the create dialog held, what was left unsaved, or a new document. */
export function useStart(search: DesignSearch, round: number) {
  return useQuery({
    queryKey: ['designer-start', search, round],
    queryFn: () => startOf(search, round > 0),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}

/** `afresh`: what was left unsaved is not wanted. */
export async function startOf(search: DesignSearch, afresh: boolean): Promise<DesignStart> {
  const plain = { place: '' as const, profile: null, living: null, draftAt: null }
  const begin = (place: DraftPlace, saved: string) => {
    const draft = afresh ? null : readDraft(place)
    return { ...plain, place, text: draft?.text ?? saved, saved, draftAt: draft?.at ?? null }
  }
  if (search.profile !== undefined) {
    const { id, name, document } = await api.profiles.get({ id: search.profile })
    return { ...begin(`profile:${id}`, document), profile: { id, name } }
  }
  if (search.cluster !== undefined) {
    const { text } = await api.clusters.document({ id: search.cluster })
    const { clusters } = await api.clusters.list()
    const name = clusters.find((cluster) => cluster.id === search.cluster)?.name ?? ''
    return { ...begin(`cluster:${search.cluster}`, text), living: { id: search.cluster, name } }
  }
  const handed = takeOver()
  if (handed !== null) {
    // Entered by hand elsewhere and saved nowhere.
    return { ...plain, text: textOfSpec(handed), saved: '' }
  }
  const draft = afresh ? null : readDraft('')
  if (draft !== null && (search.provider === undefined || search.provider === providerIn(draft.text))) {
    const profile = draft.profileId === null ? null : { id: draft.profileId, name: draft.profileName ?? draft.profileId }
    const saved =
      profile === null
        ? ''
        : await api.profiles.get({ id: profile.id }).then(
            (one) => one.document,
            () => '',
          )
    return { ...plain, text: draft.text, saved, profile: saved === '' ? null : profile, draftAt: draft.at }
  }
  const provider = search.provider ?? 'kind'
  // A name that is free, as the create dialog proposes it; without an answer, none.
  const name = await api.clusters.plan({ name: null, provider }).then(
    (plan) => plan.spec.name,
    () => null,
  )
  const text = freshText(provider, name)
  return { ...plain, text, saved: text }
}
