import type { Page } from '@playwright/test'
import { expect } from './test.ts'

/** What the places of a running Cove are about. */
export type World = {
  readonly origin: string
  readonly cluster: { readonly id: string; readonly name: string }
  readonly context: { readonly name: string; readonly file: string }
  readonly remote: string
  readonly jobId: string
}
type Place = { readonly name: string; readonly open: (page: Page, world: World) => Promise<void> }

/** Goes to a route of the page that is open, without loading it again. */
export async function goTo(page: Page, origin: string, route: string): Promise<void> {
  // A menu, popover or dialog of the page before.
  await page.keyboard.press('Escape')
  await page.goto(`${origin}/#${route}`)
}

/** Every page and what opens over it, each ready when its facts are shown; nothing here depends on the language. */
export const places: readonly Place[] = [
  { name: 'clusters', open: clusters },
  {
    name: 'create',
    open: async (page, { origin }) => {
      await goTo(page, origin, '/clusters?create=true')
      await expect(page.getByRole('dialog').getByRole('listitem').first()).toBeVisible()
    },
  },
  {
    name: 'designer',
    open: async (page, { origin }) => {
      await goTo(page, origin, '/clusters/new')
      await expect(page.locator('.cm-line').first()).toBeVisible()
    },
  },
  {
    name: 'profiles',
    open: async (page, { origin }) => {
      await goTo(page, origin, '/clusters/profiles')
      await expect(page.locator('main').getByRole('heading', { level: 2 })).toBeVisible()
    },
  },
  {
    name: 'delete',
    open: async (page, world) => {
      await clusters(page, world)
      await page.getByRole('row').filter({ hasText: world.cluster.name }).first().getByRole('button').last().click()
      await page.getByRole('menuitem').last().click()
      await expect(page.getByRole('dialog').getByRole('textbox')).toBeFocused()
    },
  },
  {
    name: 'cluster',
    open: async (page, { origin, cluster }) => {
      await goTo(page, origin, `/clusters/${encodeURIComponent(cluster.id)}`)
      await expect(page.getByRole('row').filter({ hasText: `${cluster.name}-control-plane` })).toContainText('v1.')
    },
  },
  {
    name: 'pods',
    open: async (page, { origin, cluster }) => {
      await goTo(page, origin, `/clusters/${encodeURIComponent(cluster.id)}?tab=pods`)
      await expect(page.getByRole('row').filter({ hasText: 'talk' }).first()).toBeVisible()
    },
  },
  {
    name: 'network',
    open: async (page, { origin, cluster }) => {
      await goTo(page, origin, `/clusters/${encodeURIComponent(cluster.id)}?tab=network`)
      await expect(
        page
          .getByRole('row')
          .filter({ hasText: `${cluster.name}-control-plane` })
          .first(),
      ).toBeVisible()
      await expect(page.locator('main [aria-busy="true"]')).toHaveCount(0)
    },
  },
  {
    name: 'job',
    open: async (page, { origin, jobId }) => {
      await goTo(page, origin, `/jobs/${jobId}`)
      await expect(page.locator('main').getByRole('listitem').first()).toBeVisible()
    },
  },
  { name: 'logs', open: (page, world) => log(page, world, 'talk') },
  { name: 'logs of a crash', open: (page, world) => log(page, world, 'crash') },
  {
    name: 'logs, nothing chosen',
    open: async (page, { origin }) => {
      await goTo(page, origin, '/logs')
      await expect(page.getByRole('row').filter({ hasText: 'talk' }).first()).toBeVisible()
    },
  },
  { name: 'contexts', open: contexts },
  {
    name: 'switcher',
    open: async (page, world) => {
      await contexts(page, world)
      await page.getByRole('banner').getByRole('button').first().click()
      await expect(page.getByRole('option').filter({ hasText: world.remote })).toBeVisible()
    },
  },
  {
    name: 'palette',
    open: async (page, world) => {
      await contexts(page, world)
      await page.keyboard.press('Control+K')
      await expect(page.getByRole('option').filter({ hasText: world.cluster.name }).first()).toBeVisible()
    },
  },
  {
    name: 'machine',
    open: async (page, { origin }) => {
      await goTo(page, origin, '/machine')
      await expect(page.getByRole('row').filter({ hasText: 'kubectl' })).toContainText('v1.')
    },
  },
  {
    name: 'machine, a tool',
    open: async (page, { origin }) => {
      await tool(page, origin)
      await expect(page.locator('.terminal-row').first()).toBeVisible()
    },
  },
  {
    name: 'machine, plan',
    open: async (page, { origin }) => {
      await tool(page, origin)
      await page.locator('.terminal-row').last().getByRole('button').first().click()
      await expect(page.getByRole('dialog').getByRole('listitem').first()).toBeVisible()
    },
  },
  {
    name: 'machine, set-up',
    open: async (page, { origin }) => {
      await goTo(page, origin, '/machine?tab=setup&intent=kubectl')
      await expect(page.locator('main ol > li').first()).toContainText('v1.')
    },
  },
  {
    name: 'machine, downloads',
    open: async (page, { origin }) => {
      await goTo(page, origin, '/machine?tab=downloads')
      await expect(page.getByRole('row').filter({ hasText: 'kube-apiserver' }).first()).toBeVisible()
    },
  },
  ...(['runtimes', 'images', 'checks', 'kubeadm'] as const).map((tab) => ({
    name: `machine, ${tab}`,
    open: async (page: Page, { origin }: World) => {
      await goTo(page, origin, `/machine?tab=${tab}`)
      await expect(page.getByRole('tab', { selected: true }).first()).toBeVisible()
      await expect(page.locator('main [aria-busy="true"]')).toHaveCount(0)
    },
  })),
  {
    name: 'machine, choice',
    open: async (page, { origin }) => {
      await goTo(page, origin, '/machine?tab=runtimes')
      // The panel of the tab before stays until it has faded.
      await expect(page.locator('.target-button')).toHaveCount(1)
      await page.locator('.target-button').click()
      await expect(page.getByRole('option').first()).toBeVisible()
    },
  },
  {
    name: 'machine, leftovers',
    open: async (page, { origin }) => {
      await goTo(page, origin, '/machine?tab=leftovers')
      await expect(page.locator('main [aria-busy="true"]')).toHaveCount(0)
    },
  },
  { name: 'activity, jobs', open: activity },
  {
    name: 'activity, commands',
    open: async (page, world) => {
      await activity(page, world)
      await page.locator('main').getByRole('group').first().getByRole('button').nth(1).click()
      await expect(page.getByText('kind create cluster').first()).toBeVisible()
    },
  },
  {
    name: 'settings',
    open: async (page, { origin }) => {
      await goTo(page, origin, '/settings')
      await expect(page.locator('main').getByRole('heading').nth(1)).toBeVisible()
    },
  },
  {
    name: 'no such page',
    open: async (page, { origin }) => {
      await goTo(page, origin, '/nowhere')
      await expect(page.locator('main').getByRole('link')).toBeVisible()
    },
  },
]

