import { useQuery } from '@tanstack/react-query'
import type { KubeadmPurpose } from '#shared/contract/kubeadm-config-procedures.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api } from '../../api/client.ts'
import { readDraft } from '../document/draft.ts'

export type SectionStart = {
  readonly text: string
  /** As it is kept, or as a new one begins: whatever differs from it is unsaved. */
  readonly saved: string
  readonly file: { readonly id: string; readonly name: string } | null
  readonly draftAt: number | null
}

/** What the section begins with: what was left unsaved for this machine, or a short file for `kubeadm init`. */
export function useSectionStart(target: TargetId) {
  return useQuery({
    queryKey: ['kubeadm-config-start', target],
    queryFn: () => startOf(target),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}

async function startOf(target: TargetId): Promise<SectionStart> {
  const draft = readDraft(`kubeadm:${target}`)
  if (draft === null) return fresh(target, 'init', false)
  const file = draft.profileId === null ? null : { id: draft.profileId, name: draft.profileName ?? draft.profileId }
  const saved =
    file === null
      ? ''
      : await api.kubeadmConfig.file({ id: file.id }).then(
          (one) => one.document,
          () => '',
        )
  return { text: draft.text, saved, file: saved === '' ? null : file, draftAt: draft.at }
}

/** A file that is new: kubeadm's own defaults there, or what people really set. */
export async function fresh(target: TargetId, purpose: KubeadmPurpose, whole: boolean): Promise<SectionStart> {
  const { text } = await api.kubeadmConfig.defaults({ target, purpose, version: null, whole })
  return { text, saved: text, file: null, draftAt: null }
}
