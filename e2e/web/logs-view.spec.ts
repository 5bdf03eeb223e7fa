import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { rowTextLength } from '../../src/shared/contract/logs.ts'
import { violationsOf } from '../support/axe.ts'
import enErrors from '../../src/renderer/locales/en/errors.json' with { type: 'json' }
import en from '../../src/renderer/locales/en/logs.json' with { type: 'json' }
import zhErrors from '../../src/renderer/locales/zh-CN/errors.json' with { type: 'json' }
import zh from '../../src/renderer/locales/zh-CN/logs.json' with { type: 'json' }
import {
  harmOf,
  hostileField,
  hostileLines,
  hostileName,
  hostileRowsOf,
  hostileScript,
  hostileWords,
  hostileWorkload,
  longLine,
} from '../support/hostile.ts'
import { downloaded } from '../support/downloaded.ts'
import { scriptedContext } from '../support/log-api.ts'
import { logRow, logScroll, logText, podPart } from '../support/log-page.ts'
import { scenes } from '../support/log-scenes.ts'
import {
  brushRange,
  byKeyboardAlone,
  chosenRow,
  columnByClick,
  englishNames,
  filterByForm,
  linkByKeys,
  numbersOnPage,
  searchFor,
} from '../support/log-steps.ts'
import { wear } from '../support/looks.ts'
import { overflowOf } from '../support/overflow.ts'
import { needsKubectl, openScriptedLogs, type ScriptedLogs } from '../support/scripted-logs.ts'
import { expect, test } from '../support/test.ts'

// The page of logs over a scripted API, whose lines and states are known. The real kubectl reads it.

const pageWords = { en, 'zh-CN': zh }
const titleOf = (errors: typeof enErrors) => errors['api-forbidden'].title.replace('{{context}}', scriptedContext)
const forbidden = { en: titleOf(enErrors), 'zh-CN': titleOf(zhErrors) }

