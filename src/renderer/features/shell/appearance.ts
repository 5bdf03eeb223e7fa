import type { Settings } from '#shared/contract/settings.ts'

type Appearance = Pick<Settings, 'language' | 'theme'>
const key = 'cove.appearance'

/** Theme and language as last known here, so that the first paint is right before core has answered. */
export function rememberedAppearance(): Appearance {
  try {
    const { language, theme } = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Appearance>
    return {
      language: language === 'en' || language === 'zh-CN' ? language : 'system',
      theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    }
  } catch {
    return { language: 'system', theme: 'system' }
  }
}

export function rememberAppearance(appearance: Appearance) {
  try {
    localStorage.setItem(key, JSON.stringify(appearance))
  } catch {
    // Storage may be off; then only the first paint differs.
  }
}

export function applyTheme(theme: Appearance['theme']) {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}
