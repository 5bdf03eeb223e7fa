import type { ReactNode } from 'react'

export function Kbd({ children }: { readonly children: ReactNode }) {
  return <kbd>{children}</kbd>
}

export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)
/** `⌘K` on a Mac, `Ctrl+K` elsewhere. */
export const modKey = (key: string) => (isMac ? `⌘${key}` : `Ctrl+${key}`)
