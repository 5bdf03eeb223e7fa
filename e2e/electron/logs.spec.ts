import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import en from '../../src/renderer/locales/en/logs.json' with { type: 'json' }
import enErrors from '../../src/renderer/locales/en/errors.json' with { type: 'json' }
import enPalette from '../../src/renderer/locales/en/palette.json' with { type: 'json' }
import zh from '../../src/renderer/locales/zh-CN/logs.json' with { type: 'json' }
import { violationsOf } from '../support/axe.ts'
import { during } from '../support/cleanup.ts'
import { ground } from '../support/ground.ts'
import { type LogApi, podOf, scriptedContext, scriptedKubeconfig, startLogApi } from '../support/log-api.ts'
import type { LogScript } from '../support/log-api/script.ts'
import { logRoute, logRow, logScroll, podPart } from '../support/log-page.ts'
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
  type ShowLog,
} from '../support/log-steps.ts'
import { makeMachine } from '../support/cove.ts'
import { programsOf } from '../support/test.ts'
import { type Desktop, expect, test } from './launch.ts'

type Window = {
  readonly app: ElectronApplication
  readonly page: Page
  readonly home: string
  readonly api: LogApi
  readonly show: ShowLog
}
type Open = (env?: Record<string, string>) => Promise<Desktop>

/** The window over the scripted API, which the real kubectl reads. */
const withScenes = (open: Open, work: (window: Window) => Promise<void>) => withLogs(open, scenes, work)

async function withLogs(open: Open, script: LogScript, work: (window: Window) => Promise<void>): Promise<void> {
  const chosen = ground()
  test.skip(chosen.kind === 'none', chosen.kind === 'none' ? `needs kubectl: ${chosen.reason}` : '')
  if (chosen.kind === 'none') return
  await during(async (onEnd) => {
    const machine = await makeMachine({ programs: await programsOf(chosen, ['kubectl']) })
    onEnd(machine.remove)
    const api = await startLogApi(script)
    onEnd(api.stop)
    const { PATH = '', COVE_TOOL_FOLDERS = '', SHELL = '', DOCKER_CONFIG = '' } = machine.env
    const { app, page, home } = await open({ PATH, COVE_TOOL_FOLDERS, SHELL, DOCKER_CONFIG })
    const file = join(home, '.kube/config')
    await mkdir(join(home, '.kube'), { recursive: true })
    await writeFile(file, scriptedKubeconfig(api))
    const show: ShowLog = (pod, more = {}) =>
      goTo(page, logRoute({ context: { file, name: scriptedContext }, parts: podPart(pod), begin: 'all', ...more }))
    await work({ app, page, home, api, show })
  })
}

const goTo = (page: Page, route: string) => page.evaluate((hash) => void (window.location.hash = hash), `#${route}`)

