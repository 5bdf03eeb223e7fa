import type { Tree } from './finding-words.ts'
import en from './en/host-checks.json'
import zh from './zh-CN/host-checks.json'

/** For programs that print without i18next. */
export const hostCheckWords: Readonly<Record<'en' | 'zh-CN', Tree>> = { en, 'zh-CN': zh }
