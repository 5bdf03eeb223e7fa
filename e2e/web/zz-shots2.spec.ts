import { violationsOf } from '../support/axe.ts'
import { overflowOf } from '../support/overflow.ts'
import { wear } from '../support/looks.ts'
import { goTo } from '../support/places.ts'
import { expect, test } from '../support/test.ts'

test('shots2', async ({ machine, openCove, page }) => {
  test.setTimeout(200_000)
  const cove = await openCove(machine)
  const found: string[] = []
  const shot = async (name: string, before: () => Promise<void> = async () => {}) => {
    for (const [theme, language] of [
      ['light', 'en'],
      ['dark', 'zh-CN'],
      ['dark', 'en'],
      ['light', 'zh-CN'],
    ] as const) {
      await wear(page, cove.api, { theme, language })
      for (const [width, height] of [
        [1280, 800],
        [900, 600],
      ] as const) {
        await page.setViewportSize({ width, height })
        await before()
        await page.waitForTimeout(300)
        await page.screenshot({ path: `/tmp/shots/${name}-${theme}-${language}-${width}.png`, animations: 'disabled' })
        found.push(
          ...[...(await violationsOf(page)), ...(await overflowOf(page))].map((one) => `${name} ${theme} ${language} ${width} ${one}`),
        )
      }
    }
  }
  await goTo(page, cove.origin, '/machine?tab=downloads')
  await page.waitForTimeout(1500)
  await shot('downloads', async () => {
    await page.locator('.downloads-mirrors').scrollIntoViewIfNeeded()
  })
  await goTo(page, cove.origin, '/settings')
  await shot('settings', async () => {
    await page.locator('#settings-downloads').scrollIntoViewIfNeeded()
  })
  await goTo(page, cove.origin, '/machine?tab=runtimes')
  await page.waitForTimeout(2500)
  await shot('runtimes')
  await goTo(page, cove.origin, '/clusters/new')
  await page.waitForTimeout(1500)
  await shot('designer-top')
  await shot('designer-addons', async () => {
    await page
      .getByText(/Manifests|清单/)
      .last()
      .scrollIntoViewIfNeeded()
  })
  console.log(found.join('\n'))
  expect(found).toEqual([])
})
