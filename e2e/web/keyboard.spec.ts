import { endOf, jobOfPage } from '../support/jobs.ts'
import { stepOf } from '../support/journey.ts'
import { tabTo } from '../support/keys.ts'
import { makeScriptedMachine } from '../support/scripted-tools.ts'
import { expect, testOn } from '../support/test.ts'

const test = testOn(makeScriptedMachine)

test('a cluster is named, made, cancelled, made again and deleted without a mouse', async ({ machine, openCove, page }) => {
  await machine.set('hold-install-cni')
  const { api } = await openCove(machine)
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const toClusters = async () => {
    await press('Control+K')
    await page.keyboard.type('clusters')
    await expect(page.getByRole('option', { name: /^Clusters/ })).toHaveAttribute('aria-selected', 'true')
    await press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'Clusters' })).toBeFocused()
  }
  const named = (name: string) => page.getByRole('button', { name, exact: true })

  // The empty page: the name, which Enter takes.
  await tabTo(page, page.getByRole('textbox', { name: 'Name' }), 'Tab', 30)
  await press('Control+A')
  await page.keyboard.type('keys')
  await press('Enter')
  await expect(page).toHaveURL(/#\/jobs\//)
  const job = await jobOfPage(page)
  await expect(stepOf(page, 'Install pod network')).toHaveAttribute('aria-current', 'step')
  await tabTo(page, named('Cancel and clean up'), 'Tab', 30)
  await press('Enter')
  await tabTo(page, page.getByRole('dialog').getByRole('button', { name: 'Cancel and clean up' }))
  await press('Enter')
  expect(await endOf(api, job)).toMatchObject({ state: 'cancelled', left: [] })
  expect((await api.clusters.refresh()).clusters).toEqual([])

  // Again, by the palette and the one button of the empty page.
  await machine.unset('hold-install-cni')
  await toClusters()
  await tabTo(page, named('Create cluster'), 'Tab', 30)
  await press('Enter')
  await expect(page).toHaveURL(/#\/jobs\//)
  expect(await endOf(api, await jobOfPage(page))).toMatchObject({ state: 'succeeded' })
  const { clusters } = await api.clusters.refresh()
  expect(clusters.map(({ name }) => name)).toEqual(['dev'])

  // Its name is typed before it goes.
  await toClusters()
  await tabTo(page, named('More actions for dev'), 'Tab', 30)
  await press('Enter')
  await expect(page.getByRole('menuitem').first()).toBeFocused()
  await press('End', 'Enter')
  await expect(page.getByRole('dialog').getByRole('textbox')).toBeFocused()
  await page.keyboard.type('dev')
  await tabTo(page, named('Delete dev'))
  await press('Enter')
  await expect(page).toHaveURL(/#\/jobs\//)
  expect(await endOf(api, await jobOfPage(page))).toMatchObject({ state: 'succeeded' })
  expect((await api.clusters.refresh()).clusters).toEqual([])
})
