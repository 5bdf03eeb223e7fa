import type { Page } from '@playwright/test'

/**
 * Bytes of what the page saves as a file when `act` is done. Read where the page makes it: the file of a download belongs to the browser, which may have
 * put it away by the time it is read.
 */
async function savedBytes(page: Page, act: () => Promise<void>): Promise<Buffer> {
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
  const base64 = await page.evaluate(async () => {
    const { savedBlob } = window as unknown as { savedBlob: Blob }
    let text = ''
    for (const byte of new Uint8Array(await savedBlob.arrayBuffer())) text += String.fromCharCode(byte)
    return btoa(text)
  })
  return Buffer.from(base64, 'base64')
}

export const savedText = async (page: Page, act: () => Promise<void>) => (await savedBytes(page, act)).toString()
