import { useSyncExternalStore } from 'react'
import en from '../../locales/en/shell.json'
import zh from '../../locales/zh-CN/shell.json'
import { language } from '../../locales/language.ts'

/** The words of the frame as they stand, without i18next: it is as large as all else that the first paint needs. */
export function useShellWords() {
  return useSyncExternalStore(language.subscribe, language.get) === 'zh-CN' ? zh : en
}
