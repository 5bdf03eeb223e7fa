import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { harmOf, hostileTexts } from '../support/hostile.ts'
import { endOf, jobOfPage } from '../support/jobs.ts'
import { goTo } from '../support/places.ts'
import { makeScriptedMachine } from '../support/scripted-tools.ts'
import { expect, testOn } from '../support/test.ts'

const test = testOn(makeScriptedMachine)

/** Markup, what the library of the words would put something else in place of, and characters that turn the reading direction or steer a terminal. */
const hostileName = '<img src=x onerror=window.owned=1> $t(clusters:title) {{name}} \u202egnp.exe\u001b[2J'
/** What kind says before it fails. */
const said = Object.values(hostileTexts).join('\n')

const named = (name: string) => ({
  clusters: [{ name, cluster: { server: `https://127.0.0.1:1/${name}` } }],
  users: [{ name, user: { token: 'x' } }],
  contexts: [{ name, context: { cluster: name, user: name, namespace: name } }],
})
const kubeconfig = { apiVersion: 'v1', kind: 'Config', ...named(hostileName), 'current-context': hostileName }
const node = {
  ID: 'ab'.repeat(32),
  Names: hostileName,
  Image: `kindest/node:${hostileName}`,
  Labels: `io.x-k8s.kind.cluster=${hostileName},io.x-k8s.kind.role=control-plane`,
  State: 'running',
  Status: hostileName,
  CreatedAt: '2026-11-24 03:49:47 +0000 UTC',
  Ports: hostileName,
  Volume: '',
  Address: hostileName,
}

test('names of kubeconfigs and the engine, and what tools print, are text wherever they are shown', async ({ machine, openCove, page }) => {
  await mkdir(join(machine.home, '.kube'), { recursive: true })
  await writeFile(join(machine.home, '.kube/config'), JSON.stringify(kubeconfig))
  await machine.set('containers/hostile', JSON.stringify(node))
  await machine.set('images', `kindest/node:v1.34.4\nkindest/node:v1.33.7\nkindest/node:${hostileName.replaceAll(' ', '')}\n`)
  await machine.set('fail-prepare-nodes', said)
  const elsewhere = join(machine.home, hostileName.replaceAll('/', ''))
  await mkdir(elsewhere)
  await writeFile(
    join(elsewhere, 'kubectl'),
    `#!/bin/sh\necho '{"clientVersion":{"gitVersion":"v1.34.4 <img src=x onerror=window.owned=1>"}}'\n`,
    {
      mode: 0o755,
    },
  )
  machine.env['COVE_TOOL_FOLDERS'] = elsewhere
  const cove = await openCove(machine)
  const found: Record<string, string[]> = {}
  const look = async (place: string, seen: (page: Page) => Promise<unknown>) => {
    await seen(page)
    const harm = await harmOf(page)
    if (harm.length > 0) found[place] = harm
  }
  const shown = (target = page.getByText(/onerror=window\.owned=1/)) => expect(target.first()).toBeVisible()

  await look('clusters', async () => {
    await goTo(page, cove.origin, '/clusters')
    await shown()
  })
  const { clusters } = await cove.api.clusters.list()
  for (const { id, provider } of clusters)
    for (const tab of ['', '?tab=pods', '?tab=images', '?tab=network'])
      await look(`cluster of ${provider}, ${tab}`, async () => {
        await goTo(page, cove.origin, `/clusters/${encodeURIComponent(id)}${tab}`)
        await shown()
      })
  await look('create', async () => {
    await goTo(page, cove.origin, '/clusters?create=true')
    await page.getByRole('combobox', { name: /^Node image/ }).click()
    await expect(page.getByRole('option').first()).toBeVisible()
  })
  await look('contexts', async () => {
    await goTo(page, cove.origin, '/contexts')
    await shown(page.locator('main').getByText(String.raw`{{name}} \u202egnp.exe\u001b[2J`))
  })
  await look('switcher', async () => {
    await page.getByRole('banner').getByRole('button').first().click()
    await shown(page.getByRole('option'))
  })
  await look('palette', async () => {
    await goTo(page, cove.origin, '/contexts')
    await page.keyboard.press('Control+K')
    await page.keyboard.type('onerror')
    await shown(page.getByRole('option'))
  })
  await look('logs', async () => {
    await goTo(page, cove.origin, '/logs')
    await shown()
  })
  await look('job', async () => {
    await goTo(page, cove.origin, '/clusters?create=true')
    await page.getByRole('dialog').getByRole('button', { name: 'Create dev' }).click()
    expect((await endOf(cove.api, await jobOfPage(page))).state).toBe('failed')
    await shown(page.getByText(/H-closing/))
  })
  await look('job, commands', async () => {
    await page.getByRole('tab', { name: /^Commands/ }).click()
  })
  await look('activity', async () => {
    await goTo(page, cove.origin, '/activity')
    await page.getByRole('button', { name: 'Commands', exact: true }).click()
    await page
      .getByRole('row', { name: /^Show details of kind create/ })
      .getByRole('button')
      .first()
      .click()
    await shown(page.getByText(/H-closing/))
  })
  await look('machine', async () => {
    await goTo(page, cove.origin, '/machine')
    await page.getByRole('button', { name: 'Show all about kubectl' }).click()
    await shown()
  })
  await look('machine, leftovers', async () => {
    await goTo(page, cove.origin, '/machine?tab=leftovers')
    await expect(page.locator('main [aria-busy="true"]')).toHaveCount(0)
  })
  await look('settings', async () => {
    await goTo(page, cove.origin, '/settings')
    await expect(page.locator('main').getByRole('heading').nth(1)).toBeVisible()
  })
  expect(found).toEqual({})
})
