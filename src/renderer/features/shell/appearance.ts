import { useQuery } from '@tanstack/react-query'
import type { i18n } from 'i18next'
import { useEffect } from 'react'
import type { Settings } from '#shared/contract/settings.ts'
import { queryUtils } from '../../api/client.ts'
import { chooseLanguage } from '../../locales/i18n.ts'

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

export function applyTheme(theme: Appearance['theme']) {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

/** Follows the settings for as long as the app is shown. */
export function useAppearance(words: i18n) {
  const settings = useQuery(queryUtils.settings.get.queryOptions())
  const info = useQuery(queryUtils.host.info.queryOptions())
  const language = settings.data?.settings.language
  const theme = settings.data?.settings.theme
  const locale = info.data?.locale
  useEffect(() => {
    if (!language || !theme) return
    try {
      localStorage.setItem(key, JSON.stringify({ language, theme }))
    } catch {
      // Storage may be off; then only the first paint differs.
    }
    applyTheme(theme)
    const next = chooseLanguage(language, [...navigator.languages, ...(locale ? [locale] : [])])
    document.documentElement.lang = next
    if (words.language !== next) void words.changeLanguage(next)
  }, [language, theme, locale, words])
}
