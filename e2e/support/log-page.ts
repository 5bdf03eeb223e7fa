import type { Page } from '@playwright/test'
import type { ContextRef } from '../../src/shared/contract/base.ts'

export type LogAddress = {
  readonly context: ContextRef
  /** As in the address: `pod:default/web-0/nginx;selector:default/app=web`, each field percent-encoded. */
  readonly parts: string
  readonly begin?: 'all' | '1000'
  readonly filter?: string
  readonly find?: string
  readonly cols?: string
  readonly side?: 'on'
}

/** The page's rows, the note rows among them, and the element that scrolls. */
export const logRow = '.log-row'
export const logText = '.log-text'
export const logScroll = '.log-scroll'

export function logRoute({ context, ...more }: LogAddress): string {
  return `/logs?${new URLSearchParams({ context: context.name, file: context.file, ...more })}`
}

export async function openLogs(page: Page, origin: string, address: LogAddress): Promise<void> {
  await page.goto(`${origin}/#${logRoute(address)}`)
}

export const selectorPart = (selector: string, namespace = 'default') => `selector:${namespace}/${encodeURIComponent(selector)}`
export const podPart = (pod: string, container = pod, namespace = 'default') => `pod:${namespace}/${pod}/${container}`

/** Begins to write down, in the page, the ms between one frame and the next. */
export async function watchFrames(page: Page): Promise<{ stop(): Promise<number[]> }> {
  await page.evaluate(() => {
    const record = { frames: [] as number[], on: true }
    let last: number | null = null
    const look = (now: number) => {
      if (!record.on) return
      if (last !== null) record.frames.push(now - last)
      last = now
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
    Object.assign(window, { frames: record })
  })
  return {
    stop: () =>
      page.evaluate(() => {
        const { frames } = window as unknown as { frames: { frames: number[]; on: boolean } }
        frames.on = false
        return frames.frames
      }),
  }
}

/** `performance.now()` of the page in the frame after one of its last rows had that text. Looks at few, so that looking costs the page next to nothing. */
export function paintedAt(page: Page, text: string, ms: number): Promise<number> {
  return page.evaluate(
    async ([wanted, row, limit]) => {
      const end = performance.now() + limit
      for (;;) {
        const now = await new Promise<number>((next) => requestAnimationFrame(() => next(performance.now())))
        if (now > end) throw new Error(`no row with ${wanted} after ${limit} ms`)
        const rows = document.querySelectorAll(row)
        for (let at = rows.length - 1; at >= Math.max(0, rows.length - 4); at--)
          if (rows[at]?.textContent?.includes(wanted))
            return new Promise<number>((next) => requestAnimationFrame(() => next(performance.now())))
      }
    },
    [text, logRow, ms] as const,
  )
}
