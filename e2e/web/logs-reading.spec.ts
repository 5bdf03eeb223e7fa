import { gunzipSync, gzipSync } from 'node:zlib'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import enErrors from '../../src/renderer/locales/en/errors.json' with { type: 'json' }
import en from '../../src/renderer/locales/en/logs.json' with { type: 'json' }
import zh from '../../src/renderer/locales/zh-CN/logs.json' with { type: 'json' }
import { violationsOf } from '../support/axe.ts'
import { family } from '../support/processes.ts'
import { begun, downloaded } from '../support/downloaded.ts'
import { podOf } from '../support/log-api.ts'
import type { LogScript } from '../support/log-api/script.ts'
import { logRow, logScroll, logText, podPart } from '../support/log-page.ts'
import { scenes } from '../support/log-scenes.ts'
import { chosenRow, englishWords, searchFor } from '../support/log-steps.ts'
import { ledgerOf, rowsOf, untilView } from '../support/log-views.ts'
import { twoLooks, usual, wear } from '../support/looks.ts'
import { overflowOf } from '../support/overflow.ts'
import { needsKubectl, openScriptedLogs, type ScriptedLogs } from '../support/scripted-logs.ts'
import { expect, test } from '../support/test.ts'

// How lines are read, marked, chosen, brought and taken away on the page of logs, over a scripted API whose lines are known.

const raw = (line: string) => ({ base64: Buffer.from(line).toString('base64') })
const sent = { past: 500, more: 1200, many: 600_000 }
const words = [
  'INFO a short line',
  `INFO a long line ${'with many words '.repeat(40)}to its end`,
  'שלום עולם: the order 17 was refused',
  '请求完成，用时 12 毫秒',
  'INFO the last line',
]
const script: LogScript = {
  pods: [
    podOf('steady', { kind: 'numbered', past: sent.past, phases: [{ lines: sent.more, perSecond: 100 }] }),
    podOf('many', { kind: 'numbered', past: sent.many }),
    podOf('words', { kind: 'raw', lines: words.map(raw) }),
    ...scenes.pods.filter(({ name }) => ['shop', 'quiet', 'crashing'].includes(name)),
  ],
}

