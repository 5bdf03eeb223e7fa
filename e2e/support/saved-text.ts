import type { Page } from '@playwright/test'

/**
 * Text of what the page saves as a file when `act` is done. Read where the page makes it: the file of a download belongs to the browser, which may have
 * put it away by the time it is read.
 */
export async function savedText(page: Page, act: () => Promise<void>): Promise<string> {
  await page.evaluate(() => {
    if ('savedBlob' in window) return
    const make = URL.createObjectURL.bind(URL)
    Object.assign(window, { savedBlob: null })
    URL.createObjectURL = (blob) => {
      Object.assign(window, { savedBlob: blob })
      return make(blob)
    }
  })
  await Promise.all([page.waitForEvent('download'), act()])
  return page.evaluate(() => (window as unknown as { savedBlob: Blob }).savedBlob.text())
}
