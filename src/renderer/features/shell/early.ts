/** What somebody asked for while the page's code was still on its way; done when it is here. */
export const early = { palette: false, main: false }

/** Ctrl+K, or ⌘K. */
export const isPaletteKey = (event: KeyboardEvent) =>
  (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k'
