import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { createStack } from '../support/cleanup.ts'
import { type Machine, makeMachine } from '../support/cove.ts'
import { twoLooks } from '../support/looks.ts'
import { type Mirror, startMirror } from '../support/mirror.ts'
import { goTo } from '../support/places.ts'
import { openStage, type Stage } from '../support/stage.ts'
import { expect, publisherEnvironment, realGround, test } from '../support/test.ts'

test.describe('everything that Kubernetes publishes', () => {
  let publisher: Mirror
  let machine: Machine
  let stage: Stage
  let page: Page
  const { onEnd, end } = createStack()

  test.beforeAll(async ({ browser }) => {
    const { mirror } = realGround()
    test.skip(mirror === null, 'needs the kit: no folder with real binaries to serve on this ground')
    publisher = await startMirror(mirror ?? '')
    onEnd(publisher.stop)
    // A registry that nobody listens at.
    const env = { ...publisherEnvironment(publisher), COVE_PUBLISHER_REGISTRY: 'http://127.0.0.1:1' }
    machine = await makeMachine({ programs: {}, env })
    onEnd(machine.remove)
    stage = await openStage(browser, machine, 'downloads')
    onEnd(stage.end)
    page = stage.page
    await goTo(page, stage.cove.origin, '/machine?tab=downloads')
  })
  test.afterAll(end)

  const files = () => page.getByRole('grid', { name: 'Programs and archives' })
  const row = (name: string) =>
    files()
      .getByRole('row')
      .filter({ has: page.getByText(name, { exact: true }) })

  test('a version, its support, and the newest of it only when asked', async () => {
    await expect(row('kubectl')).toContainText('not downloaded')
    await page.getByRole('textbox', { name: 'Version' }).fill('v1.34.0')
    await expect(page.getByText('1.34 ended on', { exact: false })).toBeVisible()
    expect(publisher.asked).toEqual([])
    await page.getByRole('button', { name: 'Ask for the newest 1.34' }).click()
    await expect(page.getByRole('textbox', { name: 'Version' })).toHaveValue('v1.34.4')
    expect(publisher.asked).toEqual(['/release/stable-1.34.txt'])
    await expect(page.getByLabel('Commands that fetch and check kubectl')).toContainText(
      `curl --fail --location --remote-name ${publisher.url}/release/v1.34.4`,
    )
    await expect(page.getByRole('table', { name: 'Container images' })).toContainText('registry.k8s.io/etcd:3.6.5-0')
  })

  test('sizes and digests as the publisher says, and what it does not have', async () => {
    await page.getByRole('button', { name: 'Ask for sizes and digests' }).click()
    await expect(row('kubeadm')).toContainText('151.5 MB')
    await expect(row('kube-proxy')).toContainText('The download cannot be checked')
    await page.getByRole('button', { name: 'Ask for digests', exact: true }).click()
    await expect(page.getByRole('table', { name: 'Container images' })).toContainText('cannot be reached')
  })

  test('kubeadm is downloaded, checked, and then asked for the images', async () => {
    await page.getByRole('button', { name: 'Download kubeadm' }).click()
    await expect(row('kubeadm')).toContainText('as downloaded', { timeout: 60_000 })
    const path = join(machine.home, '.local/share/cove/downloads/v1.34.4/linux-amd64/kubeadm')
    expect((await stat(path)).mode & 0o777).toBe(0o755)
    await expect(page.getByText('As kubeadm v1.34.4 says', { exact: false })).toBeVisible()
  })

  test('wrong bytes have no name, and the row leads to why', async () => {
    publisher.damage('wrong-bytes')
    await page.getByRole('button', { name: 'Download kubectl', exact: true }).click()
    await expect(row('kubectl')).toContainText('Failed', { timeout: 60_000 })
    await row('kubectl').getByRole('link').click()
    await expect(page.getByText('The download is not what the publisher made').first()).toBeVisible()
    publisher.damage('none')
    await page.goBack()
    // What was chosen is still chosen.
    await expect(page.getByRole('textbox', { name: 'Version' })).toHaveValue('v1.34.4')
  })

  test('what is here is checked again and removed; a mirror is offered and taken back', async () => {
    const list = page.getByRole('table', { name: 'Downloaded' })
    await list.getByRole('button', { name: 'Check kubeadm v1.34.4 again' }).click()
    await expect(list).toContainText('as downloaded')
    await stage.looks.shot('list')
    await page.getByRole('button', { name: 'Use this mirror: https://files.m.daocloud.io/dl.k8s.io' }).click()
    const commands = page.getByLabel('Commands that fetch and check kubectl')
    await expect(commands).toContainText('--remote-name https://files.m.daocloud.io/dl.k8s.io/release/')
    await expect(commands).toContainText(`--silent ${publisher.url}/release/`)
    await page.getByRole('button', { name: 'Back to the publisher: https://dl.k8s.io' }).click()
    await expect(commands).not.toContainText('daocloud')

    await list.getByRole('button', { name: 'Remove kubeadm v1.34.4' }).click()
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await page.getByRole('dialog').getByRole('button', { name: 'Remove kubeadm' }).click()
    await expect(page.getByText('Nothing yet.', { exact: false })).toBeVisible()
    const path = join(machine.home, '.local/share/cove/downloads/v1.34.4/linux-amd64/kubeadm')
    expect(await readFile(path).catch(() => null)).toBeNull()
  })

  test('nobody is kept out, nothing is cut, in either language and theme', async () => {
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await page.getByRole('button', { name: 'Save as tar…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Save the images of v1.34.4' })
    await expect(dialog.getByRole('textbox')).toBeVisible()
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await dialog.getByRole('textbox').press('Escape')
    await expect(dialog).toBeHidden()
    // The kit's engine holds what its node image was made of.
    await page.getByRole('button', { name: 'Load kube-apiserver into a cluster or machine' }).click()
    await expect(page.getByRole('dialog', { name: 'Load into a cluster or machine' })).toBeVisible()
    expect(await stage.looks.faults(twoLooks)).toEqual([])
  })
})
