// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  asked,
  cluster,
  context,
  kube,
  mainFile,
  pod,
  problem,
  resetKube,
  runningJob,
  snapshot,
  world,
} from '../../fixtures/fake-contexts.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { arrange } from './arrange.ts'
import { CommandPalette } from './command-palette.tsx'
import type { Entry, EntryGroup } from './entry.ts'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-contexts.ts'))

const shop = context('kind-shop', { current: true })
const lab = context('kind-lab')
const eu = context('shop-eu', { server: 'https://k8s.eu.example.com:6443', local: false })

function Opened() {
  const [open, setOpen] = useState(true)
  return <CommandPalette open={open} onOpenChange={setOpen} />
}
async function openPalette(language: 'en' | 'zh-CN' = 'en') {
  const shown = renderAt(<Opened />, language)
  const input = await screen.findByRole<HTMLInputElement>('combobox')
  await waitFor(() => expect(document.activeElement).toBe(input))
  return { ...shown, input }
}
const options = () => screen.getAllByRole('option').map((option) => option.textContent)

beforeEach(() => {
  localStorage.clear()
  resetKube(snapshot([shop, lab, eu]))
  world.clusters = { clusters: [cluster()], sources: [] }
  world.jobs = []
})
afterEach(cleanup)

const entry = (id: string, group: EntryGroup, name: string, part: Partial<Entry> = {}): Entry => ({
  id,
  group,
  name,
  icon: (() => null) as never,
  does: 'go',
  run: () => {},
  ...part,
})

test('nothing typed: what was run last comes first, once; typed: the nearest name comes first', () => {
  const entries = [
    entry('a', 'pages', 'Activity'),
    entry('b', 'clusters', 'lab'),
    entry('c', 'contexts', 'kind-lab'),
    entry('d', 'do', 'Delete lab'),
  ]
  const ids = (query: string[], recent: string[]) =>
    arrange(entries, query, recent).map((group) => [group.id, ...group.entries.map((one) => one.id)])
  expect(ids([], ['c', 'gone'])).toEqual([
    ['recent', 'c'],
    ['pages', 'a'],
    ['clusters', 'b'],
    ['do', 'd'],
  ])
  expect(ids(['lab'], [])).toEqual([
    ['clusters', 'b'],
    ['contexts', 'c'],
    ['do', 'd'],
  ])
  expect(ids(['dele'], [])).toEqual([['do', 'd']])
  expect(ids(['nothing'], [])).toEqual([])
})

test('goes to a page by keyboard, and remembers it', async () => {
  const { router, input } = await openPalette()
  await userEvent.type(input, 'machi')
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(router.state.location.pathname).toBe('/machine'))
  cleanup()
  await openPalette()
  expect(screen.getByText('Recent')).toBeTruthy()
  expect(options()[0]).toBe('This machine')
})

test('Enter of an input method does nothing, Esc closes', async () => {
  const { router, input } = await openPalette()
  await userEvent.type(input, 'machi')
  fireEvent.keyDown(input, { key: 'Enter', isComposing: true })
  fireEvent.keyDown(input, { key: 'Enter', keyCode: 229 })
  expect(router.state.location.pathname).toBe('/')
  await userEvent.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('combobox')).toBeNull())
})

test('says that nothing matches', async () => {
  const { input } = await openPalette()
  await userEvent.type(input, 'zzzz')
  expect(await screen.findByText('Nothing matches “zzzz”')).toBeTruthy()
})

test('a page is found by its name in the other language', async () => {
  const { router, input } = await openPalette('zh-CN')
  await userEvent.type(input, 'settings')
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(router.state.location.pathname).toBe('/settings'))
})

test('a tab of this machine is found by its name in either language', async () => {
  for (const language of ['en', 'zh-CN'] as const) {
    localStorage.clear()
    const { router, input } = await openPalette(language)
    await userEvent.type(input, 'leftov')
    await userEvent.keyboard('{Enter}')
    await waitFor(() => expect(router.state.location.pathname).toBe('/machine'))
    expect(router.state.location.search).toEqual({ tab: 'leftovers' })
    cleanup()
  }
})

test('opens a cluster, its log, its page for deleting; creates one with the dialog open', async () => {
  for (const [query, path, search] of [
    ['shop', '/clusters/kind:shop:1', {}],
    ['logs of shop', '/logs', { context: 'kind-shop', file: mainFile }],
    ['delete shop', '/clusters/kind:shop:1', {}],
    ['create', '/clusters', { create: true }],
    ['linux host', '/machine', { tab: 'setup', intent: 'node' }],
  ] as const) {
    localStorage.clear()
    const { router, input } = await openPalette()
    await screen.findByText('Delete shop…')
    await userEvent.type(input, query)
    await userEvent.keyboard('{Enter}')
    await waitFor(() => expect(decodeURIComponent(router.state.location.pathname)).toBe(path))
    expect(router.state.location.search).toEqual(search)
    cleanup()
  }
})

