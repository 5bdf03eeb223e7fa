import i18next from 'i18next'
import type { i18n, Resource, ResourceLanguage } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { harmlessWords } from '../ui/harmless.ts'
import { type Language, languages } from './language.ts'

/** One file per language and namespace: `en/clusters.json`. A new file needs no list. What programs say as well as pages is in shared. */
const files = import.meta.glob<ResourceLanguage>(
  ['./en/*.json', './zh-CN/*.json', '../../shared/words/en/*.json', '../../shared/words/zh-CN/*.json'],
  { eager: true, import: 'default' },
)

export const resources: Resource = {}
for (const [path, words] of Object.entries(files)) {
  const [, language, namespace] = /\/([^/]+)\/([^/]+)\.json$/.exec(path) ?? []
  if (language && namespace) (resources[language] ??= {})[namespace] = words
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
    // React escapes markup; escaping twice would show &amp; in paths.
    interpolation: { escapeValue: true, escape: harmlessWords },
    returnNull: false,
  })
  return instance
}
