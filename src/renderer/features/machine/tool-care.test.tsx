// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Tool, ToolAbout } from '#shared/contract/toolchain.ts'
import { calls, problem, tool, toolAbout, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { pathParts } from './tool-words.ts'
import { ToolsTab } from './tools-tab.tsx'
import { isNewer } from './version-wish.ts'

vi.mock('../../api/client.ts', async () => import('../../fixtures/fake-api.ts'))

const bin = '/home/ann/.local/share/cove/bin/kubectl'
type Copy = Tool['copies'][number]
const own = (version: string, part: Partial<Copy> = {}): Copy => ({
  path: `${bin}/${version}/kubectl`,
  version,
  origin: 'cove',
  problem: null,
  sha256: 'ab'.repeat(32),
  ...part,
})
const system: Copy = { path: '/usr/bin/kubectl', version: 'v1.34.2', origin: 'path', problem: null, sha256: null }
const found = (copies: readonly Copy[], part: Partial<Tool> = {}) =>
  tool('kubectl', {
    state: 'found',
    used: copies.find((copy) => copy.problem === null) ?? null,
    reason: 'first-found',
    copies: [...copies],
    downloadable: true,
    ...part,
  })
const newest = (version: string, patches: Record<string, string> = {}): Partial<Tool> => ({
  newest: { version, patches, asOf: Date.now() - 120_000, error: null, asking: false },
})
const source = (version: string) => ({ version, url: 'https://dl.k8s.io/x', digestFrom: 'https://dl.k8s.io/x.sha256', at: 1 })
const about = (copies: readonly Partial<ToolAbout['copies'][number]>[], part: Partial<ToolAbout> = {}) =>
  toolAbout({ copies: copies.map((copy) => ({ path: '', package: null, check: null, source: null, ...copy })), ...part })
const asked = (name: string) => calls.filter((call) => call.name === name).map((call) => call.input)

async function open(one: Tool) {
  world.tools = [one]
  renderAt(<ToolsTab />)
  await userEvent.click(await screen.findByRole('button', { name: 'Show all about kubectl' }))
}

beforeEach(() => {
  calls.length = 0
  world.about = toolAbout()
  world.fits = []
  world.refusal = null
})
afterEach(cleanup)

test('nobody is asked for newer versions until somebody wishes so', async () => {
  await open(found([system]))
  expect(await screen.findByText('not asked yet')).toBeTruthy()
  expect(asked('toolchain.askNewest')).toEqual([])
  await userEvent.click(screen.getByRole('button', { name: 'Ask for newer versions' }))
  expect(asked('toolchain.askNewest')).toHaveLength(1)
})

test('a newer version: Cove’s own copy is updated, one of a package manager is not', async () => {
  await open(found([own('v1.34.4')], newest('v1.35.2', { '1.34': 'v1.34.9' })))
  expect(screen.getByText('v1.35.2 is newer')).toBeTruthy()
  // Once of the tool, once of its copy.
  expect(screen.getAllByText('newest of 1.34: v1.34.9')).toHaveLength(2)
  await userEvent.click(screen.getByRole('button', { name: 'Update to v1.35.2' }))
  expect(asked('toolchain.download')).toEqual([{ tool: 'kubectl', version: 'v1.35.2' }])
  cleanup()

  const update = ['sudo apt-get update', 'sudo apt-get install --only-upgrade kubectl']
  world.about = about([{ path: system.path, package: { manager: 'apt', name: 'kubectl', version: '1.34.2-1.1', held: true, update } }])
  await open(found([system], newest('v1.35.2')))
  expect(await screen.findByText('update it with apt, as said below')).toBeTruthy()
  expect(screen.queryByRole('button', { name: /Update to/ })).toBeNull()
  const note = within(screen.getByRole('region', { name: 'Package of /usr/bin/kubectl' }))
  expect(note.getByText(/as kubectl 1\.34\.2-1\.1\. It is held back from updates\./)).toBeTruthy()
  expect(note.getByText(/apt-get install --only-upgrade kubectl/)).toBeTruthy()
})

test('the last answer stays with its age where the next question fails, and why is said', async () => {
  const error = problem('download-unreachable', { url: 'https://dl.k8s.io/release/stable.txt', reason: 'ENOTFOUND' })
  await open(found([system], { newest: { version: 'v1.34.2', patches: {}, asOf: Date.now() - 7_200_000, error, asking: false } }))
  expect(screen.getAllByText('2 h ago').length).toBeGreaterThan(0)
  expect(screen.getByText('The last question had no answer: https://dl.k8s.io/release/stable.txt: ENOTFOUND')).toBeTruthy()
})

test('roll back and forward', async () => {
  world.about = toolAbout({ rollBackTo: 'v1.34.4' })
  await open(found([own('v1.35.2'), own('v1.34.4')]))
  await userEvent.click(await screen.findByRole('button', { name: 'Roll back to v1.34.4' }))
  expect(asked('toolchain.rollBack')).toEqual([{ tool: 'kubectl', forward: false }])
  cleanup()

  world.about = toolAbout()
  await open(found([own('v1.34.4'), own('v1.35.2')], { rolledBack: { from: 'v1.35.2', to: 'v1.34.4', at: Date.now() } }))
  await userEvent.click(await screen.findByRole('button', { name: 'Take v1.35.2 again' }))
  expect(asked('toolchain.rollBack').at(-1)).toEqual({ tool: 'kubectl', forward: true })
})

test('a changed copy is told in full, and is removed only after what goes and stays was read', async () => {
  const changed = own('v1.35.2', { version: null, problem: problem('tool-changed', { tool: 'kubectl', path: '' }) })
  const check = { state: 'changed', against: 'recorded', sha256: 'cd', expected: 'ab', at: 2, since: null, error: null } as const
  world.about = about(
    [
      { path: changed.path, check, source: source('v1.35.2') },
      { path: own('v1.34.4').path, source: source('v1.34.4') },
    ],
    { userPath: { ...toolAbout().userPath, state: 'own', leadsTo: changed.path, would: changed.path } },
  )
  await open(found([changed, own('v1.34.4')]))
  expect(await screen.findByText('~/.local/share/cove/bin/kubectl/v1.35.2/kubectl was changed')).toBeTruthy()
  expect(screen.getByText(/which was changed: download it again, or take it out of PATH/)).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: `More actions for ${changed.path}` }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Remove…' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Remove kubectl v1.35.2?' }))
  expect(dialog.getByText('~/.local/bin/kubectl, which leads to v1.34.4 then')).toBeTruthy()
  expect(asked('toolchain.remove')).toEqual([])
  await userEvent.click(dialog.getByRole('button', { name: 'Remove kubectl v1.35.2' }))
  expect(asked('toolchain.remove')).toEqual([{ tool: 'kubectl', path: changed.path }])
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('a copy that is not Cove’s can be verified and not removed; what was found is said', async () => {
  await open(found([system]))
  world.about = about([
    { path: system.path, check: { state: 'differs', against: 'published', sha256: 'cd', expected: 'ab', at: 2, since: null, error: null } },
  ])
  await userEvent.click(await screen.findByRole('button', { name: `More actions for ${system.path}` }))
  expect(screen.queryByRole('menuitem', { name: 'Remove…' })).toBeNull()
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Verify again' }))
  expect(asked('toolchain.verify')).toEqual([{ tool: 'kubectl', path: system.path }])
  expect(await screen.findByText('/usr/bin/kubectl is not the publisher’s own build')).toBeTruthy()
})

