import { expect, type Page } from '@playwright/test'

type Target = ReturnType<Page['locator']>

/** Presses Tab until the focus is there; a stop too many is a fault. */
export const tabTo = (page: Page, target: Target, key: 'Tab' | 'Shift+Tab' = 'Tab', most = 20) => pressTo(page, target, key, most)

/** From row to row by an arrow. Rows of what other tests have meanwhile may stand between. */
export const walkTo = (page: Page, target: Target, arrow: 'ArrowDown' | 'ArrowUp') => pressTo(page, target, arrow, 30)

async function pressTo(page: Page, target: Target, key: string, most: number) {
  await expect(target).toBeVisible()
  for (let stops = 0; stops < most; stops += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  await expect(target).toBeFocused()
}
