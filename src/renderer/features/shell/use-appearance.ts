import { useQuery } from '@tanstack/react-query'
import type { i18n } from 'i18next'
import { useEffect } from 'react'
import { queryUtils } from '../../api/client.ts'
import { chooseLanguage, language as shown } from '../../locales/language.ts'
import { applyTheme, rememberAppearance } from './appearance.ts'

/** Follows the settings for as long as the app is shown. */
export function useAppearance(words: i18n) {
  const settings = useQuery(queryUtils.settings.get.queryOptions())
  const info = useQuery(queryUtils.host.info.queryOptions())
  const language = settings.data?.settings.language
  const theme = settings.data?.settings.theme
  const locale = info.data?.locale
  useEffect(() => {
    if (!language || !theme) return
    rememberAppearance({ language, theme })
    applyTheme(theme)
    const next = chooseLanguage(language, [...navigator.languages, ...(locale ? [locale] : [])])
    shown.set(next)
    if (words.language !== next) void words.changeLanguage(next)
  }, [language, theme, locale, words])
}
