import type { Page } from '@playwright/test'
import en from '../../src/renderer/locales/en/errors.json' with { type: 'json' }
import zh from '../../src/renderer/locales/zh-CN/errors.json' with { type: 'json' }
import type { ErrorCode } from '../../src/shared/messages/error-facts.ts'
import { expect, type OpenCove } from './test.ts'

/** The first words of a message that hold no fact, to look for on a page. */
const titleOf = (words: typeof en, code: ErrorCode) =>
  new RegExp(words[code].title.replace(/[.*+?^$()[\]\\|]/g, '\\$&').replace(/ ?\{\{\w+\}\} ?/g, '.+'))

/** The page says that this went wrong, in English and in Chinese. */
export async function inBothLanguages(cove: OpenCove, page: Page, code: ErrorCode): Promise<void> {
  await expect(page.getByText(titleOf(en, code)).first()).toBeVisible()
  await cove.api.settings.set({ language: 'zh-CN' })
  await expect(page.getByText(titleOf(zh as typeof en, code)).first()).toBeVisible()
  await cove.api.settings.set({ language: 'en' })
}
