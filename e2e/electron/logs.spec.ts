import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import en from '../../src/renderer/locales/en/logs.json' with { type: 'json' }
import zh from '../../src/renderer/locales/zh-CN/logs.json' with { type: 'json' }
import { violationsOf } from '../support/axe.ts'
import { during } from '../support/cleanup.ts'
import { ground } from '../support/ground.ts'
import { type LogApi, scriptedContext, scriptedKubeconfig, startLogApi } from '../support/log-api.ts'
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
async function withScenes(open: Open, work: (window: Window) => Promise<void>): Promise<void> {
  const chosen = ground()
  test.skip(chosen.kind === 'none', chosen.kind === 'none' ? `needs kubectl: ${chosen.reason}` : '')
  if (chosen.kind === 'none') return
  await during(async (onEnd) => {
    const machine = await makeMachine({ programs: await programsOf(chosen, ['kubectl']) })
    onEnd(machine.remove)
    const api = await startLogApi(scenes)
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
    await page.goto(link)
    await page.reload()
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
