import type { LogsSearch } from '../../routes.tsx'

/** A view under a name: what its address said, without the line that it led to. */
export type SavedView = { readonly name: string; readonly search: LogsSearch }
const key = 'cove.logViews'
const most = 100

/** Kept by the browser: core has no place for them yet. */
export function savedViews(): readonly SavedView[] {
  try {
    const held: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(held) ? held.filter(isView) : []
  } catch {
    return []
  }
}

/** Under a name that is there already it takes the other's place. False: the browser keeps nothing. */
export function saveView(name: string, search: LogsSearch): boolean {
  const { at: _, ...rest } = search
  return keep([{ name, search: rest }, ...savedViews().filter((one) => one.name !== name)].slice(0, most))
}

export const forgetView = (name: string) => keep(savedViews().filter((one) => one.name !== name))

function keep(views: readonly SavedView[]): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(views))
    return true
  } catch {
    return false
  }
}

function isView(value: unknown): value is SavedView {
  if (typeof value !== 'object' || value === null) return false
  const { name, search } = value as Partial<SavedView>
  return (
    typeof name === 'string' &&
    typeof search === 'object' &&
    search !== null &&
    Object.values(search).every((one) => typeof one === 'string')
  )
}
