import { expect, type Locator, type Page } from '@playwright/test'
import { type LogAddress, logRow, logScroll, logText } from './log-page.ts'

// What a person does with the page of logs, the same in both hosts: over the pods of `scenes`, in English unless said otherwise.

/** Opens the page over a container of the scripted API. */
export type ShowLog = (pod: string, more?: Partial<LogAddress>) => Promise<void>

const lastRow = (page: Page) => page.locator(logRow).last()
const oneOf = (page: Page, text: string) => page.locator(logRow).filter({ hasText: text })

export async function searchFor(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Search' }).fill(text)
  await page.keyboard.press('Enter')
}

/** Numbers `n=` of the rows on the page, from the top. */
export const numbersOnPage = (page: Page) => numbersOf(page.locator(logRow))

async function numbersOf(rows: Locator): Promise<number[]> {
  const texts = await rows.allTextContents()
  return texts.flatMap((text) => /\bn=(\d+)/.exec(text)?.[1] ?? []).map(Number)
}

/** Text and a field, each by the form; both hold. Lines around what fits stand there too, apart from it, until that is taken away. */
export async function filterByForm(page: Page, show: ShowLog): Promise<void> {
  await show('shop')
  await expect(lastRow(page)).toContainText('n=301')
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('textbox', { name: 'Text in the line' }).fill('refused')
  await page.getByRole('button', { name: 'Add condition' }).click()
  await expect(page.getByText(/30 of 302 lines/)).toBeVisible()
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('dialog').getByText('Field', { exact: true }).click()
  await page.getByRole('textbox', { name: 'Field' }).fill('took_ms')
  await page.getByRole('combobox', { name: /^Comparison/ }).click()
  await page.getByRole('option', { name: '>', exact: true }).click()
  await page.getByRole('textbox', { name: 'Value' }).fill('280')
  await page.getByRole('button', { name: 'Add condition' }).click()
  await expect(page.getByText(/2 of 302 lines/)).toBeVisible()
  await expect(page.locator(logRow)).toHaveCount(2)
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('group', { name: 'Lines around' }).getByRole('button', { name: '2', exact: true }).click()
  await page.keyboard.press('Escape')
  await expect.poll(() => numbersOf(page.locator(`${logRow}.around`))).toEqual([288, 289, 291, 292, 298, 299, 301])
  expect(await numbersOf(page.locator(`${logRow}:not(.around)`))).toEqual([290, 300])
  await page.getByRole('button', { name: /^Remove Lines around/ }).click()
  await expect(page.locator(logRow)).toHaveCount(2)
}

/** A range of time on the histogram, by the mouse and by keys. */
export async function brushRange(page: Page, show: ShowLog): Promise<void> {
  await show('shop')
  await expect(lastRow(page)).toContainText('n=301')
  const plot = page.getByRole('slider', { name: 'Lines over time' })
  await expect(plot).toBeEnabled()
  const box = await plot.boundingBox()
  if (!box) throw new Error('the histogram has no place')
  await page.mouse.move(box.x + box.width * 0.25, box.y + 20)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 4 })
  await page.mouse.up()
  await expect(page.getByText(/^[5-9]\d of 302 lines$/)).toBeVisible()
  await page.getByRole('button', { name: /^Remove Time/ }).click()
  await expect(page.getByText(/^302 lines$/)).toBeVisible()
  await plot.focus()
  for (const key of ['Home', 'Shift+PageDown', 'Enter']) await page.keyboard.press(key)
  await expect(page.getByText(/^[1-9]\d? of 302 lines$/)).toBeVisible()
}

/** A JSON line opens; its field becomes a column, its value a filter. */
export async function columnByClick(page: Page, show: ShowLog): Promise<void> {
  await show('shop')
  await oneOf(page, 'n=300').click()
  await page.getByRole('button', { name: '6', exact: true }).click()
  await page
    .getByRole('button', { name: /column/i })
    .last()
    .click()
  await expect(page.locator('.log-head')).toHaveText('customer')
  await page.getByRole('button', { name: /^Only/ }).click()
  await expect(page.getByText(/^4[23] of 302 lines$/)).toBeVisible()
  await expect(page.locator('.log-column').last()).toHaveText('6')
}

