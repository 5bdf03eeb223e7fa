import { useCallback, useEffect, useRef } from 'react'
import { type Draft, type DraftPlace, keepDraft } from './draft.ts'

/** What is unsaved is kept while it is typed, so that a closed window has it too. The way to let it go is what is returned. */
export function useDraft(
  { place, draftAt }: { readonly place: DraftPlace; readonly draftAt: number | null },
  text: string,
  saved: string,
  profile: { readonly id: string; readonly name: string } | null,
): () => void {
  const unsaved = text !== saved
  const latest = useRef<Draft | null>(null)
  const gone = useRef(false)
  /** Whether the draft there is this one; another, left where this one began afresh, stays until there is something to keep. */
  const own = useRef(draftAt !== null)
  const keep = useCallback(() => {
    if (gone.current || (latest.current === null && !own.current)) return
    own.current = latest.current !== null
    keepDraft(place, latest.current)
  }, [place])
  useEffect(() => {
    latest.current = unsaved ? { text, profileId: profile?.id ?? null, profileName: profile?.name ?? null, at: Date.now() } : null
    const timer = setTimeout(keep, 300)
    return () => clearTimeout(timer)
  }, [text, unsaved, profile, keep])
  useEffect(() => keep, [keep])
  return useCallback(() => {
    latest.current = null
    keep()
    gone.current = true
  }, [keep])
}
