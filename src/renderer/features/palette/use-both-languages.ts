import { useTranslation } from 'react-i18next'
import { languages } from '../../locales/language.ts'

/** A word in every language of Cove, so that it is found by whichever one is typed. Takes `namespace:key`. */
export function useBothLanguages(): (key: string) => string {
  const { i18n } = useTranslation()
  return (key) => languages.map((language) => i18n.getFixedT(language)(key)).join('\n')
}