/** Bookmarks the second line and takes a link to it, by keys; answers with the text of the line. The link is in the clipboard. */
export async function linkByKeys(page: Page, show: ShowLog): Promise<string> {
  await show('shop')
  await expect(lastRow(page)).toContainText('n=301')
  await page.locator(logScroll).focus()
  await page.keyboard.press('g')
  await expect(page.locator(logRow).first()).toContainText('n=1')
  for (const key of ['j', 'j', 'b', 'l']) await page.keyboard.press(key)
  await expect(page.getByText('Link copied')).toBeVisible()
  const marked = page.locator(logRow).filter({ has: page.locator('.log-mark') })
  await expect(marked).toHaveCount(1)
  return ((await marked.locator(logText).textContent()) ?? '').trim()
}

export const chosenRow = (page: Page) => page.locator(`${logRow}[aria-selected="true"]`).first()

/** From the page to a line, to its value, to the search and back, to the help; nothing by the mouse. */
export async function byKeyboardAlone(page: Page, show: ShowLog): Promise<void> {
  // Another log begins at its own end, wherever the one before was read.
  await show('quiet')
  await expect(page.getByRole('heading', { name: 'No lines yet' })).toBeVisible()
  await show('shop')
  await expect(lastRow(page)).toContainText('n=301')
  const list = page.getByRole('grid')
  for (let stops = 0; stops < 60 && !(await list.evaluate((element) => element === document.activeElement)); stops++)
    await page.keyboard.press('Tab')
  await expect(list).toBeFocused()
  await page.keyboard.press('G')
  // The first chooses the last line.
  for (const key of ['k', 'k', 'k']) await page.keyboard.press(key)
  await expect(chosenRow(page)).toContainText('n=300')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: '"order refused"' })).toBeVisible()
  await page.keyboard.press('Enter')
  await page.keyboard.press('/')
  await expect(page.getByRole('textbox', { name: 'Search' })).toBeFocused()
  await page.keyboard.type('refused')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^(\d+ of )?30( hits)?$/)).toBeVisible()
  for (const key of ['Escape', 'Escape']) await page.keyboard.press(key)
  await expect(list).toBeFocused()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  const { rowCount, rowIndex } = await page.evaluate(() => ({
    rowCount: Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')),
    rowIndex: Number([...document.querySelectorAll('.log-row')].at(-1)?.getAttribute('aria-rowindex')),
  }))
  expect({ rowCount, rowIndex }).toEqual({ rowCount: 302, rowIndex: 302 })
}

/** Names of the page's buttons that begin like English words: in another language they are left over. */
export async function englishNames(page: Page): Promise<string[]> {
  const names = await page
    .locator('main')
    .getByRole('button')
    .evaluateAll((all) => all.map((each) => each.getAttribute('aria-label') ?? each.textContent ?? ''))
  return names.filter(isEnglish)
}

/** What is written or said in an element, but for keys, names and states out of the cluster, that begins like English words. */
export async function englishWords(page: Page, within: string): Promise<string[]> {
  const words = await page.locator(within).evaluateAll((roots) => {
    const found: string[] = []
    for (const root of roots)
      for (const element of [root, ...root.querySelectorAll('*')]) {
        if (element.closest('kbd, .mono, .log-text, .log-value, dt, .finder-item .fg-3')) continue
        for (const name of ['aria-label', 'title', 'placeholder']) found.push(element.getAttribute(name) ?? '')
        for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) found.push(node.nodeValue ?? '')
      }
    return found
  })
  return words.filter(isEnglish)
}

const isEnglish = (text: string) => /^\s*[A-Z][a-z]{2,}/.test(text) && !/\p{Script=Han}/u.test(text)
