import { readFile } from 'node:fs/promises'
import type { Download, Page } from '@playwright/test'

export type Downloaded = { readonly name: string; readonly bytes: Buffer }

/** What the host sends as a file when `act` is done, as the browser has written it. Fails as the download does. */
export async function downloaded(page: Page, act: () => Promise<void>): Promise<Downloaded> {
  const download = await begun(page, act)
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
}

/** A download that has begun: it may be waited for, or go wrong. */
export async function begun(page: Page, act: () => Promise<void>): Promise<Download> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()])
  return download
}
