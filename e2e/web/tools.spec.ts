import { mkdir, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { type Machine, makeMachine } from '../support/cove.ts'
import { violationsOf } from '../support/axe.ts'
import { createLooks, faultsOf, twoLooks, usual } from '../support/looks.ts'
import { type Mirror, startMirror } from '../support/mirror.ts'
import { goTo } from '../support/places.ts'
import { writeReleases } from '../support/release-site.ts'
import { expect, publisherEnvironment, test } from '../support/test.ts'

const old = 'v1.34.4'
const newest = 'v1.35.2'
/** What the only cluster that is known runs. */
const kubernetes = 'v1.31.4'

let folder: string
let site: Mirror
let machine: Machine

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove releases '))
  await writeReleases(folder, [kubernetes, old, newest], kubernetes)
  site = await startMirror(folder)
  machine = await makeMachine({ programs: {}, env: publisherEnvironment(site) })
  await mkdir(join(machine.home, '.kube'))
  await writeFile(
    join(machine.home, '.kube/config'),
    `apiVersion: v1
kind: Config
clusters: [{ name: far, cluster: { server: "https://api.example.com" } }]
users: [{ name: ann, user: { token: x } }]
contexts: [{ name: far, context: { cluster: far, user: ann } }]
current-context: far
`,
  )
})
test.afterEach(async () => {
  await machine.remove()
  await site.stop()
  await rm(folder, { recursive: true, force: true })
})

const own = (version: string) => join(machine.home, '.local/share/cove/bin/kubectl', version, 'kubectl')
const rowOf = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('gridcell', { name: 'kubectl', exact: true }) })
const copies = (page: Page) => page.getByRole('table', { name: 'Copies of kubectl' })