test.describe('the page of logs', () => {
  let stage: ScriptedLogs
  let page: Page
  const last = () => page.locator(logRow).last()

  test.beforeAll(async ({ browser }) => {
    needsKubectl()
    stage = await openScriptedLogs(scenes, () =>
      browser.newPage({
        viewport: { width: 1280, height: 800 },
        locale: 'en-GB',
        permissions: ['clipboard-read', 'clipboard-write'],
      }),
    )
    page = stage.page
  })
  test.afterAll(async () => stage?.end())

  test('opens at the end, follows, lets go when scrolled up and says how many came', async () => {
    await stage.show('live')
    await expect(last()).toContainText('n=00003000')
    await expect(page.getByText('Following', { exact: true })).toBeVisible()
    await stage.api.start()
    await expect(last()).not.toContainText('n=00003000')
    await page.locator(logScroll).hover()
    await page.mouse.wheel(0, -2000)
    await expect(page.getByText('Not following')).toBeVisible()
    // Rows that are still on their way stand as empty ones.
    await expect(page.locator('.log-blank')).toHaveCount(0)
    const stays = await page.locator(logRow).first().getAttribute('data-seq')
    await expect(page.getByRole('button', { name: /\d+ new lines/ })).toBeVisible()
    expect(await page.locator(logRow).first().getAttribute('data-seq')).toBe(stays)
    await page.keyboard.press('g')
    await expect(page.locator(logRow).first()).toContainText('n=00000001')
    await page.keyboard.press('f')
    await expect(page.getByText('Following', { exact: true })).toBeVisible()
    const numbers = await numbersOnPage(page)
    expect(numbers).toEqual(numbers.map((_, at) => (numbers[0] ?? 0) + at))
  })

  test('searches: counts all hits, goes from one to the next, marks them', async () => {
    await stage.show('shop')
    // Enter goes to the next hit of those that are there.
    await expect(last()).toContainText('n=301')
    await searchFor(page, 'order refused')
    await expect(page.getByText(/^(1 of )?30( hits)?$/)).toBeVisible()
    await page.locator(logScroll).focus()
    await page.keyboard.press('g')
    await page.keyboard.press('n')
    await expect(page.locator('mark.now')).toHaveText('order refused')
    await expect(page.locator(logRow).filter({ has: page.locator('mark.now') })).toContainText('n=10')
    await page.keyboard.press('n')
    await expect(page.locator(logRow).filter({ has: page.locator('mark.now') })).toContainText('n=20')
    await page.keyboard.press('N')
    await expect(page.locator(logRow).filter({ has: page.locator('mark.now') })).toContainText('n=10')
    // Round the end.
    await page.keyboard.press('N')
    await expect(page.locator(logRow).filter({ has: page.locator('mark.now') })).toContainText('n=300')
    expect(page.url()).toContain('find=')
  })

  test('filters by text, level and field; what is filtered stands in the address and survives a reload', async () => {
    await filterByForm(page, stage.show)
    await page.reload()
    await expect(page.getByText(/2 of 302 lines/)).toBeVisible()
    await expect(page.locator(logRow)).toHaveCount(2)
    await page.getByRole('button', { name: /^Remove with refused/ }).click()
    await expect(page.getByText(/20 of 302 lines/)).toBeVisible()
    await page.getByRole('button', { name: /^Info/ }).click()
    await expect(page.getByText(/2 of 302 lines/)).toBeVisible()
  })

  test('a range of time is chosen on the histogram, by the mouse and by keys', () => brushRange(page, stage.show))

  test('a JSON line opens; its field becomes a column, its value a filter; a stack trace is one row', async () => {
    await stage.show('shop')
    await expect(page.locator(logRow).filter({ hasText: 'IllegalStateException' })).toContainText('2 more lines')
    await columnByClick(page, stage.show)
    await page.locator(logScroll).focus()
    await stage.show('shop')
    await page.locator(logRow).filter({ hasText: 'IllegalStateException' }).click()
    await expect(page.getByText('at shop.Main.main(Main.java:12)')).toBeVisible()
  })

  test('what is shown is saved as text and as JSON lines', async () => {
    await stage.show('shop', { filter: 'i:refused' })
    await expect(page.getByText(/30 of 302 lines/)).toBeVisible()
    const save = async () => {
      const { name, bytes } = await downloaded(page, () => page.getByRole('button', { name: 'Save', exact: true }).click())
      await expect(page.getByRole('dialog')).toBeHidden()
      return { name, text: bytes.toString() }
    }
    await page.getByRole('button', { name: 'Save lines to a file' }).click()
    const { name, text } = await save()
    expect(name).toMatch(/^shop.*_\d{8}T\d{6}Z\.log$/)
    expect(text.trim().split('\n')).toHaveLength(30)
    expect(text).toContain('"n":300')
    await page.getByRole('button', { name: 'Save lines to a file' }).click()
    await page.getByRole('dialog').getByText('JSON lines').click()
    const { name: jsonName, text: json } = await save()
    expect(jsonName).toMatch(/\.jsonl$/)
    const lines = json
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { time: string; source: string; text: string })
    expect(lines).toHaveLength(30)
    expect(lines[0]).toMatchObject({ source: 'default/shop/shop', text: expect.stringContaining('"n":10') })
  })

  test('a link to a line leads to it; a bookmark and its note stay', async () => {
    const marked = await linkByKeys(page, stage.show)
    const link = await page.evaluate(() => navigator.clipboard.readText())
    expect(link).toContain('at=')
    await stage.show('quiet')
    await expect(page.getByRole('heading', { name: 'No lines yet' })).toBeVisible()
    // As whoever got it opens it.
    await page.goto(link)
    await page.reload()
    await expect(chosenRow(page)).toContainText(marked)
  })

  test('a pinned view is taken up after a reload with the lines that it has; unpinned and left, it is gone', async () => {
    // Another log begins at its own end, wherever the one before was read.
    await stage.show('quiet')
    await expect(page.getByRole('heading', { name: en.empty.none })).toBeVisible()
    const views = () => stage.client.api.logs.views()
    await stage.show('shop')
    await expect(last()).toContainText('n=301')
    await page.getByRole('button', { name: en.pin.on }).click()
    await expect(page.getByRole('button', { name: en.pin.off })).toHaveAttribute('aria-pressed', 'true')
    const before = await views()
    const pinned = before.filter((each) => each.pinned)
    expect(pinned).toMatchObject([{ lines: 304 }])
    await page.reload()
    await expect(last()).toContainText('n=301')
    await expect(page.getByText(/^302 lines$/)).toBeVisible()
    // No other was opened, so nothing was read again; what a page before left goes by itself in its own time.
    const after = await views()
    expect(after.filter((each) => each.pinned)).toEqual(pinned)
    expect(before.map(({ viewId }) => viewId)).toEqual(expect.arrayContaining(after.map(({ viewId }) => viewId)))
    await page.getByRole('button', { name: en.pin.off }).click()
    await stage.show('quiet')
    await expect(page.getByRole('heading', { name: en.empty.none })).toBeVisible()
    await expect.poll(async () => (await views()).some(({ viewId }) => viewId === pinned[0]?.viewId)).toBe(false)
  })

  test('a view under a name is kept by core: in a page that knows nothing it is there too; what the browser kept before is taken over', async () => {
    const old = [{ name: 'kept by the browser', search: { context: scriptedContext, parts: podPart('quiet') } }]
    await page.evaluate((views) => localStorage.setItem('cove.logViews', JSON.stringify(views)), old)
    await stage.show('shop', { filter: 'i:refused', side: 'on' })
    await page.reload()
    await expect(page.getByText(/30 of 302 lines/)).toBeVisible()
    await page.getByRole('button', { name: en.views.label }).click()
    await page.getByRole('textbox', { name: en.views.name }).fill('refused ones')
    await page.getByRole('button', { name: en.views.save }).click()
    await expect(page.getByRole('button', { name: 'refused ones', exact: true })).toBeVisible()
    await page.evaluate(() => localStorage.clear())
    await stage.show('quiet')
    await page.reload()
    await expect(page.getByRole('heading', { name: en.empty.none })).toBeVisible()
    await page.getByRole('button', { name: en.views.label }).click()
    await expect(page.getByRole('button', { name: 'kept by the browser', exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'refused ones', exact: true }).click()
    await expect(page.getByText(/30 of 302 lines/)).toBeVisible()
    expect(page.url()).toContain('side=on')
    const { settings } = await stage.client.api.settings.get()
    expect(settings.logViews.map((view) => view.name)).toEqual(['refused ones', 'kept by the browser'])
  })

  test('by keyboard alone: from the page to a line, to its value, to the search and back', () => byKeyboardAlone(page, stage.show))

  test('side by side: each line in the column of its source, at the height that its time gives it; search and keys as before', async () => {
    const parts = ['shop', 'live', 'crashing', 'pulling'].map((pod) => podPart(pod))
    await stage.show('shop', { parts: parts.slice(0, 3).join(';') })
    await expect(page.locator('.log-row .log-who').last()).toBeVisible()
    // The heads of the columns take the room of a row.
    const orderOf = () => page.locator(logRow).evaluateAll((rows) => rows.slice(0, 20).map((row) => row.getAttribute('data-seq')))
    await page.locator(logScroll).focus()
    await page.keyboard.press('g')
    await expect(page.locator(`${logRow}[aria-rowindex="1"]`)).toBeVisible()
    // Rows stand before their lines have come.
    await expect.poll(orderOf).not.toContain(null)
    const merged = await orderOf()
    await page.keyboard.press('s')
    await expect(page.getByRole('columnheader')).toHaveText([en.times.label, 'shop', 'live', 'crashing'])
    expect(page.url()).toContain('side=on')
    await expect.poll(orderOf).toEqual(merged)
    const misplaced = () =>
      page.evaluate(() => {
        const heads = [...document.querySelectorAll('.log-lane-heads > .log-cell')].map((head) => head.getBoundingClientRect())
        return [...document.querySelectorAll('.log-row > .log-cell')].filter((cell) => {
          const head = heads.find((one) => Math.abs(one.left - cell.getBoundingClientRect().left) < 2)
          return head === undefined || Math.abs(head.width - cell.getBoundingClientRect().width) > 2
        }).length
      })
    expect(await misplaced()).toBe(0)
    const times = await page.locator(`${logRow} .log-time`).evaluateAll((all) => all.map((one) => one.getAttribute('title') ?? ''))
    expect(times).toEqual(times.toSorted())
    await searchFor(page, 'order refused')
    await page.locator(logScroll).focus()
    await page.keyboard.press('n')
    await expect(page.locator(`${logRow} .log-cell mark.now`)).toHaveText('order refused')
    expect(await misplaced()).toBe(0)
    expect(await violationsOf(page)).toEqual([])
    await page.reload()
    await expect(page.getByRole('columnheader')).toHaveCount(4)
    // Four columns are too many for a small window: there the lines stand below one another again.
    await stage.show('shop', { parts: parts.join(';'), side: 'on' })
    await expect(page.getByRole('columnheader')).toHaveCount(5)
    await page.setViewportSize({ width: 900, height: 600 })
    await expect(page.getByText(en.side.narrow_other.replace('{{count}}', '4'))).toBeVisible()
    await expect(page.getByRole('columnheader')).toHaveCount(0)
    expect(await overflowOf(page)).toEqual([])
    await page.setViewportSize({ width: 1280, height: 800 })
    await expect(page.getByRole('columnheader')).toHaveCount(5)
  })

  const states: readonly (readonly [pod: string, words: (language: keyof typeof pageWords) => readonly string[]])[] = [
    ['quiet', (language) => [pageWords[language].empty.none, pageWords[language].empty.noneText]],
    [
      'pulling',
      (language) => [
        pageWords[language].empty.waiting,
        pageWords[language].source.state.waiting,
        'ImagePullBackOff',
        'Back-off pulling image "nowhere/none:1"',
      ],
    ],
    ['crashing', (language) => [pageWords[language].source.state.waiting, 'CrashLoopBackOff', 'back-off 5m0s restarting failed container']],
    ['secret', (language) => [forbidden[language], 'is forbidden']],
    ['shop', (language) => [pageWords[language].status.following, 'n=301']],
  ]

  for (const theme of ['light', 'dark'] as const)
    test(`each state says what is so, in both languages, and axe finds nothing: ${theme}`, async () => {
      const found: Record<string, string[]> = {}
      for (const language of ['en', 'zh-CN'] as const) {
        await wear(page, stage.client.api, { theme, language })
        for (const [pod, words] of states) {
          await stage.show(pod)
          for (const word of words(language)) await expect(page.locator('main')).toContainText(word)
          const here = [...(await violationsOf(page)), ...(await overflowOf(page))]
          if (here.length > 0) found[`${pod} ${language}`] = here
        }
      }
      await stage.client.api.settings.set({ theme: 'light', language: 'en' })
      expect(found).toEqual({})
    })

  test('in Chinese nothing English of Cove’s own is left on the page', async () => {
    await stage.client.api.settings.set({ language: 'zh-CN' })
    await stage.show('shop')
    await expect(last()).toContainText('n=301')
    const left = await englishNames(page)
    await stage.client.api.settings.set({ language: 'en' })
    expect(left).toEqual([])
  })

  test('stdout and stderr of a file that a node wrote: told apart by the filter, said at the line', async () => {
    const line = (n: number, stream: string) => `2026-01-01T00:00:0${n}.000000000Z ${stream} F n=${n} of a node\n`
    await page.goto(`${stage.cove.origin}/#/logs`)
    await page.locator('input[type=file]').setInputFiles({
      name: '0.log',
      mimeType: 'text/plain',
      buffer: Buffer.from(line(1, 'stdout') + line(2, 'stderr') + line(3, 'stdout')),
    })
    await expect(page.locator(logText)).toHaveText(['n=1 of a node', 'n=2 of a node', 'n=3 of a node'])
    await page.getByRole('button', { name: en.filter.add, exact: true }).click()
    await page.getByRole('dialog').getByText('stderr', { exact: true }).click()
    await expect(page.getByText(en.filter.streamHint)).toBeVisible()
    await expect(page.locator(logText)).toHaveText(['n=2 of a node'])
    await page.keyboard.press('Escape')
    await page.locator(logRow).first().click()
    await page.keyboard.press('Enter')
    await expect(page.getByText('Written to stderr')).toBeVisible()
    await stage.show('shop', { filter: 's:stdout' })
    // The API says of no line which it was.
    await expect(page.getByRole('heading', { name: en.empty.noMatch })).toBeVisible()
  })

  test('nothing is wider than the window at 320 px', async () => {
    await stage.show('shop')
    await page.setViewportSize({ width: 320, height: 700 })
    const found = await overflowOf(page)
    await page.setViewportSize({ width: 1280, height: 800 })
    expect(found).toEqual([])
  })
})

