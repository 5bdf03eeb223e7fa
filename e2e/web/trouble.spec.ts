import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { endOf, jobOfPage, succeeds } from '../support/jobs.ts'
import { createLooks, twoLooks } from '../support/looks.ts'
import { goTo } from '../support/places.ts'
import { makeScriptedMachine } from '../support/scripted-tools.ts'
import { expect, testOn } from '../support/test.ts'

const test = testOn(makeScriptedMachine)

const portTaken =
  'docker: Error response from daemon: driver failed programming external connectivity on endpoint dev-control-plane (e6ad5df380e5): Error starting userland proxy: listen tcp4 127.0.0.1:38091: bind: address already in use'

test('a failed create and its report have no fault of WCAG 2.2 AA and fit in every window', async ({ machine, openCove, page }) => {
  test.slow()
  const cove = await openCove(machine)
  const looks = createLooks({ page, api: cove.api, shots: 'failure' })
  await machine.set(
    'fail-prepare-nodes',
    `ERROR: failed to create cluster: command "docker run" failed with error: exit status 125\n${portTaken}`,
  )
  const { jobId } = await cove.api.clusters.create({ name: 'dev' })
  expect(await endOf(cove.api, jobId)).toMatchObject({ state: 'failed', findings: [{ cause: 'port-taken' }] })
  await goTo(page, cove.origin, `/jobs/${jobId}`)
  const panel = page.getByRole('alert')
  await expect(panel).toContainText('Port 38091 of this machine is taken')
  await expect(panel).toContainText('A node that is to listen there cannot start.')
  for (const summary of await panel.locator('summary').all()) await summary.click()
  expect(await looks.faults(twoLooks)).toEqual([])
  await looks.shot('create')
  await page.getByRole('button', { name: 'Collect a report…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('region', { name: 'Text of the report' })).toContainText('port-taken')
  expect(await looks.faults(twoLooks)).toEqual([])
  await looks.shot('report')
})

test('a start that failed is tried again from its page', async ({ machine, openCove, page }) => {
  test.slow()
  const cove = await openCove(machine)
  const looks = createLooks({ page, api: cove.api, shots: 'failure' })
  await succeeds(cove.api, cove.api.clusters.create({ name: 'dev' }))
  const id = (await cove.api.clusters.refresh()).clusters.find(({ name }) => name === 'dev')?.id ?? ''
  await succeeds(cove.api, cove.api.clusters.stop({ id }))
  await machine.set('fail-start-dev-control-plane', portTaken)
  const { jobId } = await cove.api.clusters.start({ id })
  expect(await endOf(cove.api, jobId)).toMatchObject({ state: 'failed', error: { code: 'port-taken' } })
  await goTo(page, cove.origin, `/jobs/${jobId}`)
  const again = page.getByRole('button', { name: 'Try again' })
  await expect(again).toBeVisible()
  expect(await looks.faults(twoLooks)).toEqual([])
  await looks.shot('start')
  await machine.unset('fail-start-dev-control-plane')
  await again.click()
  await expect(page).not.toHaveURL(new RegExp(jobId))
  expect(await endOf(cove.api, await jobOfPage(page))).toMatchObject({ kind: 'cluster.start', state: 'succeeded' })
})

test('leftovers and what is asked before they go have no fault of WCAG 2.2 AA and fit in every window', async ({
  machine,
  openCove,
  page,
}) => {
  test.slow()
  await oldFile(join(machine.home, '.minikube/profiles/cove-broken/config.json'), '{"Name":"cove-')
  await oldFile(join(machine.home, '.minikube/cache/kic/amd64/base.tar'), 'x'.repeat(100_000))
  const gone = (name: string) => `{ name: kind-${name}, cluster: { server: "https://127.0.0.1:1" } }`
  await oldFile(
    join(machine.home, '.kube/config'),
    `apiVersion: v1\nkind: Config\nclusters: [${gone('shop')}, ${gone('a-cluster-with-a-very-long-name-that-is-gone')}]
users: [{ name: kind-shop, user: { token: x } }]
contexts: [{ name: kind-shop, context: { cluster: kind-shop, user: kind-shop } }]\n`,
  )
  const cove = await openCove(machine)
  const looks = createLooks({ page, api: cove.api, shots: 'leftovers' })
  await goTo(page, cove.origin, '/machine?tab=leftovers')
  const section = page.getByRole('region', { name: 'Leftovers' })
  await section.getByRole('button', { name: 'Look again for leftovers' }).click()
  await expect(section.getByRole('checkbox', { name: 'Select profile folder cove-broken' })).toBeChecked()
  await expect(section.getByRole('checkbox', { name: 'Select cached download base.tar' })).not.toBeChecked()
  expect(await looks.faults(twoLooks)).toEqual([])
  await looks.shot('list')
  await section.getByRole('button', { name: /^Remove \d+, / }).click()
  await expect(page.getByRole('dialog', { name: /^Remove \d+ leftovers?\?$/ })).toContainText('cove-broken')
  expect(await looks.faults(twoLooks)).toEqual([])
  await looks.shot('dialog')
})

/** A file that looks as if it and its folder had been there for a day. */
async function oldFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  const yesterday = new Date(Date.now() - 86_400_000)
  for (const one of [path, dirname(path)]) await utimes(one, yesterday, yesterday)
}