test('kubectl is downloaded, put into PATH, updated, rolled back, found changed and removed, and a cluster that none fits gets its own', async ({
  openCove,
  page,
}) => {
  const cove = await openCove(machine)
  await goTo(page, cove.origin, '/machine')
  await rowOf(page)
    .getByRole('button', { name: `Download ${old}` })
    .click()
  await expect(rowOf(page)).toContainText('SHA-256 checked')
  await rowOf(page).getByRole('button', { name: 'Show all about kubectl' }).click()

  // Into PATH: a link in the test's own home, the line for its shell, and completion, each with the way back.
  const terminal = page.getByRole('region', { name: 'Terminal and shell' })
  await terminal.getByRole('button', { name: 'Put into ~/.local/bin' }).click()
  await expect(terminal.getByText('~/.local/bin/kubectl leads to')).toBeVisible()
  const link = join(machine.home, '.local/bin/kubectl')
  expect(await readlink(link)).toBe(own(old))
  await expect(terminal.getByText('export PATH="$HOME/.local/bin:$PATH"')).toBeVisible()
  await terminal.getByRole('button', { name: 'fish' }).click()
  await expect(terminal.getByText('fish_add_path "$HOME/.local/bin"')).toBeVisible()
  await terminal.getByRole('button', { name: 'bash' }).click()
  expect(await faultsOf(page)).toEqual([])

  const rc = join(machine.home, '.bashrc')
  await writeFile(rc, 'alias k=kubectl\n')
  await terminal.getByRole('button', { name: 'Add to ~/.bashrc…' }).first().click()
  const plan = page.getByRole('dialog', { name: /on PATH of bash/ })
  await expect(plan).toContainText('export PATH=')
  expect(await readFile(rc, 'utf8')).toBe('alias k=kubectl\n')
  await plan.getByRole('button', { name: /^Apply/ }).click()
  await expect.poll(() => readFile(rc, 'utf8')).toBe('alias k=kubectl\n\n# Added by Cove\nexport PATH="$HOME/.local/bin:$PATH"\n')
  await plan.getByRole('button', { name: 'Close' }).click()
  await terminal.getByRole('button', { name: 'Take away…' }).click()
  const undo = page.getByRole('dialog')
  await undo.getByRole('button', { name: /^Undo|^Put back/ }).click()
  await expect.poll(() => readFile(rc, 'utf8')).toBe('alias k=kubectl\n')
  await undo.getByRole('button', { name: 'Close' }).click()

  // Nobody was asked for newer ones until now.
  expect(site.asked.filter((path) => path.includes('stable'))).toEqual([])
  await page.getByRole('button', { name: 'Ask for newer versions' }).click()
  await expect(rowOf(page)).toContainText(`${newest} is newer`)
  await page.getByRole('button', { name: `Update to ${newest}` }).click()
  await expect(copies(page)).toContainText(`${newest} in use`)
  expect(await readlink(link)).toBe(own(newest))
  await page.getByRole('button', { name: `Roll back to ${old}` }).click()
  await expect(copies(page)).toContainText(`${old} in use`)
  expect(await readlink(link)).toBe(own(old))
  const again = page.getByRole('button', { name: `Take ${newest} again` })
  // It is there a moment before the way back is through, and hears nothing until then.
  await expect(again).not.toHaveAttribute('aria-busy')
  await again.click()
  await expect(copies(page)).toContainText(`${newest} in use`)

  // One byte is enough.
  const text = await readFile(own(newest), 'utf8')
  await writeFile(own(newest), text.replace('esac', 'esaC'))
  const more = (version: string) => copies(page).getByRole('button', { name: `More actions for ${own(version)}` })
  await more(newest).click()
  await page.getByRole('menuitem', { name: 'Verify again' }).click()
  await expect(page.getByText(`/${newest}/kubectl was changed`)).toBeVisible()
  // What the terminal runs is not Cove's to stop, so it is said.
  await expect(terminal.getByText('which was changed')).toBeVisible()
  await expect(copies(page)).toContainText(`${old} in use`)
  await more(old).click()
  await page.getByRole('menuitem', { name: 'Verify again' }).click()
  await expect(copies(page)).toContainText('same as published')
  const looks = createLooks({ page, api: cove.api, shots: 'tools' })
  await looks.each(async ({ language }) => {
    await expect(page.getByText(language === 'en' ? 'was changed' : '已被改动').first()).toBeVisible()
    expect(await faultsOf(page)).toEqual([])
    // Narrow, the table is another one for axe too.
    for (const [width, height] of [
      [900, 600],
      [320, 700],
    ] as const) {
      await page.setViewportSize({ width, height })
      expect(await violationsOf(page)).toEqual([])
    }
    await page.setViewportSize(usual)
  }, twoLooks)

  // Away with it: what goes and what stays is said before.
  await more(newest).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  const dialog = page.getByRole('dialog', { name: /^Remove kubectl/ })
  await expect(dialog).toContainText(old)
  expect(await looks.faults(twoLooks)).toEqual([])
  await dialog.getByRole('button', { name: /^Remove kubectl/ }).click()
  await expect(dialog).toBeHidden()
  await expect.poll(() => stat(dirname(own(newest))).catch(() => null)).toBeNull()
  expect(await readlink(link)).toBe(own(old))
  await terminal.getByRole('button', { name: 'Only for Cove' }).click()
  await expect(terminal.getByText('Only Cove uses its copy')).toBeVisible()
  expect(await stat(link).catch(() => null)).toBeNull()

  // A cluster that no kubectl fits is told of, and gets its own only after the plan was seen.
  const fits = page.getByRole('region', { name: 'kubectl for each cluster' })
  await fits.getByRole('button', { name: 'Ask the cluster far for its version' }).click()
  await expect(fits.getByRole('row').filter({ hasText: 'far' })).toContainText('no copy fits, 3 minor versions newer')
  await fits.getByRole('button', { name: `Download ${kubernetes} for far` }).click()
  const fit = page.getByRole('dialog', { name: `Download kubectl ${kubernetes} for far` })
  await expect(fit).toContainText(`${site.url}/release/${kubernetes}/`)
  expect(await looks.faults(twoLooks)).toEqual([])
  expect(site.asked.filter((path) => path.includes(kubernetes))).toEqual([])
  await fit.getByRole('button', { name: `Download ${kubernetes}` }).click()
  await expect(fits.getByRole('row').filter({ hasText: 'far' })).toContainText(`${kubernetes} fits, instead of the usual one`)
  expect(await faultsOf(page)).toEqual([])
  await cove.api.kubeconfig.reach({ file: join(machine.home, '.kube/config'), name: 'far' })
  const [asked] = (await cove.api.jobs.commands({ limit: 200 })).filter(({ argv }) => argv.includes('--raw=/version'))
  expect(asked?.argv[0]).toBe(own(kubernetes))
})
