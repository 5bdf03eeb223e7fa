import type { Page } from '@playwright/test'

// A document that is edited as text beside its form.

export const editorOf = (page: Page) => page.getByRole('textbox', { name: /^(Document as YAML|YAML 文档)$/ })

export const textOf = (page: Page): Promise<string> =>
  page
    .locator('.cm-line')
    .allInnerTexts()
    .then((lines) => lines.map((line) => line.replace(/^\n$/, '')).join('\n'))

/** Replaces the whole text, as a person who pastes one. */
export async function pasteText(page: Page, document: string): Promise<void> {
  await editorOf(page).focus()
  await page.keyboard.press('Control+A')
  await page.keyboard.insertText(document)
}
