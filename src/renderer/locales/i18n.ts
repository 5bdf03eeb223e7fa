import i18next from 'i18next'
import type { i18n, Resource, ResourceLanguage } from 'i18next'
import { initReactI18next } from 'react-i18next'

export const languages = ['en', 'zh-CN'] as const
export type Language = (typeof languages)[number]

/** One file per language and namespace: `en/clusters.json`. A new file needs no list. */
const files = import.meta.glob<ResourceLanguage>(['./en/*.json', './zh-CN/*.json'], { eager: true, import: 'default' })

export const resources: Resource = {}
for (const [path, words] of Object.entries(files)) {
  const [, language, namespace] = /^\.\/([^/]+)\/([^/]+)\.json$/.exec(path) ?? []
  if (language && namespace) (resources[language] ??= {})[namespace] = words
}

/** The language of the page: the person's choice, else the first wish of the browser or machine that Cove speaks. */
export function chooseLanguage(setting: 'system' | Language, wishes: readonly string[]): Language {
  if (setting !== 'system') return setting
  for (const wish of wishes) {
    const tag = wish.toLowerCase()
    if (tag.startsWith('zh')) return 'zh-CN'
    if (tag.startsWith('en')) return 'en'
  }
  return 'en'
}

export function createI18n(language: Language): i18n {
  const instance = i18next.createInstance()
  void instance.use(initReactI18next).init({
    resources,
    lng: language,
    fallbackLng: 'en',
    supportedLngs: [...languages],
    ns: Object.keys(resources['en'] ?? {}),
    defaultNS: 'common',
    initAsync: false,
    // React escapes; escaping twice would show &amp; in paths.
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  return instance
}
