import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { execa } from 'execa'
import { paleIn, violationsOf } from '../support/axe.ts'
import { type Machine, makeMachine } from '../support/cove.ts'
import { tabTo, walkTo } from '../support/keys.ts'
import { succeeds } from '../support/jobs.ts'
import { faultsOf, overflowInSizes, overflowStretched, twoLooks, usual, wear } from '../support/looks.ts'
import { cutHeadsOf, movingIn, overflowOf } from '../support/overflow.ts'
import { type World, goTo, place, places } from '../support/places.ts'
import { openKindStage, type Stage } from '../support/stage.ts'
import { expect, type OpenCove, programsOf, realGround, test } from '../support/test.ts'

/** `find` at each place; what it found, by place, so that one fault does not hide the next. */
async function everywhere(page: Page, world: World, find: (page: Page) => Promise<string[]>, at = places) {
  const found: Record<string, string[]> = {}
  for (const { name, open } of at) {
    await open(page, world)
    const here = await find(page)
    if (here.length > 0) found[name] = here
  }
  return found
}

test('the checks see what they are for', async ({ page }) => {
  await page.setContent(`<html lang="en"><title>Faults</title><main><h1>Faults</h1>
    <button style="width: 20px; height: 20px"></button><p style="color: #ccc; background: #fff">pale</p>
    <button style="width: 20px; white-space: nowrap; padding: 0; text-align: left">much too long</button>
    <div style="width: 20px; overflow: hidden; white-space: nowrap">much too long</div>
    <button style="width: 60px; height: 20px; padding: 0">two lines of it</button>
    <div class="dialog"><div class="body" style="width: 100px; overflow: auto"><textarea style="width: 200px"></textarea></div></div>
    <h2 style="width: 2000px">wide</h2>
    <span role="columnheader" style="display: block; width: 20px; overflow: hidden; text-overflow: ellipsis">Namespace</span></main></html>`)
  const faults = (await violationsOf(page)).join('\n')
  for (const rule of ['button-name', 'color-contrast']) expect(faults).toContain(rule)
  expect((await paleIn(page)).join('\n')).toMatch(/^color-contrast: .*pale/)
  const wide = (await overflowOf(page)).join('\n')
  const said = ['document', 'outside of the window', 'runs out of its control:', 'runs out of its control below', 'cut without an ellipsis']
  for (const what of [...said, 'scrolls sideways']) expect(wide).toContain(what)
  expect((await cutHeadsOf(page)).join()).toContain('head is cut: Namespace')
})

test.describe('without clusters', () => {
  test('a machine that holds none', async ({ ground, openCove, page }) => {
    const { kubectl = '', kind = '', docker = '' } = await programsOf(ground, ['kubectl', 'kind', 'docker'])
    const machine = await makeMachine({ programs: { kubectl } })
    try {
      // Others may have clusters in the same engine.
      await writeFile(join(machine.home, 'programs/kind'), unless('get clusters', kind), { mode: 0o755 })
      await writeFile(join(machine.home, 'programs/docker'), unless('ps ', docker), { mode: 0o755 })
      const cove = await openCove(machine)
      const create = page.getByRole('button', { name: /^(Create cluster|创建集群)$/ })
      expect(await emptyPages(page, cove, () => expect(create).toBeEnabled())).toEqual({})
    } finally {
      await machine.remove()
    }
  })

  test('a machine whose engine is not there', async ({ ground, openCove, page }) => {
    const programs = await programsOf(ground, ['kubectl', 'kind'])
    const machine = await makeMachine({ programs, env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } })
    try {
      const cove = await openCove(machine)
      expect(await emptyPages(page, cove, () => expect(page.getByText(/DOCKER_HOST/).first()).toBeVisible())).toEqual({})
    } finally {
      await machine.remove()
    }
  })
})

/** Faults of WCAG 2.2 AA and what is wider than the window, by page and look. */
async function emptyPages(page: Page, cove: OpenCove, clustersAreRead: () => Promise<void>) {
  const found: Record<string, string[]> = {}
  for (const look of twoLooks) {
    await wear(page, cove.api, look)
    for (const route of ['/clusters', '/machine', '/logs', '/contexts', '/activity']) {
      await goTo(page, cove.origin, route)
      if (route === '/clusters') await clustersAreRead()
      await expect(page.locator('main [aria-busy="true"]')).toHaveCount(0)
      const here = await faultsOf(page)
      if (here.length > 0) found[`${route} ${look.theme} ${look.language}`] = here
    }
  }
  return found
}

/** A program in place of another, which says nothing when asked for `question`. */
const unless = (question: string, program: string) => `#!/bin/sh\ncase "$*" in *'${question}'*) exit 0 ;; esac\nexec '${program}' "$@"\n`

