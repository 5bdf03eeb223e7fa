import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { violationsOf } from '../support/axe.ts'
import { twoLooks, wear } from '../support/looks.ts'
import { movingIn } from '../support/overflow.ts'
import { goTo } from '../support/places.ts'
import { makeScriptedMachine, type ScriptedMachine } from '../support/scripted-tools.ts'
import { expect, testOn } from '../support/test.ts'

const test = testOn(makeScriptedMachine)

const tools = ['docker', 'kind', 'kubectl'] as const

/** Every tool is there and says nothing until it is let go. */
async function silence(machine: ScriptedMachine) {
  for (const tool of tools) {
    const [program, real] = ['', '-real'].map((end) => join(machine.home, 'programs', `${tool}${end}`)) as [string, string]
    await rename(program, real)
    await writeFile(program, `#!/bin/sh\nwhile [ ! -e "$COVE_FAKE/go-${tool}" ]; do sleep 0.1; done\nexec '${real}' "$@"\n`, {
      mode: 0o755,
    })
  }
  return async (tool: (typeof tools)[number]) => machine.set(`go-${tool}`)
}

const kubeconfig = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'staging', cluster: { server: 'https://staging.example.com:6443' } }],
  users: [{ name: 'staging', user: {} }],
  contexts: [{ name: 'staging', context: { cluster: 'staging', user: 'staging' } }],
  'current-context': 'staging',
}
const node = {
  ID: 'ab'.repeat(32),
  Names: 'lab-control-plane',
  Image: 'kindest/node:v1.34.4',
  Labels: 'io.x-k8s.kind.cluster=lab,io.x-k8s.kind.role=control-plane',
  State: 'running',
  Status: 'Up 1 second',
  CreatedAt: '2026-11-24 03:49:47 +0000 UTC',
  Ports: '',
  Volume: '',
  Address: '172.18.0.2',
}

test('before any tool has answered every page can be used, and each source fills by itself', async ({ machine, openCove, page }) => {
  await mkdir(join(machine.home, '.kube'), { recursive: true })
  await writeFile(join(machine.home, '.kube/config'), JSON.stringify(kubeconfig))
  await machine.set('containers/lab-control-plane', JSON.stringify(node))
  const letGo = await silence(machine)
  const sent: string[] = []
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(payload.toString())))
  const cove = await openCove(machine)
  // Core tells of changes before it is asked anything: nothing in between is missed.
  await expect.poll(() => sent.length).toBeGreaterThan(1)
  expect(sent[0]).toContain('/host/changes')

  // What needs no tool is there: the rail, contexts, clusters known by a context, settings that can be changed, activity.
  const staging = page.getByRole('row').filter({ hasText: 'staging' })
  await expect(page.getByRole('navigation').getByRole('link')).not.toHaveCount(0)
  await expect(staging.first()).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: 'lab' })).toHaveCount(0)
  await goTo(page, cove.origin, '/contexts')
  await expect(staging.first()).toBeVisible()
  await goTo(page, cove.origin, '/settings')
  await page.getByRole('combobox', { name: /^Language/ }).click()
  await page.getByRole('option', { name: '简体中文' }).click()
  await expect(page.locator('html[lang="zh-CN"]')).toBeAttached()

  // What waits does so without a fault, in each look, and without motion.
  const found: Record<string, string[]> = {}
  for (const look of twoLooks) {
    await wear(page, cove.api, look)
    for (const route of ['/clusters', '/machine', '/machine?tab=runtimes', '/logs']) {
      await goTo(page, cove.origin, route)
      await expect(page.locator('main').getByRole('status').or(page.locator('main h1, main h2, main [role="row"]')).first()).toBeVisible()
      const here = [...(await violationsOf(page)), ...(await movingIn(page))]
      if (here.length > 0) found[`${route} ${look.theme} ${look.language}`] = here
    }
  }
  expect(found).toEqual({})
  expect((await readFile(join(machine.home, '.local/share/cove/settings.json'), 'utf8')).includes('zh-CN')).toBe(true)

  // Each comes when its tool does, and does not wait for the others. What gave up on it meanwhile looks again when asked to.
  await wear(page, cove.api, { theme: 'light', language: 'en' })
  await goTo(page, cove.origin, '/machine')
  const inUse = (tool: string) =>
    page
      .locator('.tools-table > [role="row"]')
      .filter({ has: page.getByText(tool, { exact: true }) })
      .getByRole('gridcell')
      .nth(1)
  for (const [tool, version] of [
    ['kubectl', 'v1.34.4'],
    ['kind', 'v0.33.0'],
  ] as const) {
    await expect(inUse(tool)).not.toContainText(version)
    await letGo(tool)
    await cove.api.toolchain.refresh()
    await expect(inUse(tool)).toContainText(version)
  }
  await goTo(page, cove.origin, '/clusters')
  await expect(staging.first()).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: 'lab' })).toHaveCount(0)
  await letGo('docker')
  await cove.api.toolchain.refresh()
  await cove.api.clusters.refresh()
  await expect(page.getByRole('row').filter({ hasText: 'lab' }).first()).toContainText('v1.34.4')
})

test('a kubeconfig that does not answer keeps no tool back', async ({ machine, openCove }) => {
  // Nobody ever writes into it, as a folder of a server that is away.
  const file = join(machine.home, 'slow')
  await execa('mkfifo', [file])
  machine.env['KUBECONFIG'] = file
  const { api } = await openCove(machine)
  const said = async () => (await api.clusters.list()).sources.map(({ source, state }) => `${source} ${state}`)
  await expect.poll(said).toEqual(expect.arrayContaining(['engine ok', 'kubeconfig loading']))
})