export function place(name: string): Place {
  const found = places.find((each) => each.name === name)
  if (!found) throw new Error(`no place is called ${name}`)
  return found
}

async function clusters(page: Page, { origin, cluster }: World) {
  await goTo(page, origin, '/clusters')
  await expect(page.getByRole('row').filter({ hasText: cluster.name })).toContainText('v1.')
}

async function contexts(page: Page, { origin, remote }: World) {
  await goTo(page, origin, '/contexts')
  await expect(page.getByRole('row').filter({ hasText: remote })).toBeVisible()
}

async function activity(page: Page, { origin, cluster }: World) {
  await goTo(page, origin, '/activity')
  await expect(page.getByRole('row').filter({ hasText: cluster.name }).first()).toBeVisible()
}

/** All that is known of kubectl, opened. */
async function tool(page: Page, origin: string) {
  await goTo(page, origin, '/machine')
  const row = page.getByRole('row').filter({ hasText: 'kubectl' })
  await expect(row.first()).toContainText('v1.')
  const opener = row.first().locator('[aria-expanded]').last()
  if ((await opener.getAttribute('aria-expanded')) === 'false') await opener.click()
}

async function log(page: Page, { origin, context }: World, pod: string) {
  const search = new URLSearchParams({ context: context.name, file: context.file, namespace: 'default', pod, container: pod })
  await goTo(page, origin, `/logs?${search}`)
  await expect(page.locator('[data-seq]').first()).toBeVisible()
}
