/** Notes on lines of one view, by line id. */
export type Bookmarks = {
  set(id: number, note: string | null): void
  get(id: number): string | null
  list(): { readonly id: number; readonly note: string }[]
  /** Those below are gone with their lines. */
  dropBelow(id: number): void
}

export function createBookmarks(): Bookmarks {
  const notes = new Map<number, string>()
  return {
    set: (id, note) => void (note === null ? notes.delete(id) : notes.set(id, note)),
    get: (id) => notes.get(id) ?? null,
    list: () => [...notes].map(([id, note]) => ({ id, note })),
    dropBelow: (first) => {
      for (const id of notes.keys()) if (id < first) notes.delete(id)
    },
  }
}
