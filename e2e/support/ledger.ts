import type { Page } from '@playwright/test'

export type Ledger = {
  /** The highest number seen in a line `n=…` so far (the sample counts from 1); 0: none. */
  highest(): Promise<number>
  /** Goes through the list from top to end; then: numbers that were never shown, shown by more than one row, or by rows out of order. */
  read(): Promise<{ missing: number[]; twice: number[]; disorder: number[] }>
}

/** Watches the rows of the log view from now on and writes down the number `n=…` that each row, known by its `data-seq`, has shown. */
export async function createLedger(page: Page): Promise<Ledger> {
  await page.evaluate(() => {
    const bySeq = new Map<number, number>()
    const look = () => {
      for (const row of document.querySelectorAll<HTMLElement>('[data-seq]')) {
        const number = /\bn=(\d+)/.exec(row.querySelector('.log-text')?.textContent ?? '')?.[1]
        if (number !== undefined) bySeq.set(Number(row.dataset['seq']), Number(number))
      }
      requestAnimationFrame(look)
    }
    look()
    Object.assign(window, { ledger: bySeq })
  })
  const entries = () =>
    page.evaluate(() =>
      [...(window as unknown as { ledger: Map<number, number> }).ledger].sort((a, b) => a[0] - b[0]).map(([, number]) => number),
    )
  return {
    highest: async () => Math.max(0, ...(await entries())),
    read: async () => {
      await page.evaluate(async () => {
        const row = document.querySelector<HTMLElement>('[data-seq]')
        let list = row?.parentElement
        while (list && !(list.scrollHeight > list.clientHeight && /auto|scroll/.test(getComputedStyle(list).overflowY)))
          list = list.parentElement
        if (!list) return
        const frame = () => new Promise((next) => requestAnimationFrame(next))
        for (let top = 0; top <= list.scrollHeight; top += list.clientHeight / 2) {
          list.scrollTop = top
          for (let count = 0; count < 3; count++) await frame()
          // Rows are blank until core has answered; one that stays so is missing.
          const patience = performance.now() + 10_000
          while (list.querySelector('.log-blank') && performance.now() < patience) await frame()
        }
      })
      const numbers = await entries()
      const counts = new Map<number, number>()
      for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1)
      const last = Math.max(0, ...numbers)
      return {
        missing: Array.from({ length: last }, (_, at) => at + 1).filter((number) => !counts.has(number)),
        twice: [...counts].filter(([, count]) => count > 1).map(([number]) => number),
        disorder: numbers.filter((number, at) => at > 0 && number < (numbers[at - 1] ?? 0)),
      }
    },
  }
}