test('in the window: a log opens, is followed, searched, saved and left; axe finds nothing', ({ open }) =>
  withScenes(open, async ({ app, page, home, api, show }) => {
    const last = page.locator(logRow).last()
    await show('live')
    await expect(last).toContainText('n=00003000')
    await api.start()
    await expect(last).not.toContainText('n=00003000')
    await page.locator(logScroll).hover()
    await page.mouse.wheel(0, -2000)
    await expect(page.getByText('Not following')).toBeVisible()
    await page.keyboard.press('f')
    await expect(page.getByText('Following', { exact: true })).toBeVisible()
    const numbers = await numbersOnPage(page)
    expect(numbers).toEqual(numbers.map((_, at) => (numbers[0] ?? 0) + at))

    await show('shop')
    await expect(last).toContainText('n=301')
    await searchFor(page, 'order refused')
    await expect(page.getByText(/^(\d+ of )?30( hits)?$/)).toBeVisible()
    expect(await violationsOf(page)).toEqual([])
    await show('shop', { filter: 'i:refused', cols: 'took_ms' })
    await expect(page.getByText(/30 of 302 lines/)).toBeVisible()
    await expect(page.locator('.log-column').last()).toHaveText('300')

    const saved = join(home, 'saved.log')
    await app.evaluate(
      ({ session }, path) => void session.defaultSession.once('will-download', (_event, item) => item.setSavePath(path)),
      saved,
    )
    await page.getByRole('button', { name: 'Save lines to a file' }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect
      .poll(() =>
        readFile(saved, 'utf8').then(
          (text) => text.trim().split('\n').length,
          () => 0,
        ),
      )
      .toBe(30)

    await show('secret')
    await expect(page.locator('main')).toContainText('is forbidden')
    expect(await violationsOf(page)).toEqual([])
  }))

test('in the window: a long log is written as it is read, and one that is broken off, by the page or outside it, is said and is no file', ({
  open,
}) => {
  const many = 400_000
  const script = { pods: [podOf('many', { kind: 'numbered', past: many }), podOf('quiet', { kind: 'numbered', past: 0 })] }
  return withLogs(open, script, async ({ app, page, home, show }) => {
    type Item = { readonly address: string; readonly name: string; ended: string | null }
    /** Where the next file goes, and what the window does with it. */
    const next = (path: string, act: 'take' | 'cancel' | 'refuse' | 'hold') =>
      app.evaluate(
        ({ session }, [to, how]) =>
          void session.defaultSession.once('will-download', (event, item) => {
            const seen: Item = { address: item.getURL(), name: item.getFilename(), ended: null }
            Object.assign(globalThis, { seen, item })
            item.once('done', (_, state) => (seen.ended = state))
            if (how === 'refuse') return event.preventDefault()
            item.setSavePath(to)
            // Held first: a quick machine has written all of it before a cancel comes.
            if (how === 'hold' || how === 'cancel') item.pause()
            if (how === 'cancel') setTimeout(() => item.cancel(), 300)
          }),
        [path, act] as const,
      )
    const seen = () => app.evaluate(() => (globalThis as unknown as { seen: Item }).seen)
    const dialog = page.getByRole('dialog')
    const save = async () => {
      if (!(await dialog.isVisible())) await page.getByRole('button', { name: en.save.label }).click()
      await dialog.getByRole('button', { name: en.save.now, exact: true }).click()
    }
    const showMany = async () => {
      await show('many')
      await expect(page.locator(logRow).last()).toContainText(`n=${String(many).padStart(8, '0')}`)
    }
    await showMany()
    const whole = join(home, 'whole.log')
    await next(whole, 'take')
    await save()
    await expect(dialog).toBeHidden()
    await expect.poll(async () => (await seen()).ended).toBe('completed')
    expect(await seen()).toMatchObject({
      address: expect.stringMatching(/^app:\/\/cove\/save\/[\w-]{43}$/),
      name: expect.stringMatching(/^many.*_\d{8}T\d{6}Z\.log$/),
    })
    const lines = (await readFile(whole, 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(many)
    expect(lines.every((line, at) => line.includes(`n=${String(at + 1).padStart(8, '0')}`))).toBe(true)

    const part = join(home, 'part.log')
    await next(part, 'hold')
    await save()
    await expect(dialog.getByRole('progressbar')).not.toHaveText(/^0 /)
    // Nobody takes it: what is read stays where it is.
    await expect(async () => {
      // What lies between both fills up first.
      const held = await dialog.getByRole('progressbar').textContent()
      await page.waitForTimeout(500)
      expect(await dialog.getByRole('progressbar').textContent()).toBe(held)
    }).toPass({ timeout: 10_000 })
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await app.evaluate(() => (globalThis as unknown as { item: Electron.DownloadItem }).item.resume())
    await expect.poll(async () => (await seen()).ended).toMatch(/interrupted|cancelled/)
    await expect(dialog.getByRole('alert')).toHaveCount(0)

    for (const how of ['cancel', 'refuse'] as const) {
      await next(part, how)
      await save()
      await expect(dialog.getByRole('alert')).toContainText(enErrors['save-stopped'].title)
    }

    await next(part, 'take')
    await save()
    await page.keyboard.press('Escape')
    await show('quiet')
    await expect.poll(async () => (await seen()).ended).toMatch(/interrupted|cancelled/)
    expect(await readFile(part).catch(() => null)).toBeNull()
  })
})

test('in the window: filtered by the form, a range by the mouse, a column by a click, a link that leads back, keys alone; in Chinese nothing English is left', ({
  open,
}) =>
  withScenes(open, async ({ app, page, show }) => {
    await filterByForm(page, show)
    await brushRange(page, show)
    await columnByClick(page, show)
    const marked = await linkByKeys(page, show)
    const link = await app.evaluate(({ clipboard }) => clipboard.readText())
    await show('quiet')
    await expect(page.getByRole('heading', { name: en.empty.none })).toBeVisible()
    // A window has no address bar: the palette takes the link.
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByRole('dialog').getByRole('combobox').fill(link)
    await expect(page.getByRole('option', { name: enPalette.link.open })).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(chosenRow(page)).toContainText(marked)
    await byKeyboardAlone(page, show)
    expect(await violationsOf(page)).toEqual([])

    await goTo(page, '/settings')
    await page.getByRole('combobox', { name: 'Language' }).click()
    await page.getByRole('option', { name: '简体中文' }).click()
    await expect(page.locator('html[lang="zh-CN"]')).toBeAttached()
    await show('quiet')
    await expect(page.getByRole('heading', { name: zh.empty.none })).toBeVisible()
    await show('crashing')
    await expect(page.locator('main')).toContainText(zh.source.state.waiting)
    await show('shop')
    await expect(page.locator(logRow).last()).toContainText('请求完成')
    await expect(page.getByText(zh.status.following, { exact: true })).toBeVisible()
    expect(await englishNames(page)).toEqual([])
    expect(await violationsOf(page)).toEqual([])
  }))
