import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { violationsOf } from '../support/axe.ts'
import { editorOf, pasteText, textOf } from '../support/document-page.ts'
import { createLooks, twoLooks } from '../support/looks.ts'
import { goTo } from '../support/places.ts'
import { makeKubeadmMachine } from '../support/scripted-kubeadm.ts'
import { expect, testOn } from '../support/test.ts'

const test = testOn(makeKubeadmMachine)

const region = (page: Page) => page.getByRole('region', { name: /^(Configuration|配置)$/ })

async function open(page: Page, origin: string) {
  await goTo(page, origin, '/machine?tab=kubeadm')
  await region(page)
    .getByRole('button', { name: /^(Open the editor|打开编辑器)$/ })
    .click()
  await expect(page.getByRole('textbox', { name: /^(Pod subnet|Pod 子网)$/ })).toBeVisible()
}

const older = `# lab
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
kubernetesVersion: v1.34.4
apiServer:
  extraArgs:
    v: "4"
---
# of every node
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd # as the runtime
`

test('a file is made in form and text, checked by the kubeadm there, brought to the newer version, and kept', async ({
  machine,
  openCove,
  page,
}) => {
  const cove = await openCove(machine)
  // The editor, the YAML library and the schemas come when somebody asks for them.
  const scripts = () =>
    page.evaluate(() => performance.getEntriesByType('resource').filter((one) => /\/editor-[^/]*\.js$/.test(one.name)).length)
  await goTo(page, cove.origin, '/machine?tab=kubeadm')
  await expect(region(page).getByRole('button', { name: 'Open the editor' })).toBeVisible()
  expect(await scripts()).toBe(0)
  await region(page).getByRole('button', { name: 'Open the editor' }).click()
  await expect.poll(() => textOf(page)).toContain('kubernetesVersion: v1.34.4')
  expect(await scripts()).toBeGreaterThan(0)

  // From the form to the text; the command follows.
  await page.getByRole('textbox', { name: 'Shared endpoint' }).fill('api.example:6443')
  await expect.poll(() => textOf(page)).toContain('controlPlaneEndpoint: api.example:6443')
  await page.getByRole('textbox', { name: 'Add to kube-apiserver' }).fill('v=4')
  await page.keyboard.press('Enter')
  await expect.poll(() => textOf(page)).toContain('extraArgs:\n    - name: v\n      value: "4"')
  await expect(page.getByText('sudo kubeadm init --config=kubeadm.yaml').last()).toBeVisible()

  // Asked, kubeadm takes it; its file is gone afterwards.
  await page.getByRole('button', { name: 'Check with kubeadm v1.34.4' }).click()
  await expect(page.getByText('kubeadm v1.34.4 takes this file')).toBeVisible()
  // What it refuses is on its line.
  await pasteText(page, `${older}fooo: 1\n`)
  await expect(page.getByText('kubeadm v1.34.4 takes this file')).toBeHidden()
  await page.getByRole('button', { name: 'Check with kubeadm v1.34.4' }).click()
  await expect(page.getByText('kubeadm v1.34.4 does not take this file')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Line 13 kubeadm: .*unknown field "fooo"/ })).toBeVisible()

  // The newer version as a diff first: kubeadm's own, then Cove's, which keeps the comments.
  await pasteText(page, older)
  await page.getByRole('button', { name: 'v1beta4', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Bring the file to v1beta4' })
  await dialog.getByRole('button', { name: 'kubeadm v1.34.4' }).click()
  await expect(dialog.getByText('kubeadm leaves out KubeletConfiguration; Cove has put it back word for word.')).toBeVisible()
  await expect(dialog.getByText(/egp2u7/)).toBeHidden()
  const looks = createLooks({ page, api: cove.api, shots: 'kubeadm-config' })
  expect(await looks.faults(twoLooks)).toEqual([])
  await dialog.getByRole('button', { name: 'Cove, comments stay' }).click()
  await dialog.getByRole('button', { name: 'Use the new text' }).click()
  const newer = older.replace('v1beta3', 'v1beta4').replace('    v: "4"\n', '    - name: v\n      value: "4"\n')
  await expect.poll(() => textOf(page)).toBe(newer)

  // Kept under a name, as a file that kubeadm takes; a reload finds it again once something of it is unsaved.
  await page.getByRole('button', { name: 'Files' }).click()
  await page.getByRole('menuitem', { name: 'Save under a name…' }).click()
  await page.getByRole('dialog').getByRole('textbox').fill('第一台')
  expect(await looks.faults(twoLooks)).toEqual([])
  await page.keyboard.press('Enter')
  await expect(page.getByText('file 第一台')).toBeVisible()
  const folder = join(machine.home, '.local/share/cove/kubeadm')
  const [name = ''] = await readdir(folder)
  expect(await readFile(join(folder, name), 'utf8')).toBe(`# Cove kubeadm configuration: 第一台\n${newer}`)
  await page.getByRole('textbox', { name: 'DNS domain' }).fill('lab.local')
  await expect(page.getByText('file 第一台, changed')).toBeVisible()
  await expect.poll(() => page.evaluate(() => localStorage.getItem('cove.designer.draft.kubeadm:local') ?? '')).toContain('lab.local')
  await page.reload()
  await expect(page.getByText('file 第一台, changed')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'DNS domain' })).toHaveValue('lab.local')

  // What stands in the editor stays when its file goes.
  await page.getByRole('button', { name: 'Files' }).click()
  await page.getByRole('menuitem', { name: /^Remove/ }).click()
  await expect(page.getByRole('dialog')).toContainText('第一台')
  expect(await looks.faults(twoLooks)).toEqual([])
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Remove/ })
    .click()
  await expect.poll(() => readdir(folder)).toEqual([])
  await expect(page.getByRole('textbox', { name: 'DNS domain' })).toHaveValue('lab.local')
})

test.describe('in Chinese and dark', () => {
  test.use({ locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 900, height: 600 } })
  test('the whole of it is accessible, and by keyboard', async ({ machine, openCove, page }) => {
    const cove = await openCove(machine)
    await open(page, cove.origin)
    const pods = page.getByRole('textbox', { name: 'Pod 子网' })
    await pods.fill('10.96.0.0/16')
    await expect(page.getByRole('alert').getByText('Pod 子网与服务子网不能重叠').first()).toBeVisible()
    expect(await violationsOf(page)).toEqual([])
    // One undo for both views, from wherever one is.
    await pods.blur()
    await page.keyboard.press('Control+z')
    await expect(pods).toHaveValue('10.244.0.0/16')
    await page.getByRole('button', { name: 'YAML', exact: true }).press('Enter')
    await expect(editorOf(page)).toBeVisible()
    expect(await violationsOf(page)).toEqual([])
  })
})
