import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { parse } from 'yaml'
import { endOf, jobOfPage } from '../support/jobs.ts'
import { createLooks, faultsOf } from '../support/looks.ts'
import { editorOf, pasteText, textOf } from '../support/document-page.ts'
import { goTo } from '../support/places.ts'
import { makeScriptedMachine } from '../support/scripted-tools.ts'
import { savedText } from '../support/saved-text.ts'
import { expect, type OpenCove, testOn } from '../support/test.ts'

const test = testOn(makeScriptedMachine)

const problems = (page: Page) => page.getByRole('list', { name: /^(Problems in the document|文档中的问题)$/ })

async function openDesigner(page: Page, cove: OpenCove) {
  await goTo(page, cove.origin, '/clusters/new')
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('dev')
}

const commented = `# for tests
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
name: lab # mine
networking:
  kubeProxyMode: none   # Cilium does it
futureField: [1, 2]
nodes:
# the only one
- role: control-plane
  image: kindest/node:v1.33.7
`

test('form and text are two views of one document, with one undo, and the create runs that document', async ({
  machine,
  openCove,
  page,
}) => {
  const cove = await openCove(machine)
  // The editor, the YAML library and the schemas come with the page that needs them.
  const scripts = () => page.evaluate(() => performance.getEntriesByType('resource').filter((one) => one.name.includes('designer')).length)
  await goTo(page, cove.origin, '/clusters?create=true')
  await expect(page.getByRole('button', { name: 'Design…' })).toBeVisible()
  expect(await scripts()).toBe(0)
  await page.getByRole('button', { name: 'Design…' }).click()
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('dev')
  expect(await scripts()).toBe(1)

  // From the form to the text.
  await page.getByRole('button', { name: 'Add node' }).click()
  await page.getByRole('menuitem', { name: 'worker' }).click()
  await page.getByRole('textbox', { name: 'Add to Labels' }).fill('zone=a')
  await page.keyboard.press('Enter')
  await expect.poll(() => textOf(page)).toContain('  - role: worker\n    labels:\n      zone: a')

  // From the text to the form; comments and unknown fields stay in what the form changes next.
  await pasteText(page, commented)
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('lab')
  await expect(page.getByRole('group', { name: 'kube-proxy' }).getByRole('button', { name: 'none' })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
  await page.getByRole('textbox', { name: 'Pod subnet' }).fill('10.60.0.0/16')
  await page.getByRole('textbox', { name: 'Pod subnet' }).blur()
  await expect.poll(() => textOf(page)).toBe(commented.replace('# Cilium does it\n', '# Cilium does it\n  podSubnet: 10.60.0.0/16\n'))

  // One way back for both.
  const undo = page.getByRole('button', { name: 'Undo' })
  await undo.click()
  await expect.poll(() => textOf(page)).toBe(commented)
  await editorOf(page).focus()
  await page.keyboard.press('Control+Z')
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('dev')
  await page.getByRole('button', { name: 'Redo' }).click()
  await page.getByRole('button', { name: 'Redo' }).click()
  await expect(page.getByRole('textbox', { name: 'Pod subnet' })).toHaveValue('10.60.0.0/16')

  // kind would refuse the unknown field; the command is the document's.
  await expect(problems(page)).toContainText('Line 8futureField is not a field that Cove knows')
  await expect(page.getByText('kind create cluster --name=lab --config=-')).toBeVisible()
  await page.getByRole('button', { name: 'Create lab' }).click()
  const jobId = await jobOfPage(page)
  expect(await endOf(cove.api, jobId)).toMatchObject({ state: 'succeeded' })
  expect(parse(await machine.config())).toMatchObject({
    name: 'lab',
    networking: { kubeProxyMode: 'none', podSubnet: '10.60.0.0/16' },
    futureField: [1, 2],
    nodes: [{ role: 'control-plane', image: 'kindest/node:v1.33.7' }],
  })
})

test('errors stand on their line and beside their field, in both languages, and block the create', async ({ machine, openCove, page }) => {
  const cove = await openCove(machine)
  await openDesigner(page, cove)
  await pasteText(page, commented.replace('kubeProxyMode: none', 'kubeProxyMode: magic').replace('name: lab', 'name: Lab'))
  await expect(problems(page).getByRole('button').first()).toHaveText('Line 6Must be one of: iptables, ipvs, nftables, none')
  await expect(page.locator('.cm-lintRange-error')).toHaveText('magic')
  await expect(page.locator('.cm-lint-marker-error')).toHaveCount(1)
  await expect(page.getByRole('button', { name: 'Create Lab' })).toBeDisabled()
  await cove.api.settings.set({ language: 'zh-CN' })
  await expect(problems(page).getByRole('button').first()).toContainText('第 6 行必须是其中之一')
  await cove.api.settings.set({ language: 'en' })

  // A problem of the list leads to its line.
  await problems(page).getByRole('button').first().click()
  await expect(editorOf(page)).toBeFocused()
  await page.keyboard.press('Shift+End')
  await page.keyboard.insertText('none')

  // What only the machine can know is beside the field, with the way out.
  await expect(page.getByText('The name has capital letters').first()).toBeVisible()
  await page.getByRole('button', { name: 'Use lab', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Create lab' })).toBeEnabled()
  await expect.poll(() => textOf(page)).toContain('name: lab # mine')

  // A text that does not parse leaves the form readable and closed.
  await pasteText(page, 'kind: Cluster\nnodes: [\n')
  await expect(page.getByText('The YAML cannot be read')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toBeDisabled()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toBeEnabled()
})

test('by keyboard: nodes move, and Esc then Tab leaves the editor', async ({ machine, openCove, page }) => {
  const cove = await openCove(machine)
  await openDesigner(page, cove)
  const boxes = page.getByRole('group', { name: 'Nodes' })
  await page.getByRole('button', { name: 'Add node' }).press('Enter')
  await page.keyboard.press('Enter')
  await expect.poll(() => textOf(page)).toContain('- role: control-plane\n  - role: worker')
  await boxes.getByRole('button', { name: /^worker/ }).focus()
  await page.keyboard.press('Alt+ArrowLeft')
  await expect.poll(() => textOf(page)).toContain('- role: worker\n  - role: control-plane')
  await expect(boxes.getByRole('button', { name: /^worker/ })).toBeFocused()
  await expect(boxes.getByRole('status')).toHaveText('Moved to place 1 of 2')

  // And with the pointer.
  await boxes.getByRole('button', { name: /^control-plane/ }).dragTo(boxes.getByRole('button', { name: /^worker/ }))
  await expect.poll(() => textOf(page)).toContain('- role: control-plane\n  - role: worker')

  await editorOf(page).focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Tab')
  await expect.poll(() => textOf(page)).toMatch(/^ {2}kind: Cluster/)
  await page.keyboard.press('Control+Z')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  await expect(editorOf(page)).not.toBeFocused()
  expect(await textOf(page)).toMatch(/^kind: Cluster/)
})

test('what was left unsaved is there again, and a fresh one is one press away', async ({ machine, openCove, page }) => {
  const cove = await openCove(machine)
  await openDesigner(page, cove)
  const name = page.getByRole('textbox', { name: 'Name', exact: true })
  const proposed = await name.inputValue()
  await name.fill('half-done')
  await goTo(page, cove.origin, '/clusters')
  // Two addresses in one moment are one step for the router: the page would never have been left.
  await expect(name).toBeHidden()
  await goTo(page, cove.origin, '/clusters/new')
  await expect(name).toHaveValue('half-done')
  await expect(page.getByText('This is what was left unsaved')).toBeVisible()
  await page.getByRole('button', { name: 'Start afresh' }).click()
  await expect(name).toHaveValue(proposed)
  await page.reload()
  await expect(name).toHaveValue(proposed)
})

test('a profile is saved, exported, imported, renamed, duplicated, opened with another version, deleted', async ({
  machine,
  openCove,
  page,
}) => {
  const cove = await openCove(machine)
  await openDesigner(page, cove)
  await pasteText(page, commented)
  await page.getByRole('button', { name: 'Save profile' }).click()
  await page.getByRole('menuitem', { name: 'Save as a new profile…' }).click()
  await page.getByRole('textbox', { name: 'Name of the profile' }).fill('Cilium 实验')
  await page.keyboard.press('Enter')
  await expect(page.getByText('from profile Cilium 实验', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Save profile' }).click()
  await page.getByRole('menuitem', { name: 'All profiles' }).click()
  const row = (name: string) => page.getByRole('row', { name, exact: true })
  await expect(row('Cilium 实验')).toContainText('v1.33.7')
  const act = async (name: string, item: string) => {
    await page.getByRole('button', { name: `More for ${name}`, exact: true }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }

  const exported = await savedText(page, () => act('Cilium 实验', 'Export as a file'))
  expect(exported).toBe(`# Cove profile: Cilium 实验\n${commented}`)
  await act('Cilium 实验', 'Duplicate')
  await expect(row('Cilium 实验 2')).toBeVisible()
  await act('Cilium 实验', 'Delete…')
  await expect(page.getByRole('dialog')).toContainText('Clusters stay as they are.')
  await page.getByRole('button', { name: 'Delete Cilium 实验', exact: true }).click()
  await expect(row('Cilium 实验')).toHaveCount(0)
  await expect(page.getByRole('dialog')).toHaveCount(0)

  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Import…' }).click()])
  // By content: without a locale Chromium cannot open a path that is not ASCII.
  const fileOf = (name: string, text: string) => ({ name, mimeType: 'application/yaml', buffer: Buffer.from(text) })
  const files = [fileOf('exported.yaml', exported), fileOf('bad.yaml', 'kind: Cluster\nnodes: [\n')]
  expect(chooser.isMultiple()).toBe(true)
  await page.locator('input[type=file]').setInputFiles(files)
  await expect(row('Cilium 实验')).toBeVisible()
  await expect(page.getByText('bad.yaml stays as it is.')).toBeVisible()
  await expect(page.getByText('The document is not valid').first()).toBeVisible()

  await act('Cilium 实验', 'Rename…')
  await page.getByRole('textbox', { name: 'New name' }).fill('Cilium 实验 2')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toContainText('A profile named Cilium 实验 2 is already there')
  await page.getByRole('textbox', { name: 'New name' }).fill('lab')
  await page.keyboard.press('Enter')
  await act('lab', 'The same with another version')
  const version = page.getByRole('combobox', { name: 'Kubernetes' })
  await expect(version).toBeFocused()
  await expect.poll(() => textOf(page)).toBe(commented)
  await version.press('Enter')
  await page.getByRole('option', { name: /^v1\.34\.4/ }).click()
  await expect.poll(() => textOf(page)).toBe(commented.replace('v1.33.7', 'v1.34.4'))
  await expect(page.getByText('from profile lab, changed')).toBeVisible()

  // A damaged file is named and left alone.
  const { folder } = await cove.api.profiles.list()
  await writeFile(join(folder, 'broken.yaml'), 'kind: Cluster\nnodes: [\n')
  await goTo(page, cove.origin, '/clusters/profiles')
  await page.reload()
  await expect(page.getByText('broken.yaml is not a profile as it stands')).toBeVisible()
})

test('a create that failed goes back into the designer with the document, one that began leaves no draft', async ({
  machine,
  openCove,
  page,
}) => {
  const cove = await openCove(machine)
  await machine.set('fail-start-control-plane', 'ERROR: failed to create cluster: something odd')
  await openDesigner(page, cove)
  await pasteText(page, commented.replace('futureField: [1, 2]\n', ''))
  await page.getByRole('button', { name: 'Create lab' }).click()
  const jobId = await jobOfPage(page)
  expect(await endOf(cove.api, jobId)).toMatchObject({ state: 'failed' })
  await goTo(page, cove.origin, '/clusters/new')
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('dev')
  await goTo(page, cove.origin, `/jobs/${jobId}`)
  await page.getByRole('button', { name: 'Change and try again' }).click()
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('lab')
  await expect.poll(() => textOf(page)).toContain('# Cilium does it')
})

test('settings that a living cluster keeps say so', async ({ machine, openCove, page }) => {
  const cove = await openCove(machine)
  const { jobId } = await cove.api.clusters.create({ name: 'shop' })
  expect(await endOf(cove.api, jobId)).toMatchObject({ state: 'succeeded' })
  const cluster = (await cove.api.clusters.refresh()).clusters.find((one) => one.provider === 'kind' && one.name === 'shop')
  await goTo(page, cove.origin, `/clusters/new?cluster=${encodeURIComponent(cluster?.id ?? '')}`)
  await expect(page.getByText('The document of shop, which exists')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Network' }).getByText('fixed for its life')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Registry, images and add-ons' }).getByText('fixed for its life')).toHaveCount(0)

  // Changed here, it is what a rebuild makes.
  await page.getByRole('textbox', { name: 'Pod subnet' }).fill('10.77.0.0/16')
  await page.getByRole('button', { name: 'Keep it for the rebuild of shop' }).click()
  await expect(page.getByText('A rebuild of shop now makes this document.')).toBeVisible()
  expect((await cove.api.clusters.document({ id: cluster?.id ?? '' })).text).toContain('10.77.0.0/16')
})

test('registry mirrors are written into every node', async ({ machine, openCove, page }) => {
  const cove = await openCove(machine)
  await openDesigner(page, cove)
  await page.getByRole('textbox', { name: 'Add to Registry mirrors' }).fill('docker.io=https://mirror.example')
  await page.keyboard.press('Enter')
  await expect.poll(() => textOf(page)).toContain('mirrors:\n  docker.io:\n    - https://mirror.example')
  await page.getByRole('button', { name: 'Create dev' }).click()
  const jobId = await jobOfPage(page)
  expect(await endOf(cove.api, jobId)).toMatchObject({ state: 'succeeded' })
  const commands = (await cove.api.jobs.commands({ jobId })).map(({ argv }) => argv.slice(1).join(' '))
  expect(commands).toContain('exec --interactive -- dev-control-plane cp /dev/stdin /etc/containerd/certs.d/docker.io/hosts.toml')
})

test('no fault of WCAG 2.2 AA and nothing wider than the window, in both themes and languages', async ({ machine, openCove, page }) => {
  test.slow()
  const cove = await openCove(machine)
  await cove.api.profiles.save({ id: null, name: 'lab', document: commented })
  const wrong = commented.replace('kubeProxyMode: none', 'kubeProxyMode: magic')
  const found: Record<string, string[]> = {}
  const looks = createLooks({ page, api: cove.api, shots: 'designer' })
  await looks.each(async ({ theme, language }) => {
    const look = async (name: string) => {
      const faults = await faultsOf(page)
      if (faults.length > 0) found[`${name} ${theme} ${language}`] = faults
    }
    await goTo(page, cove.origin, '/clusters/new?profile=lab')
    await expect(editorOf(page)).toBeVisible()
    await look('designer')
    await pasteText(page, wrong)
    await expect(problems(page)).toBeVisible()
    await look('designer with errors')
    await page.getByRole('button', { name: 'minikube', exact: true }).click()
    await expect.poll(() => textOf(page)).toContain('MinikubeCluster')
    await look('minikube')
    await goTo(page, cove.origin, '/clusters/profiles')
    await expect(page.getByRole('row', { name: 'lab' })).toBeVisible()
    await look('profiles')
    await page.evaluate(() => localStorage.clear())
  })
  expect(found).toEqual({})

  // For people to look at.
  await goTo(page, cove.origin, '/clusters/new?profile=lab')
  await expect(editorOf(page)).toBeVisible()
  await looks.shot('form')
  await pasteText(page, wrong)
  await expect(problems(page)).toBeVisible()
  await looks.shot('errors')
  await page.getByRole('button', { name: 'minikube', exact: true }).click()
  await expect.poll(() => textOf(page)).toContain('MinikubeCluster')
  await looks.shot('minikube')
})