test.describe('hostile lines, names, reasons and labels', () => {
  let stage: ScriptedLogs
  test.beforeAll(async ({ browser }) => {
    needsKubectl()
    stage = await openScriptedLogs(hostileScript(), () => browser.newPage({ locale: 'en-GB', viewport: { width: 1280, height: 800 } }))
  })
  test.afterAll(async () => stage?.end())

  test('lines: shown, and none of them does anything', async () => {
    const { page } = stage
    await stage.show('lines')
    await expect(page.locator(logRow).last()).toContainText('n=1 the last line', { timeout: 60_000 })
    await page.locator(logScroll).focus()
    await page.keyboard.press('g')
    await expect(page.locator(logRow).first()).toContainText('H-colours')
    await expect(page.locator(logRow).first().locator('span[class*="ansi"], span[class*="fg"], .log-text span').first()).toHaveText(
      /red|bold/,
    )
    const { once, harm } = await hostileRowsOf(page, hostileWords.length + 2)
    expect(harm).toEqual([])
    expect(once).toEqual(hostileWords)
    await page.locator(logRow).filter({ hasText: 'H-json' }).click()
    expect(await harmOf(page)).toEqual([])
    await page.locator(logRow).filter({ hasText: 'H-trace' }).click()
    await expect(page.locator('.log-detail').getByText(/shop.Main./)).toBeVisible()
    await expect(page.locator('.log-detail .ansi-yellow').first()).toHaveText('shop.Orders')
    expect(await harmOf(page)).toEqual([])
    const long = page.locator(logRow).filter({ hasText: 'H-long' })
    await expect(long).toContainText(`${(longLine - rowTextLength).toLocaleString('en-GB')} more characters`)
    await long.click()
    await expect(page.getByText('The line is longer than is held; the rest is cut off.')).toBeVisible({ timeout: 30_000 })
    expect(await harmOf(page)).toEqual([])
  })

  test('what JSON spells out: in columns, their heads, filters, a note and the address it is text too', async () => {
    const { page } = stage
    const { path, value } = hostileField
    const e = encodeURIComponent
    await stage.show('lines', { cols: `msg,${e(path)}`, filter: `f:${e(path)}:=:${e(value)};x:${e(hostileName)}`, find: `:${hostileName}` })
    const row = page.locator(logRow).filter({ hasText: String.raw`a\u202eb` })
    await expect(row).toHaveCount(1)
    await expect(row).toContainText(String.raw`v\u2066`)
    await expect(page.getByRole('textbox', { name: 'Search' })).toHaveValue(/u202egnp/)
    expect(await harmOf(page)).toEqual([])
    await row.click()
    const detail = page.locator('.log-detail')
    await detail.getByRole('button', { name: String.raw`"v\u2066"` }).click()
    await detail.getByRole('button', { name: en.value.without }).click()
    await expect(row).toHaveCount(0)
    expect(await harmOf(page)).toEqual([])
    await page.getByRole('button', { name: String.raw`Remove k\u202e != v\u2066` }).click()
    await expect(row).toHaveCount(1)
    await page.locator(logScroll).focus()
    for (const key of ['k', 'b']) await page.keyboard.press(key)
    await page.getByRole('textbox', { name: en.bookmark.note }).fill(hostileName)
    await page.keyboard.press('Enter')
    await expect(row.locator('.log-mark')).toContainText('u202egnp')
    await page.getByRole('button', { name: en.bookmark.list }).click()
    await expect(page.getByRole('dialog').getByText('u202egnp').first()).toBeVisible()
    expect(await harmOf(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: en.columns.label }).click()
    await expect(page.getByRole('dialog').getByText(String.raw`k\u202e`)).toBeVisible()
    expect(await harmOf(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: en.views.label }).click()
    await page.getByRole('textbox', { name: en.views.name }).fill(hostileName)
    await page.getByRole('button', { name: en.views.save }).click()
    await expect(page.getByRole('dialog').getByText('u202egnp').first()).toBeVisible()
    expect(await harmOf(page)).toEqual([])
    await page.keyboard.press('Escape')
  })

  test('names of workloads, of each kind of container, of columns side by side and in the picker; a refusal', async () => {
    const { page } = stage
    const e = encodeURIComponent
    const found: Record<string, string[]> = {}
    const look = async (what: string) => {
      const harm = await harmOf(page)
      if (harm.length > 0) found[what] = harm
    }
    await stage.show('x', { parts: `workload:default/Job/${e(hostileName)}` })
    await expect(page.getByRole('alert')).toContainText('gnp.exe')
    await look('not there')
    for (const kind of ['Deployment', 'StatefulSet']) {
      await stage.show('x', { parts: `workload:default/${kind}/${e(hostileWorkload)}` })
      await expect(page.locator(logRow).filter({ hasText: 'n=1 of a hostile name' }).first()).toBeVisible()
      await look(kind)
    }
    // The init container waits: it has failed, and is begun again.
    await expect(page.locator(logRow).filter({ hasText: 'n=1 of a hostile name' })).toHaveCount(3)
    await page.locator(logScroll).focus()
    await page.keyboard.press('s')
    await expect(page.getByRole('columnheader').first()).toBeVisible()
    await look('side by side')
    await page.getByRole('button', { name: en.pick.add }).click()
    await expect(page.getByRole('dialog').getByText('deployed <img').first()).toBeVisible()
    await look('picker')
    await page.keyboard.press('Escape')
    await page.getByRole('combobox', { name: /^Namespace/ }).click()
    await expect(page.getByRole('option', { name: /^space <img/ })).toBeVisible()
    await look('namespaces')
    await page.keyboard.press('Escape')
    await stage.show('refused')
    await expect(page.locator('main')).toContainText('may not')
    await look('refused')
    expect(found).toEqual({})
  })

  test('files: one that is chosen and one of this machine, with hostile names and lines', async () => {
    const { page } = stage
    const text = hostileLines().flatMap(({ base64, repeat }) => (repeat ? [] : [Buffer.from(base64, 'base64').toString()]))
    await page.goto(`${stage.cove.origin}/#/logs`)
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: `${hostileName}.log`, mimeType: 'text/plain', buffer: Buffer.from(text.join('\n')) })
    await expect(page.locator(logRow).filter({ hasText: 'n=1 the last line' })).toBeVisible()
    await expect(page.locator('header')).toContainText('u202egnp')
    expect(await harmOf(page)).toEqual([])
    const folder = await mkdtemp(join(tmpdir(), 'cove-hostile-'))
    await writeFile(join(folder, hostileName), 'n=1 of a file\n')
    await page.goto(`${stage.cove.origin}/#/logs?parts=${encodeURIComponent(`file:${encodeURIComponent(join(folder, hostileName))}`)}`)
    await expect(page.locator(logRow).first()).toContainText('n=1 of a file')
    expect(await harmOf(page)).toEqual([])
    await rm(folder, { recursive: true })
  })

  const showNames = async () => {
    const { page } = stage
    await stage.show('names', { parts: 'selector:default/app%3Dnames' })
    await expect(page.locator(logRow).filter({ hasText: 'n=1 of a hostile name' }).first()).toBeVisible()
    const found = await harmOf(page)
    await page.goto(`${stage.cove.origin}/#/logs?context=${scriptedContext}`)
    await expect(page.locator('main')).toContainText('<img')
    return [...found, ...(await harmOf(page))]
  }
  const isRaw = (each: string) => each.startsWith('raw control characters')

  test('names of pods, containers, nodes, owners, reasons and labels: text, and nothing else', async () => {
    expect((await showNames()).filter((each) => !isRaw(each))).toEqual([])
  })

  test('control characters and turned directions in names and reasons are made harmless as in lines', async () => {
    expect((await showNames()).filter(isRaw)).toEqual([])
  })
})
