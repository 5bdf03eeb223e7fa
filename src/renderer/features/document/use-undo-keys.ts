import { useEffect } from 'react'

/** One way back for both views of a document, whatever of the page has the focus. */
export function useUndoKeys({ undo, redo }: { readonly undo: () => void; readonly redo: () => void }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // The editor has its own keys; a field takes back its own letters through the document too.
      if (!(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector('[role="dialog"]')) return
      const key = event.key.toLowerCase()
      if (event.defaultPrevented || (key !== 'z' && key !== 'y')) return
      // What is typed here is in no document yet, so only the field itself can take it back.
      if (event.target instanceof HTMLInputElement && event.target.value !== '' && event.target.closest('.design-add')) return
      // A field that is none of the document's.
      if (event.target instanceof Element && event.target.matches('input, textarea') && !event.target.closest('.design-form')) return
      event.preventDefault()
      if (key === 'y' || event.shiftKey) redo()
      else undo()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [undo, redo])
}