test('running jobs lead to their page', async () => {
  world.jobs = [runningJob()]
  const { router, input } = await openPalette()
  expect(await screen.findByText('Running now')).toBeTruthy()
  await userEvent.type(input, 'create dev')
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(router.state.location.pathname).toBe('/jobs/job-1'))
})

test('switches to a local context at once', async () => {
  const { input } = await openPalette()
  await screen.findByText('kind-lab')
  await userEvent.type(input, 'kind-lab')
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(asked('kubeconfig.use')).toEqual([{ file: mainFile, name: 'kind-lab' }]))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('a remote context asks first; no leads back to the list', async () => {
  const { input } = await openPalette()
  await screen.findByText('shop-eu')
  await userEvent.type(input, 'shop-eu')
  await userEvent.keyboard('{Enter}')
  expect(await screen.findByText('https://k8s.eu.example.com:6443')).toBeTruthy()
  expect(document.activeElement?.textContent).toBe('Stay')
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('combobox')))
  await userEvent.keyboard('{Enter}')
  await userEvent.click(await screen.findByRole('button', { name: 'Switch to shop-eu' }))
  await waitFor(() => expect(asked('kubeconfig.use')).toEqual([{ file: mainFile, name: 'shop-eu' }]))
})

test('a switch that fails is said in the palette, which stays', async () => {
  kube.fails['kubeconfig.use'] = problem('kubeconfig-changed', { file: mainFile })
  const { input } = await openPalette()
  await screen.findByText('kind-lab')
  await userEvent.type(input, 'kind-lab')
  await userEvent.keyboard('{Enter}')
  expect(await screen.findByText(`${mainFile} was changed meanwhile`)).toBeTruthy()
  expect(screen.getByRole('combobox')).toBeTruthy()
})

test('pods are read once two letters are typed, and lead to their log', async () => {
  kube.pods = [pod('web-0', { containers: [{ name: 'main', kind: 'container' } as never] }), pod('api-0')]
  const { router, input } = await openPalette()
  await userEvent.type(input, 'w')
  expect(asked('workloads.pods')).toEqual([])
  await userEvent.type(input, 'eb-')
  expect(await screen.findByText('shop, Running')).toBeTruthy()
  expect(asked('workloads.pods')).toEqual([{ file: mainFile, name: 'kind-shop', namespace: null }])
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(router.state.location.pathname).toBe('/logs'))
  expect(router.state.location.search).toMatchObject({ context: 'kind-shop', namespace: 'shop', pod: 'web-0', container: 'main' })
})

test('pods that cannot be read have a row that says so and tries again', async () => {
  kube.fails['workloads.pods'] = problem('api-refused', { server: 'https://127.0.0.1:6443' })
  kube.pods = [pod('web-0')]
  const { input } = await openPalette()
  await userEvent.type(input, 'web')
  expect(await screen.findByText('The pods of kind-shop are unknown')).toBeTruthy()
  kube.fails = {}
  await userEvent.keyboard('{Enter}')
  expect(await screen.findByText('shop, Running')).toBeTruthy()
})

test('pods of a server elsewhere are read only when that is chosen', async () => {
  kube.now = snapshot([{ ...eu, current: true }])
  kube.pods = [pod('web-0')]
  const { input } = await openPalette()
  await userEvent.type(input, 'web')
  expect(await screen.findByText('Look for pods in shop-eu')).toBeTruthy()
  expect(asked('workloads.pods')).toEqual([])
  await userEvent.keyboard('{Enter}')
  expect(await screen.findByText('shop, Running')).toBeTruthy()
})

test('a pasted link to a line leads to its log, with all that it says', async () => {
  const search = { context: 'kind-shop', file: mainFile, parts: 'pod:shop/web-0', at: '2026-09-14T06:08:00Z~1k' }
  const { router, input } = await openPalette()
  await userEvent.click(input)
  await userEvent.paste(`app://cove/#/logs?${new URLSearchParams(search)}`)
  await waitFor(() => expect(options()[0]).toContain('Open the link'))
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(router.state.location.pathname).toBe('/logs'))
  expect(router.state.location.search).toEqual(search)
  expect(screen.queryByRole('dialog')).toBeNull()
})

test.each(['https://evil.example/#/logs', 'app://cove/#/nowhere', 'file:///etc/passwd'])(
  'a link that is not to a page of Cove is refused, and Enter does nothing: %s',
  async (link) => {
    const { router, input } = await openPalette()
    await userEvent.click(input)
    await userEvent.paste(link)
    const refused = await screen.findByRole('option', { name: /^This link leads to no page of Cove/ })
    expect(refused.getAttribute('aria-disabled')).toBe('true')
    await userEvent.keyboard('{Enter}')
    await userEvent.click(refused)
    expect(router.state.location.pathname).toBe('/')
  },
)

test('sets language and theme', async () => {
  const { input } = await openPalette()
  await userEvent.type(input, '中文')
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(asked('settings.set')).toEqual([{ language: 'zh-CN' }]))
  cleanup()
  const again = await openPalette()
  await userEvent.type(again.input, 'theme dark')
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(asked('settings.set')).toContainEqual({ theme: 'dark' }))
})
