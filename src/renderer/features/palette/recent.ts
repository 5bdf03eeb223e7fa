const key = 'cove.palette.recent'
const kept = 12

/** Ids of what was run last, newest first. */
export function recentIds(): readonly string[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []
  } catch {
    return []
  }
}

export function remember(id: string) {
  try {
    localStorage.setItem(key, JSON.stringify([id, ...recentIds().filter((other) => other !== id)].slice(0, kept)))
  } catch {
    // Storage may be off; then nothing is remembered.
  }
}
