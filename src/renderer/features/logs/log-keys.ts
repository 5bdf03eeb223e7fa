/** What a key does on the page of logs. */
export const logActions = [
  'find',
  'findNext',
  'findPrevious',
  'follow',
  'down',
  'up',
  'pageDown',
  'pageUp',
  'halfDown',
  'halfUp',
  'start',
  'end',
  'open',
  'mark',
  'bookmark',
  'copy',
  'copyPrefix',
  'link',
  'filter',
  'wrap',
  'side',
  'times',
  'escape',
  'help',
] as const
export type LogAction = (typeof logActions)[number]

/** The keys as the help names them, beside those of less and vim. */
export const keysOf: Record<LogAction, readonly string[]> = {
  find: ['/'],
  findNext: ['n', 'F3'],
  findPrevious: ['N', '⇧F3'],
  follow: ['f'],
  down: ['j', '↓'],
  up: ['k', '↑'],
  pageDown: ['Space', 'PgDn'],
  pageUp: ['⇧Space', 'PgUp'],
  halfDown: ['Ctrl+D'],
  halfUp: ['Ctrl+U'],
  start: ['g', 'Home'],
  end: ['G', 'End'],
  open: ['Enter'],
  mark: ['v', '⇧↑ ⇧↓'],
  bookmark: ['b'],
  copy: ['y'],
  copyPrefix: ['Y'],
  link: ['l'],
  filter: ['&'],
  wrap: ['w'],
  side: ['s'],
  times: ['t'],
  escape: ['Esc'],
  help: ['?'],
}

const plain: Record<string, LogAction> = {
  '/': 'find',
  n: 'findNext',
  N: 'findPrevious',
  f: 'follow',
  F: 'follow',
  j: 'down',
  ArrowDown: 'down',
  k: 'up',
  ArrowUp: 'up',
  ' ': 'pageDown',
  PageDown: 'pageDown',
  PageUp: 'pageUp',
  g: 'start',
  Home: 'start',
  G: 'end',
  End: 'end',
  Enter: 'open',
  v: 'mark',
  b: 'bookmark',
  y: 'copy',
  Y: 'copyPrefix',
  l: 'link',
  '&': 'filter',
  w: 'wrap',
  s: 'side',
  t: 'times',
  Escape: 'escape',
  '?': 'help',
  F3: 'findNext',
}

type Key = {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly isComposing?: boolean
}

/** `extend`: the lines between stay marked. Null: the key means nothing here. */
export function actionOf(event: Key): { readonly action: LogAction; readonly extend: boolean } | null {
  if (event.isComposing || event.altKey || event.metaKey) return null
  if (event.ctrlKey) {
    const half = { d: 'halfDown', u: 'halfUp', e: 'down', y: 'up' } as const
    const action = event.shiftKey ? undefined : half[event.key.toLowerCase() as keyof typeof half]
    // Ctrl+F stays the search, as everywhere else.
    return event.key.toLowerCase() === 'f' ? { action: 'find', extend: false } : action ? { action, extend: false } : null
  }
  if (event.shiftKey && event.key === ' ') return { action: 'pageUp', extend: false }
  if (event.shiftKey && event.key === 'F3') return { action: 'findPrevious', extend: false }
  const action = plain[event.key]
  return action ? { action, extend: event.shiftKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp') } : null
}

/** Keys that a control of its own takes: a button its Space and Enter, a box to type in all of them. */
export function belongsTo(target: Element | null, key: string): boolean {
  if (!target) return false
  // A slider takes some keys and says so itself; all others work there too.
  if (target.closest('input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"]')) return true
  return (key === 'Enter' || key === ' ') && target.closest('button, a, [role="button"], summary, [role="combobox"]') !== null
}
