import { expect, type Page } from '@playwright/test'

/** Presses Tab until the focus is there; a stop too many is a fault. */
export async function tabTo(page: Page, target: ReturnType<Page['locator']>, key: 'Tab' | 'Shift+Tab' = 'Tab', most = 20) {
  await expect(target).toBeVisible()
  for (let stops = 0; stops < most; stops += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  await expect(target).toBeFocused()
}
