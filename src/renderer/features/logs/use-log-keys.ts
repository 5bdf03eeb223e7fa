import { useEffect } from 'react'
import { actionOf, belongsTo } from './log-keys.ts'
import type { LogAction } from './log-keys.ts'
import { useStable } from './use-stable.ts'

/** The page's keys, wherever the focus is, but not inside what takes keys of its own. */
export function useLogKeys(act: (action: LogAction, extend: boolean) => void) {
  const now = useStable(act)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const found = actionOf(event)
      if (!found || belongsTo(event.target as Element | null, event.key)) return
      // What stands under a dialog is not worked with.
      if (document.querySelector('[role="dialog"]')) return
      event.preventDefault()
      now(found.action, found.extend)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [now])
}
