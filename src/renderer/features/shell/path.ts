import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let current = fromAddress()

/** Where the page is, as `/jobs/j1`; the part behind the `#`. Known before the router is here, which then says where it goes itself. */
export const usePath = () => useSyncExternalStore(subscribe, () => current)

export function setPath(next: string) {
  if (next === current) return
  current = next
  for (const listener of listeners) listener()
}

/** The first page, named in the address: the router has nothing to redirect. */
export function startPath() {
  if (window.location.hash.length < 3) window.history.replaceState(window.history.state, '', '#/clusters')
  setPath(fromAddress())
}

const followAddress = () => setPath(fromAddress())

function subscribe(listener: () => void) {
  if (listeners.size === 0) window.addEventListener('popstate', followAddress)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.removeEventListener('popstate', followAddress)
  }
}

function fromAddress(): string {
  return window.location.hash.slice(1).split('?')[0] || '/clusters'
}