test.describe('with a cluster', () => {
  const name = 'cove-pages'
  let machine: Machine
  let stage: Stage
  let page: Page
  let world: World

  test.beforeAll(async ({ browser }) => {
    const chosen = realGround()
    test.skip(chosen.sampleImage === null, 'needs the kit: no image with the sample program on this ground')
    test.setTimeout(400_000)
    const opened = await openKindStage(browser, chosen, { name, shots: 'pages' })
    stage = opened
    machine = opened.machine
    page = opened.page
    const { api, cove, cluster, job } = opened
    const kubectl = (...args: string[]) => execa('kubectl', args, { env: machine.env, extendEnv: false, stdin: 'ignore' })
    if (!cluster.context) throw new Error(`${name} is listed without a context`)
    world = { origin: cove.origin, cluster, context: cluster.context, remote: 'staging', jobId: job.id }
    await kubectl('config', 'set-cluster', 'staging', '--server=https://staging.example.com:6443')
    await kubectl('config', 'set-credentials', 'staging', '--token=none')
    await kubectl('config', 'set-context', 'staging', '--cluster=staging', '--user=staging', '--namespace=shop')
    const image = chosen.sampleImage ?? ''
    await succeeds(api, api.clusters.loadImage({ id: cluster.id, image }))
    await kubectl('run', 'talk', `--image=${image}`, '--', 'log', '-shape', 'mixed', '-rate', '5')
    await kubectl('run', 'crash', `--image=${image}`, '--', 'crash', '-after', '1s', '-code', '3')
    await kubectl('wait', '--for=condition=Ready', 'pod/talk', '--timeout=90s')
  })

  test.afterAll(() => stage?.end())

  for (const look of twoLooks)
    test(`no fault of WCAG 2.2 AA on any page, ${look.theme}, ${look.language}`, async () => {
      await wear(page, stage.api, look)
      // In one round, as going to each place takes longer than looking at it.
      const find = async () => [
        ...(await violationsOf(page)),
        ...(look.theme === 'light' ? await inForcedColours() : []),
        ...(await asFramed()),
        ...(await withWholeHeads()),
      ]
      expect(await everywhere(page, world, find)).toEqual({})
    })

  /** Also in a small window, where columns go rather than their heads. */
  async function withWholeHeads() {
    const wide = await cutHeadsOf(page)
    await page.setViewportSize({ width: 900, height: 600 })
    const narrow = await cutHeadsOf(page)
    await page.setViewportSize(usual)
    return [...wide, ...narrow]
  }

  async function inForcedColours() {
    await page.emulateMedia({ forcedColors: 'active' })
    try {
      return (await paleIn(page)).map((fault) => `in forced colours: ${fault}`)
    } finally {
      await page.emulateMedia({ forcedColors: 'none' })
    }
  }

  /** The context that is used stands in the header of every page, and nothing moves on by itself where motion is to be reduced. */
  async function asFramed() {
    const header = await page.locator('header.header button').first().textContent()
    const switcher = header?.includes(world.context.name) ? [] : [`no context in the header: ${header}`]
    return [...switcher, ...(await movingIn(page))]
  }

  for (const { language } of twoLooks)
    test(`nothing is wider than the window down to 320 px and at 200 %${language === 'en' ? ', nor with wider spacing or longer words' : ''}, ${language}`, async () => {
      await wear(page, stage.api, { theme: 'light', language })
      const find = async () => [...(await overflowInSizes(page)), ...(language === 'en' ? await overflowStretched(page) : [])]
      expect(await everywhere(page, world, find)).toEqual({})
    })

  test('words and names have the fonts that Cove brings', async () => {
    await place('contexts').open(page, world)
    const loaded = await page.evaluate(async () => {
      const fonts = await document.fonts.ready
      return [...fonts].filter((font) => font.status === 'loaded').map((font) => font.family.replaceAll('"', ''))
    })
    expect(loaded).toEqual(expect.arrayContaining(['Inter', 'JetBrains Mono'].map((family) => expect.stringContaining(family))))
  })

  test('all of it by keyboard alone', async () => {
    await wear(page, stage.api, { theme: 'light', language: 'en' })
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    // The skip link is the first stop of a page that was just loaded, and leads past the rail.
    await page.goto(`${stage.cove.origin}/#/clusters`)
    await page.reload()
    const row = page.getByRole('row').filter({ hasText: name })
    await expect(row).toContainText('v1.')
    await press('Tab')
    await expect(page.getByRole('link', { name: 'Skip to the page' })).toBeFocused()
    await press('Enter')
    await expect(page.locator('main')).toBeFocused()

    // The rail.
    await page.reload()
    await expect(row).toContainText('v1.')
    await press('Tab', 'Tab')
    await expect(page.getByRole('link', { name: /^Clusters/ })).toBeFocused()
    await press('Tab', 'Tab')
    await expect(page.getByRole('link', { name: 'Contexts' })).toBeFocused()
    await press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'Contexts' })).toBeFocused()

    // The palette gives the focus back, or to the page that it led to.
    await press('Tab')
    const before = page.getByRole('banner').getByRole('button').first()
    await expect(before).toBeFocused()
    await press('Control+K')
    await expect(page.getByRole('combobox')).toBeFocused()
    await press('Escape')
    await expect(before).toBeFocused()
    await press('Control+K')
    await page.keyboard.type('clust')
    await expect(page.getByRole('option', { name: /^Clusters/ })).toHaveAttribute('aria-selected', 'true')
    await press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'Clusters' })).toBeFocused()

    // The list is one stop; arrows walk its rows.
    const external = page.getByRole('row').filter({ hasText: 'staging' })
    await tabTo(page, page.getByRole('row').and(page.locator('[tabindex="0"]')))
    await press('Home')
    await walkTo(page, row, 'ArrowDown')
    await walkTo(page, external, 'ArrowDown')
    await walkTo(page, row, 'ArrowUp')

    // Delete asks; Esc keeps the cluster and the place.
    const more = page.getByRole('button', { name: `More actions for ${name}` })
    await tabTo(page, more)
    await press('Enter')
    await expect(page.getByRole('menuitem').first()).toBeFocused()
    await press('End', 'Enter')
    await expect(page.getByRole('dialog', { name: `Delete cluster ${name}?` }).getByRole('textbox')).toBeFocused()
    await press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(more).toBeFocused()

    await tabTo(page, row, 'Shift+Tab')
    await press('Enter')
    await expect(page.getByRole('heading', { level: 2, name })).toBeVisible()
    await expect(page.getByRole('heading', { level: 1, name })).toBeFocused()

    // From a pod to its log.
    await tabTo(page, page.getByRole('tab', { name: 'Overview' }))
    await press('ArrowRight', 'Enter')
    const talk = page.getByRole('row').filter({ hasText: 'talk' })
    await expect(talk).toBeVisible()
    const pods = page.getByRole('grid', { name: 'Pods' }).getByRole('row').and(page.locator('[tabindex="0"]'))
    await tabTo(page, pods)
    await press('End')
    await walkTo(page, talk, 'ArrowUp')
    await press('Enter')
    await expect(page.locator('[data-seq]').first()).toBeVisible()

    // A context is asked about before it goes, and one elsewhere before it is used.
    await page.goto(`${stage.cove.origin}/#/contexts`)
    const moreOf = page.getByRole('button', { name: 'More actions for staging' })
    await tabTo(page, moreOf, 'Tab', 60)
    await press('Enter', 'End', 'Enter')
    await expect(page.getByRole('dialog')).toContainText('staging')
    await press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(moreOf).toBeFocused()

    // A setting.
    await page.goto(`${stage.cove.origin}/#/settings`)
    await tabTo(page, page.getByRole('combobox', { name: /^Theme/ }), 'Tab', 30)
    await press('Enter')
    await expect(page.getByRole('listbox')).toBeVisible()
    await press('End', 'Enter')
    await expect(page.locator('html[data-theme="dark"]')).toBeAttached()
  })

  test('pictures of the README', async () => {
    const folder = process.env['COVE_SCREENSHOTS'] ?? test.info().outputPath('pictures')
    const light = { theme: 'light', language: 'en' } as const
    const dark = { theme: 'dark', language: 'zh-CN' } as const
    for (const [file, at, look] of [
      ['clusters', 'clusters', light],
      ['cluster-pods', 'pods', light],
      ['logs', 'logs', light],
      ['job', 'job', light],
      ['this-machine', 'machine', light],
      ['contexts', 'contexts', light],
      ['clusters-dark-zh', 'clusters', dark],
      ['logs-dark-zh', 'logs', dark],
    ] as const) {
      await wear(page, stage.api, look)
      await place(at).open(page, world)
      await shortenHome(page, machine.home)
      const picture = await page.screenshot({ path: join(folder, `${file}.png`) })
      expect(picture.length, file).toBeGreaterThan(20_000) // an empty page is far smaller
    }
  })
})

/** A home like anybody's in what a picture shows of tools' output. */
async function shortenHome(page: Page, home: string) {
  await page.evaluate((path) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = texts.nextNode(); node; node = texts.nextNode())
      if (node.nodeValue?.includes(path)) node.nodeValue = node.nodeValue.replaceAll(path, '/home/me')
  }, home)
}
