export const languages = ['en', 'zh-CN'] as const
export type Language = (typeof languages)[number]

const listeners = new Set<() => void>()
let current: Language = 'en'

/** The language of the page, and the way to follow it: for what is painted before i18next is here. */
export const language = {
  get: (): Language => current,
  set: (next: Language) => {
    current = next
    document.documentElement.lang = next
    for (const listener of listeners) listener()
  },
  subscribe: (listener: () => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

/** The person's choice, else the first wish of the browser or machine that Cove speaks. */
export function chooseLanguage(setting: 'system' | Language, wishes: readonly string[]): Language {
  if (setting !== 'system') return setting
  for (const wish of wishes) {
    const tag = wish.toLowerCase()
    if (tag.startsWith('zh')) return 'zh-CN'
    if (tag.startsWith('en')) return 'en'
  }
  return 'en'
}
