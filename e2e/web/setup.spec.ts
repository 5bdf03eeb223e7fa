import { mkdtemp, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { type BareHost, startBareHost } from '../support/bare-host.ts'
import { createStack } from '../support/cleanup.ts'
import { type Machine, makeMachine } from '../support/cove.ts'
import { twoLooks } from '../support/looks.ts'
import { type Mirror, startMirror } from '../support/mirror.ts'
import { goTo } from '../support/places.ts'
import { writeReleases } from '../support/release-site.ts'
import { openStage, type Stage } from '../support/stage.ts'
import { expect, publisherEnvironment, realGround, test } from '../support/test.ts'

const name = 'cove-host-setup'
const target = `container:${name}`
const version = 'v1.34.4'

test.describe.configure({ mode: 'serial' })

test.describe('guided set-up', () => {
  let site: Mirror
  let machine: Machine
  let stage: Stage
  let page: Page
  const { onEnd, end } = createStack()

  const step = (title: string) => page.getByRole('list', { name: 'Steps' }).getByRole('listitem').filter({ hasText: title }).first()

  test.beforeAll(async ({ browser }) => {
    const folder = await mkdtemp(join(tmpdir(), 'cove setup '))
    onEnd(() => rm(folder, { recursive: true, force: true }))
    await writeReleases(folder, [version], version)
    site = await startMirror(folder)
    onEnd(site.stop)
    machine = await makeMachine({ programs: {}, env: publisherEnvironment(site) })
    onEnd(machine.remove)
    stage = await openStage(browser, machine, 'setup')
    onEnd(stage.end)
    page = stage.page
  })
  test.afterAll(end)

  test('only kubectl: what is missing is said with its address and checksum file, is fetched, and is put into PATH', async () => {
    await goTo(page, stage.cove.origin, '/machine?tab=setup')
    await expect(page.getByRole('heading', { name: 'What do you want to do?' })).toBeVisible()
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await stage.looks.shot('question')
    await page.getByRole('button', { name: 'Only kubectl' }).click()
    await expect(page).toHaveURL(/intent=kubectl/)

    const kubectl = step('talks to every Kubernetes cluster')
    const address = `${site.url}/release/${version}/bin/`
    await expect(kubectl).toContainText('to do')
    await expect(kubectl).toContainText(address)
    await expect(kubectl).toContainText(/Checked by\s*http\S+\/kubectl\.sha256/)
    await expect(kubectl).toContainText(`~/.local/share/cove/bin/kubectl/${version}/kubectl`)
    await expect(kubectl.getByLabel('Command of “kubectl”').nth(1)).toContainText('sha256sum --check')
    await expect(step('kubectl in the terminal')).toContainText('waits')
    await expect(page.getByText('1 download from')).toBeVisible()
    // Nothing was asked of anybody until now.
    expect(site.asked).toEqual([])
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await stage.looks.shot('kubectl')

    await kubectl.getByRole('button', { name: `Download kubectl ${version}` }).click()
    await expect(kubectl).toContainText(`${version} at`)
    expect(site.asked.some((path) => path.endsWith('/kubectl.sha256'))).toBe(true)

    const path = step('kubectl in the terminal')
    await path.getByRole('button', { name: 'Put kubectl into PATH' }).click()
    await expect(path).toContainText('is not on PATH')
    expect(await readlink(join(machine.home, '.local/bin/kubectl'))).toContain(`/bin/kubectl/${version}/kubectl`)
    await path.getByRole('button', { name: 'Show the changes… kubectl in the terminal' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: /^Apply/ }).click()
    await expect(dialog.getByText(/It is done on/)).toBeVisible()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await expect(path).toContainText('Terminals that are opened from now on find it')
    expect(await readFile(join(machine.home, '.bashrc'), 'utf8')).toContain('export PATH=')

    await page.getByRole('button', { name: 'Look again' }).click()
    await expect(kubectl).toContainText('done')
    await expect(page.getByText('2 of 3 done')).toBeVisible()
  })

  test.describe('a bare host', () => {
    let host: BareHost
    test.beforeAll(async () => {
      const chosen = realGround()
      test.setTimeout(120_000)
      host = await startBareHost(chosen, { name })
    })
    test.afterAll(async () => host?.end())

    test('a host as a node: what is wrong is put right through its plan, and found to be so', async () => {
      await host.run('sysctl', '-qw', 'net.ipv4.ip_forward=0')
      await goTo(page, stage.cove.origin, `/machine?tab=setup&intent=node&target=${encodeURIComponent(target)}`)
      const checks = step('What Kubernetes asks of a host')
      await expect(checks).toContainText('1 found a problem', { timeout: 30_000 })
      await expect(step('Linux, and a way to be root')).toContainText('done')
      await expect(step('Container runtime')).toContainText(/done.*containerd v?\d/s)
      await expect(step('kubeadm, kubelet and kubectl')).toContainText(/done.*kubeadm v1\./s)
      await expect(step('Pod network')).toContainText('waits')
      await expect(page.getByText('steps need root')).toBeVisible()
      expect(await stage.looks.faults(twoLooks)).toEqual([])
      await stage.looks.shot('node')

      await checks.getByRole('button', { name: /^Show the changes/ }).click()
      const dialog = page.getByRole('dialog')
      await expect(dialog).toContainText('sysctl -w net.ipv4.ip_forward=1')
      await dialog.getByRole('button', { name: /^Apply/ }).click()
      await expect(dialog.getByText(/It is done on/)).toBeVisible({ timeout: 30_000 })
      await dialog.getByRole('button', { name: 'Close' }).click()
      await expect(checks).toContainText('found no problem', { timeout: 30_000 })
      expect(await host.run('cat', '/proc/sys/net/ipv4/ip_forward')).toBe('1')
      await page.getByRole('button', { name: 'Look again', exact: true }).click()
      await expect(checks).toContainText('done')

      // Another Kubernetes than the one that is there is said, and no second one is put over it.
      await page.getByRole('combobox', { name: 'Kubernetes' }).click()
      await page.getByRole('option', { name: 'v1.35' }).click()
      await expect(step('kubeadm, kubelet and kubectl')).toContainText('That is not v1.35')
      await page.getByRole('button', { name: 'worker' }).click()
      await expect(step('A node of a cluster')).toContainText('kubeadm join')
    })

    test('a cluster here: the engine that runs the host is found, and kind is to be fetched or not needed', async () => {
      await goTo(page, stage.cove.origin, '/machine?tab=setup&intent=cluster')
      await expect(step('Container engine')).toContainText(/done.*answers/s)
      await expect(step('talks to every Kubernetes cluster')).toContainText('done')
      // Clusters of tests beside this one are seen as well.
      await expect(step('A cluster that runs')).toContainText(
        /Create cluster…|is there and does not run|runs\.|clusters run|Something works/,
      )
    })

    test('who only looks sees what the host has, and is offered nothing but its pages', async () => {
      await goTo(page, stage.cove.origin, `/machine?tab=setup&intent=look&target=${encodeURIComponent(target)}`)
      const rows = page.getByRole('list', { name: 'Steps' }).getByRole('listitem')
      await expect(rows).toHaveCount(6, { timeout: 30_000 })
      await expect(step('Container runtime')).toContainText(/done.*containerd v?\d/s)
      await expect(step('A node of a cluster')).toContainText(/registry\.k8s\.io\/kube-apiserver:v1\./)
      expect(await rows.getByRole('button', { name: /^(?:Download|Create|Put)/ }).count()).toBe(0)
      expect(await rows.locator('.btn.primary').count()).toBe(0)
    })

    test('a runtime that is not there is installed by a plan, which is shown first', async () => {
      await goTo(page, stage.cove.origin, `/machine?tab=runtimes&target=${encodeURIComponent(target)}`)
      await page.getByRole('button', { name: 'Install a runtime…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: 'Docker Engine' }).click()
      expect(await stage.looks.faults(twoLooks)).toEqual([])
      await stage.looks.shot('install')
      await dialog.getByRole('button', { name: 'Show plan' }).click()
      await expect(page.getByRole('dialog')).toContainText(/apt-get .*install --no-install-recommends docker\.io/)
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toBeHidden()
    })

    test('a runtime with its CRI off: the same commands stand in the step and in its plan, and the plan turns it on', async () => {
      await host.run('sh', '-c', `printf 'disabled_plugins = ["cri"]\\n' > /etc/containerd/config.toml && systemctl restart containerd`)
      await goTo(page, stage.cove.origin, `/machine?tab=setup&intent=node&target=${encodeURIComponent(target)}`)
      const again = page.getByRole('button', { name: 'Look again', exact: true })
      await expect(again).toBeEnabled()
      await again.click()
      const runtime = step('Container runtime')
      await expect(runtime).toContainText('with its CRI plugin turned off', { timeout: 30_000 })
      await expect(runtime.getByLabel('Command of “Container runtime”').last()).toContainText('systemctl restart containerd')
      await expect(step('A node of a cluster')).toContainText('waits')
      expect(await stage.looks.faults(twoLooks)).toEqual([])
      await stage.looks.shot('cri-off')

      await runtime.getByRole('button', { name: /^Show the changes/ }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: /^Apply/ }).click()
      await expect(dialog.getByText(/It is done on/)).toBeVisible({ timeout: 30_000 })
      await dialog.getByRole('button', { name: 'Close' }).click()
      await expect(runtime).toContainText(/done.*containerd v?\d/s, { timeout: 30_000 })
    })
  })
})
