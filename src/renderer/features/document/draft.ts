/** What was left unsaved where documents are edited; found again when it is opened anew. `profile…`: what it was opened from. */
export type Draft = { readonly text: string; readonly profileId: string | null; readonly profileName: string | null; readonly at: number }

/** Which document a draft is of; each has its own, so that work on one leaves what was left unsaved in another. `''`: a new one. */
export type DraftPlace = '' | `profile:${string}` | `cluster:${string}` | `kubeadm:${string}`

const keyOf = (place: DraftPlace) => `cove.designer.draft${place === '' ? '' : `.${place}`}`

export function readDraft(place: DraftPlace): Draft | null {
  try {
    const value = JSON.parse(localStorage.getItem(keyOf(place)) ?? 'null') as Partial<Draft> | null
    if (typeof value?.text !== 'string' || typeof value.at !== 'number') return null
    return { text: value.text, profileId: value.profileId ?? null, profileName: value.profileName ?? null, at: value.at }
  } catch {
    return null
  }
}

/** Null: there is nothing to keep. */
export function keepDraft(place: DraftPlace, draft: Draft | null) {
  try {
    if (draft === null) localStorage.removeItem(keyOf(place))
    else localStorage.setItem(keyOf(place), JSON.stringify(draft))
  } catch {
    // Storage may be off or full; then nothing is kept.
  }
}
