import { useEffect } from 'react'
import type { RefObject } from 'react'

/**
 * Keeps `aria-activedescendant` true. cmdk sets it only when the value of the chosen option changes, so not for the first one,
 * and goes on naming an option that was rendered anew.
 */
export function useActiveOption(root: RefObject<HTMLElement | null>) {
  useEffect(() => {
    const element = root.current
    if (!element) return
    const tell = () => {
      const id = element.querySelector('[role="option"][aria-selected="true"]')?.id ?? ''
      for (const owner of element.querySelectorAll('[role="combobox"], [role="listbox"]')) {
        if (id === '') owner.removeAttribute('aria-activedescendant')
        else if (owner.getAttribute('aria-activedescendant') !== id) owner.setAttribute('aria-activedescendant', id)
      }
    }
    const observer = new MutationObserver(tell)
    observer.observe(element, {
      subtree: true,
      childList: true,
      attributeFilter: ['aria-selected', 'aria-activedescendant'],
    })
    tell()
    return () => observer.disconnect()
  }, [root])
}
