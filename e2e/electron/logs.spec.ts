import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { violationsOf } from '../support/axe.ts'
import { during } from '../support/cleanup.ts'
import { ground } from '../support/ground.ts'
import { scriptedContext, scriptedKubeconfig, startLogApi } from '../support/log-api.ts'
import { logRoute, logRow, logScroll, podPart } from '../support/log-page.ts'
import { scenes } from '../support/log-scenes.ts'
import { numbersOnPage, searchFor } from '../support/log-steps.ts'
import { makeMachine } from '../support/cove.ts'
import { programsOf } from '../support/test.ts'
import { expect, test } from './launch.ts'

test('in the window: a log opens, is followed, searched, filtered, read as columns, saved and left; axe finds nothing', async ({
  open,
}) => {
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
    const show = (pod: string, more = {}) =>
      page.evaluate(
        (hash) => void (window.location.hash = hash),
        `#${logRoute({ context: { file, name: scriptedContext }, parts: podPart(pod), begin: 'all', ...more })}`,
      )
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
  })
})