test('each cluster with the kubectl that is taken for it; one that none fits is downloaded for after its plan was seen', async () => {
  const context = (name: string) => ({ file: '/home/ann/.kube/config', name })
  const copies = (theirs: number) => [{ path: system.path, version: 'v1.34.2', ahead: 34 - theirs }]
  const plan = { tool: 'kubectl', version: 'v1.31.4', url: 'https://dl.k8s.io/k', digestFrom: 'https://dl.k8s.io/k.sha256' } as const
  const row = { asOf: 1, path: system.path, download: null }
  world.fits = [
    { ...row, name: 'shop', context: context('kind-shop'), kubernetes: 'v1.33.4', state: 'used', copies: copies(33) },
    { ...row, name: 'old', context: context('old'), kubernetes: 'v1.31.4', state: 'none', copies: copies(31), download: plan },
    {
      ...row,
      name: 'far',
      context: context('far'),
      kubernetes: null,
      asOf: null,
      state: 'unknown',
      copies: [{ ...copies(0)[0]!, ahead: null }],
    },
  ]
  await open(found([system]))
  const table = within(await screen.findByRole('table', { name: 'kubectl for each cluster' }))
  expect((await table.findByText('shop')).closest('[role="row"]')?.textContent).toContain('v1.34.2 fits')
  expect(table.getByText('old').closest('[role="row"]')?.textContent).toContain('no copy fits, 3 minor versions newer')
  expect(table.getByRole('button', { name: 'Ask the cluster far for its version' })).toBeTruthy()
  await userEvent.click(table.getByRole('button', { name: 'Download v1.31.4 for old' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Download kubectl v1.31.4 for old' }))
  expect(dialog.getByText('https://dl.k8s.io/k.sha256')).toBeTruthy()
  expect(asked('toolchain.download')).toEqual([])
  await userEvent.click(dialog.getByRole('button', { name: 'Download v1.31.4' }))
  expect(asked('toolchain.download')).toEqual([{ tool: 'kubectl', version: 'v1.31.4' }])
})

test('into PATH with the line of the shell; on Windows it is said and not done', async () => {
  const line = (shell: 'bash' | 'fish', text: string) => ({ shell, file: `/home/ann/.${shell}`, text, present: false, recordId: null })
  const lines = [line('bash', 'export PATH="$HOME/.local/bin:$PATH"'), line('fish', 'fish_add_path "$HOME/.local/bin"')]
  const place = { ...toolAbout().userPath, onPath: false, would: own('v1.34.4').path, lines }
  world.about = toolAbout({ userPath: place })
  await open(found([own('v1.34.4')]))
  const section = within(await screen.findByRole('region', { name: 'Terminal and shell' }))
  expect(section.getByText('export PATH="$HOME/.local/bin:$PATH"')).toBeTruthy()
  await userEvent.click(section.getByRole('button', { name: 'fish' }))
  expect(section.getByText('fish_add_path "$HOME/.local/bin"')).toBeTruthy()
  await userEvent.click(section.getByRole('button', { name: 'Put into ~/.local/bin' }))
  expect(asked('toolchain.link')).toEqual([{ tool: 'kubectl' }])
  cleanup()

  const commands = ["Copy-Item 'C:\\x' 'C:\\y'"]
  world.about = toolAbout({ userPath: { ...place, supported: false, commands } })
  await open(found([own('v1.34.4')]))
  const windows = within(await screen.findByRole('region', { name: 'Terminal and shell' }))
  expect(windows.queryByRole('button', { name: /Put into|Add to/ })).toBeNull()
  expect(windows.getByText(commands[0] ?? '')).toBeTruthy()
})

test.each([
  ['v1.35.0', 'v1.34.9', true],
  ['v1.34.9', 'v1.34.10', false],
  ['v1.34.10', 'v1.34.9', true],
  ['v1.35.0', 'v1.35.0-rc.1', true],
  ['v1.35.0-rc.1', 'v1.35.0', false],
  ['v1.35.0', 'v1.35.0', false],
  [null, 'v1.0.0', false],
  ['v1.0.0', null, false],
])('%s is newer than %s: %s', (a, b, newer) => expect(isNewer(a, b)).toBe(newer))

test('of a long path the end stays', () => {
  expect(pathParts('~/.local/share/cove/bin/kubectl/v1.34.4/kubectl')).toEqual({
    head: '~/.local/share/cove/bin/kubectl',
    tail: '/v1.34.4/kubectl',
  })
  expect(pathParts('C:\\x\\kubectl.exe')).toEqual({ head: 'C:', tail: '\\x\\kubectl.exe' })
  expect(pathParts('kubectl')).toEqual({ head: 'kubectl', tail: '' })
})