test.describe('reading logs', () => {
  let stage: ScriptedLogs
  let page: Page
  const rowWith = (text: string) => page.locator(logRow).filter({ hasText: text })
  const showAtEnd = async (pod: string, end: string, more = {}) => {
    // Another log begins at its own end, wherever the one before was read.
    await stage.show('quiet')
    await expect(page.locator(`${logScroll}[aria-label*="quiet"]`)).toBeVisible()
    await stage.show(pod, more)
    await expect(page.locator(logRow).last()).toContainText(end)
  }

  test.beforeAll(async ({ browser }) => {
    needsKubectl()
    stage = await openScriptedLogs(script, () => browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' }))
    page = stage.page
  })
  test.afterAll(async () => stage?.end())

  test('Cove and its kubectl are suspended while lines come and the streams break: each line once and in order, and the page follows again', async () => {
    await stage.show('steady')
    await expect(page.locator(logRow).last()).toContainText('n=00000500')
    const views = stage.client.api.logs
    const [own] = await views.views()
    if (!own) throw new Error('the page has no view')
    await stage.api.start()
    await untilView(views, own.viewId, ({ total }) => total > sent.past + 100)
    const asleep = (await family(stage.cove.pid)).map(Number)
    // Cove, and the kubectl through which it reads.
    expect(asleep.length).toBeGreaterThan(1)
    const before = await stage.api.streams()
    for (const pid of asleep) process.kill(pid, 'SIGSTOP')
    try {
      // A closed lid: lines go on, and the connections do not survive it.
      await sleep(4000)
      await stage.api.cut()
    } finally {
      for (const pid of asleep) process.kill(pid, 'SIGCONT')
    }
    const { sources } = await untilView(views, own.viewId, ({ total }) => total >= sent.past + sent.more)
    expect(await views.views()).toMatchObject([{ viewId: own.viewId }])
    const rows = await rowsOf(views, own.viewId)
    expect(ledgerOf(rows, sources[0]?.index ?? -1, sent.past + sent.more)).toMatchObject({ missing: [], doubles: 0, disorder: 0 })
    await expect(page.locator(logRow).last()).toContainText(`n=0000${sent.past + sent.more}`)
    await expect(page.getByText(en.status.following, { exact: true })).toBeVisible()
    // No burst of tries.
    expect((await stage.api.streams()) - before).toBeLessThanOrEqual(2)
  })

  test('wrapped, a long line is higher than a row and nothing scrolls sideways; unwrapped every row is 20 px again', async () => {
    await showAtEnd('words', 'the last line')
    const heights = () => page.locator(logRow).evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height))
    const sideways = () => page.locator(logScroll).evaluate((element) => element.scrollWidth - element.clientWidth)
    expect(await heights()).toEqual(words.map(() => 20))
    await page.keyboard.press('w')
    await expect.poll(async () => (await heights())[1]).toBeGreaterThan(40)
    expect((await heights()).filter((_, at) => at !== 1)).toEqual(words.slice(1).map(() => 20))
    expect(await sideways()).toBe(0)
    const end = await rowWith('to its end')
      .locator(logText)
      .evaluate((text) => {
        const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT)
        let last: Node | null = null
        for (let node = walker.nextNode(); node; node = walker.nextNode()) last = node
        const range = document.createRange()
        range.selectNodeContents(last ?? text)
        range.setStart(last ?? text, (last?.textContent?.length ?? 3) - 3)
        return range.getBoundingClientRect().right
      })
    expect(end).toBeLessThanOrEqual(1280)
    await page.keyboard.press('w')
    await expect.poll(heights).toEqual(words.map(() => 20))
  })

  test('a line that begins in Hebrew turns itself alone: time and text stand where those of the other lines do, side by side too', async () => {
    const places = (text: string) =>
      rowWith(text).evaluate((row, inner) => {
        const left = (selector: string) => row.querySelector(selector)?.getBoundingClientRect().left ?? Number.NaN
        const run = row.querySelector(`${inner} bdi`)
        return {
          time: left('.log-time'),
          text: left(inner),
          run: left(`${inner} bdi`),
          isolated: run ? getComputedStyle(run).unicodeBidi : null,
        }
      }, logText)
    await showAtEnd('words', 'the last line')
    const alone = await places('שלום')
    expect(alone).toEqual(await places('请求完成'))
    expect(alone.isolated).toBe('isolate')
    expect(alone.time).toBeLessThan(alone.text)
    await stage.show('words', { parts: `${podPart('words')};${podPart('quiet')}`, side: 'on' })
    await expect(page.getByRole('columnheader')).toHaveCount(3)
    await expect(rowWith('שלום')).toBeVisible()
    const beside = await places('שלום')
    expect(beside).toEqual(await places('请求完成'))
    expect(beside.time).toBeLessThan(beside.text)
  })

  test('the strip beside the lines has a mark where each hit is; a press goes there', async () => {
    await showAtEnd('shop', 'n=301')
    await searchFor(page, 'order refused')
    await expect(page.getByText(/^(1 of )?30( hits)?$/)).toBeVisible()
    const marks = page.locator('.log-heat rect')
    await expect(marks).toHaveCount(30)
    const { places, parts } = await page.locator('.log-heat svg').evaluate((svg) => ({
      parts: (svg as SVGSVGElement).viewBox.baseVal.height,
      places: [...svg.querySelectorAll('rect')].map((mark) => Number(mark.getAttribute('y'))),
    }))
    // Each tenth line is a hit.
    expect(places.map((place, at) => Math.abs(place / parts - (at * 10 + 9) / 302) <= 1 / parts)).toEqual(places.map(() => true))
    const strip = await page.locator('.log-heat').boundingBox()
    if (!strip) throw new Error('the strip has no place')
    await page.mouse.click(strip.x + strip.width / 2, strip.y + strip.height / 2)
    await expect(rowWith('"n":150').or(rowWith('n=150'))).toBeInViewport()
    await expect(page.getByText(en.status.notFollowing)).toBeVisible()
  })

  test('a note on a bookmark is typed at the line, stands beside it and in the list, and is there after a reload of a pinned view', async () => {
    await showAtEnd('shop', 'n=301')
    await page.getByRole('button', { name: en.pin.on }).click()
    await page.locator(logScroll).focus()
    await page.keyboard.press('g')
    await expect(page.locator(logRow).first()).toContainText('n=1')
    for (const key of ['j', 'Enter']) await page.keyboard.press(key)
    const marked = (await chosenRow(page).getAttribute('data-seq')) ?? ''
    await page.getByRole('button', { name: en.bookmark.add, exact: true }).click()
    await page.getByRole('textbox', { name: en.bookmark.note }).fill('here it begins')
    await page.keyboard.press('Enter')
    const kept = async () => {
      await expect(page.locator(`[data-seq="${marked}"] .log-mark`)).toHaveText('here it begins')
      await page.getByRole('button', { name: en.bookmark.list }).click()
      await expect(page.getByRole('dialog').getByRole('button', { name: /^here it begins/ })).toBeVisible()
    }
    await kept()
    await page.reload()
    await expect(page.locator(logRow).last()).toContainText('n=301')
    await page.locator(logScroll).focus()
    await page.keyboard.press('g')
    await kept()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: en.pin.off }).click()
  })

  test('a crash loop: exit code, restarts, and the way to the log of the run before', async () => {
    await stage.show('crashing')
    const main = page.locator('main')
    await expect(main).toContainText('CrashLoopBackOff, the run before ended with Error, exit code 3, 4 restarts')
    await page
      .getByRole('button', { name: new RegExp(`^(${en.previous.open}|${en.previous.only})$`) })
      .first()
      .click()
    await expect(rowWith('n=00000003')).toBeVisible()
    expect(page.url()).toContain('previous=on')
    await page.getByRole('button', { name: en.previous.back }).click()
    await expect(main).toContainText('CrashLoopBackOff, the run before ended with Error, exit code 3')
  })

  test('all lines are saved packed, whatever is filtered away', async () => {
    await showAtEnd('shop', 'n=300', { filter: 'i:refused' })
    await page.getByRole('button', { name: en.save.label }).click()
    await page
      .getByRole('dialog')
      .getByText(/^All, /)
      .click()
    await page.getByRole('checkbox', { name: en.save.gzip }).click()
    const { name, bytes } = await downloaded(page, () => page.getByRole('button', { name: en.save.now, exact: true }).click())
    expect(name).toMatch(/\.log\.gz$/)
    const lines = gunzipSync(bytes).toString().trimEnd().split('\n')
    expect(lines).toHaveLength(304)
    expect(lines.at(0)).toContain('"n":1,')
    expect(lines.slice(-3)).toEqual([
      expect.stringContaining('at shop.Orders.close(Orders.java:40)'),
      expect.stringContaining('at shop.Main.main(Main.java:12)'),
      expect.stringContaining('INFO n=301 请求完成'),
    ])
  })

  test('a save that is broken off is no file: by the page, by the browser, by another log, by the end of its view, by a reload', async () => {
    const dialog = page.getByRole('dialog')
    const pressSave = () => dialog.getByRole('button', { name: en.save.now, exact: true }).click()
    const begin = async () => {
      if (!(await dialog.isVisible())) await page.getByRole('button', { name: en.save.label }).click()
      return begun(page, pressSave)
    }
    const show = () => showAtEnd('many', `n=${String(sent.many).padStart(8, '0')}`)
    await show()

    const cancelled = await begin()
    await expect(dialog.getByRole('progressbar')).not.toHaveText(/^0 /)
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(await cancelled.failure()).not.toBeNull()
    await expect(dialog.getByRole('button', { name: en.save.now, exact: true })).toBeVisible()
    await expect(dialog.getByRole('alert')).toHaveCount(0)

    const refused = await begin()
    await refused.cancel()
    await expect(dialog.getByRole('alert')).toContainText(enErrors['save-stopped'].title)
    await expect(dialog.getByRole('alert')).toContainText(enErrors['save-stopped'].fix)
    expect([...(await violationsOf(page, '[role="dialog"]')), ...(await overflowOf(page))]).toEqual([])

    const own = (await stage.client.api.logs.views()).find(({ lines }) => lines >= sent.many)
    if (!own) throw new Error('the page has no view')
    const closed = await begin()
    await stage.client.api.logs.close({ viewId: own.viewId })
    expect(await closed.failure()).not.toBeNull()

    await show()
    const left = await begin()
    await page.keyboard.press('Escape')
    await stage.show('quiet')
    expect(await left.failure()).not.toBeNull()

    await show()
    const reloaded = await begin()
    await page.reload()
    expect(await reloaded.failure()).not.toBeNull()

    // The same lines again, this time to the end: each once and in order.
    await show()
    await page.getByRole('button', { name: en.save.label }).click()
    await dialog.getByRole('checkbox', { name: en.save.prefix }).click()
    const { bytes } = await downloaded(page, pressSave)
    const lines = bytes.toString().trimEnd().split('\n')
    expect(lines).toHaveLength(sent.many)
    expect(lines.every((line, at) => line.includes(`n=${String(at + 1).padStart(8, '0')}`))).toBe(true)
    await expect(dialog).toBeHidden()
  })

  test('an address of a file is good once, and for nobody who was not given it', async () => {
    await showAtEnd('shop', 'n=301')
    await page.getByRole('button', { name: en.save.label }).click()
    const file = await begun(page, () => page.getByRole('button', { name: en.save.now, exact: true }).click())
    expect(await file.failure()).toBeNull()
    const path = new URL(file.url()).pathname
    expect(path).toMatch(/^\/save\/[\w-]{43}$/)
    const statusOf = (each: string) => page.evaluate(async (address) => (await fetch(address)).status, each)
    expect(await statusOf(path)).toBe(404)
    expect(await statusOf('/save/AAAA')).toBe(404)
    // The page stays, whatever a link to it is answered.
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.evaluate((address) => {
        const link = document.createElement('a')
        link.href = address
        link.download = 'any'
        link.click()
      }, path),
    ])
    expect(await download.failure()).not.toBeNull()
    await expect(page.locator(logRow).last()).toContainText('n=301')
  })

  test('a packed log file is dropped on the page, another chosen beside it: both are read as logs, without a cluster', async () => {
    const text = Array.from(
      { length: 50 },
      (_, at) => `2026-01-01T00:00:${String(at).padStart(2, '0')}Z ${at % 5 === 0 ? 'ERROR' : 'INFO'} n=${at + 1} of a file`,
    ).join('\n')
    await page.goto(`${stage.cove.origin}/#/logs`)
    await expect(page.getByRole('heading', { name: en.choose.title })).toBeVisible()
    const dropped = await page.evaluateHandle((base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], 'app.log.gz', { type: 'application/gzip' }))
      return transfer
    }, gzipSync(text).toString('base64'))
    await page.dispatchEvent('.log-drop > *', 'dragover', { dataTransfer: dropped })
    await expect(page.getByText(en.file.drop)).toBeVisible()
    await page.dispatchEvent('.log-drop > *', 'drop', { dataTransfer: dropped })
    await expect(rowWith('n=50 of a file')).toBeVisible()
    await expect(page.locator(logRow).last()).toHaveText(en.note.end.file)
    await expect(page.getByRole('button', { name: /^Error/ })).toContainText('10')
    await page.locator(`input[type=file][aria-label="${en.pick.file}"]`).setInputFiles({
      name: 'other.log',
      mimeType: 'text/plain',
      buffer: Buffer.from('2026-01-01T01:00:00Z WARN n=51 of another file\n'),
    })
    await expect(rowWith('n=51 of another file')).toBeVisible()
    await expect(rowWith('n=50 of a file')).toBeVisible()
  })

  test('a second pod is picked by keyboard alone: both are shown, each in its own colour and under its own name', async () => {
    await showAtEnd('words', 'the last line')
    const add = page.getByRole('button', { name: en.pick.add })
    await add.focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog', { name: en.pick.add }).getByRole('combobox')).toBeFocused()
    await page.keyboard.type('shop')
    // The pod, and behind it whatever has such a label.
    await expect(page.getByRole('option')).toHaveText([/^shop/, new RegExp(en.pick.hasLabel)])
    await page.keyboard.press('Enter')
    await expect(page.locator(`${logRow} .log-who`).first()).toBeVisible()
    expect(decodeURIComponent(page.url())).toContain('pod:default/words/words;pod:default/shop')
    const bars = () =>
      page
        .locator(logRow)
        .evaluateAll((rows) => [
          ...new Set(rows.map((row) => `${row.querySelector('.log-who')?.textContent} ${row.querySelector('.log-bar')?.className}`)),
        ])
    // The name of the first stands before the lines of the second have come.
    await expect.poll(async () => new Set((await bars()).map((bar) => bar.split(' ')[0])).size).toBe(2)
    expect(new Set((await bars()).map((bar) => bar.split(' ').at(-1))).size).toBe(2)
  })

  type Words = typeof en | typeof zh
  const openBy = (button: (words: Words) => string) => async (words: Words) =>
    page.getByRole('button', { name: button(words), exact: true }).click()
  const openByKey = (key: string) => async () => {
    await page.locator(logScroll).focus()
    await page.keyboard.press(key)
  }
  const panels: Readonly<Record<string, (words: Words) => Promise<void>>> = {
    filter: openByKey('&'),
    picker: openBy((words) => words.pick.add),
    save: openBy((words) => words.save.label),
    columns: openBy((words) => words.columns.label),
    bookmarks: openBy((words) => words.bookmark.list),
    views: openBy((words) => words.views.label),
    keys: openByKey('?'),
  }

  for (const look of twoLooks)
    test(`what opens over the log has no fault of WCAG 2.2 AA, is no wider than the window at 320 px and at 200 %, and is in one language: ${look.theme}, ${look.language}`, async () => {
      const words = look.language === 'en' ? en : zh
      const found: Record<string, string[]> = {}
      const dialog = page.getByRole('dialog')
      await wear(page, stage.client.api, look)
      await showAtEnd('shop', 'n=301')
      for (const size of [usual, { width: 640, height: 400 }, { width: 320, height: 700 }]) {
        await page.setViewportSize(size)
        for (const [name, open] of Object.entries(panels)) {
          await open(words)
          await expect(dialog).toBeVisible()
          const faults = await overflowOf(page)
          if (size === usual) faults.push(...(await violationsOf(page, '[role="dialog"]')))
          if (size === usual && look.language !== 'en') faults.push(...(await englishWords(page, '[role="dialog"]')))
          if (faults.length > 0) found[`${name} ${size.width}`] = faults
          await page.keyboard.press('Escape')
          await expect(dialog).toHaveCount(0)
        }
      }
      await page.setViewportSize(usual)
      await rowWith('n=300').click()
      await expect(page.locator('.log-detail dl')).toBeVisible()
      const line = await violationsOf(page, '.log-scroll')
      if (look.language !== 'en') line.push(...(await englishWords(page, '.log-detail')))
      if (line.length > 0) found['line'] = line
      await wear(page, stage.client.api, { theme: 'light', language: 'en' })
      expect(found).toEqual({})
    })
})
