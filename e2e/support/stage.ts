import type { Browser, Page } from '@playwright/test'
import { made } from './cleanup.ts'
import { type CoveClient, connectAs } from './client.ts'
import { type CoveProcess, type Machine, startCove } from './cove.ts'
import { createLooks, type Looks, usual } from './looks.ts'

/** For all tests of a file, as a launch address can be used once. */
export type Stage = {
  readonly cove: CoveProcess
  readonly page: Page
  /** Beside the page, with its cookie. */
  readonly api: CoveClient['api']
  readonly looks: Looks
  /** Ends it all but the machine. */
  readonly end: () => Promise<void>
}

/** Cove on that machine and a page that shows it, in light and English. `shots`: see `createLooks`. */
export function openStage(browser: Browser, machine: Machine, shots: string): Promise<Stage> {
  return made(async (onEnd) => {
    const cove = await startCove(machine)
    onEnd(cove.stop)
    const page = await browser.newPage({ viewport: usual, locale: 'en-GB', reducedMotion: 'reduce' })
    onEnd(() => page.context().close())
    const { api, close } = await connectAs(page, cove)
    onEnd(close)
    await api.settings.set({ theme: 'light', language: 'en' })
    return { cove, page, api, looks: createLooks({ page, api, shots }) }
  })
}
