import type { Page } from '@playwright/test'
import { logRow } from './log-page.ts'

// What a person does with the page of logs, the same in both hosts.

export async function searchFor(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Search' }).fill(text)
  await page.keyboard.press('Enter')
}

/** Numbers `n=` of the rows on the page, from the top. */
export async function numbersOnPage(page: Page): Promise<number[]> {
  const texts = await page.locator(logRow).allTextContents()
  return texts.flatMap((text) => /\bn=(\d+)/.exec(text)?.[1] ?? []).map(Number)
}
