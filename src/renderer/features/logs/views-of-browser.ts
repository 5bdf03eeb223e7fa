import type { SavedLogView } from '#shared/contract/settings.ts'

const key = 'cove.logViews'

/** Where a Cove before this one kept views under a name. Read once, to take them over. */
export const viewsOfBrowser = {
  list: (): readonly SavedLogView[] => {
    try {
      const held: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
      return Array.isArray(held) ? held.filter(isView) : []
    } catch {
      return []
    }
  },
  clear: () => localStorage.removeItem(key),
}

function isView(value: unknown): value is SavedLogView {
  if (typeof value !== 'object' || value === null) return false
  const { name, search } = value as Partial<SavedLogView>
  return (
    typeof name === 'string' &&
    name.trim() !== '' &&
    name.length <= 100 &&
    typeof search === 'object' &&
    search !== null &&
    Object.values(search).every((one) => typeof one === 'string')
  )
}
