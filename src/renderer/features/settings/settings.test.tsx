// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { settingsPatchSchema } from '#shared/contract/settings.ts'
import { calls, engine, problem, settingsState, tool, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { addressProblem, covered } from './address.ts'
import { SettingsPage } from './settings-page.tsx'
import { isFullPath } from './tool-choice.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
vi.mock('../shell/page.tsx', () => import('../../fixtures/plain-page.tsx'))

const asked = (name: string) => calls.filter((call) => call.name === name).map((call) => call.input)
const field = async (name: string) => (await screen.findByRole('textbox', { name })) as HTMLInputElement
const rowOf = (element: HTMLElement) => within(element.closest('.setting') as HTMLElement)
const pick = async (label: string, option: string | RegExp) => {
  await userEvent.click(await screen.findByRole('combobox', { name: label }))
  await userEvent.click(await screen.findByRole('option', { name: option }))
}
const refusal = (...args: Parameters<typeof problem>) => new ORPCError('APP', { defined: true, status: 422, data: problem(...args) })

const usual = { path: '/usr/bin/kubectl', version: 'v1.29.0', origin: 'path', problem: null, sha256: null } as const
const own = { ...usual, path: '/cove/bin/kubectl', version: 'v1.34.4', origin: 'cove' } as const

beforeEach(() => {
  calls.length = 0
  world.engine = engine()
  world.refusal = null
  world.settings = settingsState()
  world.tools = [tool('kubectl', { state: 'found', used: usual, reason: 'first-found', copies: [usual, own] }), tool('helm')]
})
afterEach(cleanup)

test('choosing a language saves it at once and says so beside it', async () => {
  renderAt(<SettingsPage />)
  await pick('Language', '简体中文')
  await waitFor(() => expect(asked('settings.set')).toEqual([{ language: 'zh-CN' }]))
  expect(await rowOf(screen.getByRole('combobox', { name: 'Language' })).findByText('Saved')).toBeTruthy()
  expect(rowOf(screen.getByRole('combobox', { name: 'Theme' })).queryByText('Saved')).toBeNull()
})

test('an address is checked as it is typed; a bad one is kept with the reason, and neither Enter nor leaving sends it', async () => {
  renderAt(<SettingsPage />)
  const input = await field('Mirror of dl.k8s.io')
  fireEvent.focus(input)
  fireEvent.change(input, { target: { value: 'https:' } })
  expect(input.getAttribute('aria-invalid')).toBeNull()
  fireEvent.change(input, { target: { value: 'mirror.example' } })
  expect(rowOf(input).getByText('An address begins with https:// or http://.')).toBeTruthy()
  expect(input.getAttribute('aria-invalid')).toBe('true')
  fireEvent.keyDown(input, { key: 'Enter' })
  fireEvent.blur(input)
  expect(input.value).toBe('mirror.example')
  fireEvent.change(input, { target: { value: 'https://mirror.example' } })
  fireEvent.blur(input)
  expect(await rowOf(input).findByText('Saved')).toBeTruthy()
  expect(asked('settings.set')).toEqual([{ mirrors: { kubernetes: 'https://mirror.example' } }])
})

test('a good address is saved at Enter, once; an input method’s Enter saves nothing', async () => {
  renderAt(<SettingsPage />)
  const input = await field('Mirror of GitHub')
  fireEvent.focus(input)
  fireEvent.change(input, { target: { value: ' https://files.example/github.com ' } })
  fireEvent.keyDown(input, { key: 'Enter', isComposing: true })
  fireEvent.keyDown(input, { key: 'Enter', keyCode: 229 })
  expect(asked('settings.set')).toEqual([])
  fireEvent.keyDown(input, { key: 'Enter' })
  expect(await rowOf(input).findByText('Saved')).toBeTruthy()
  fireEvent.blur(input)
  expect(asked('settings.set')).toEqual([{ mirrors: { github: 'https://files.example/github.com' } }])
  expect(input.value).toBe('https://files.example/github.com')
})

test('leaving the field saves, an empty one too; Esc takes back what was typed', async () => {
  world.settings = settingsState({ settings: { ...settingsState().settings, proxy: 'http://proxy.example:8080' } })
  renderAt(<SettingsPage />)
  const input = await field('Proxy')
  fireEvent.focus(input)
  fireEvent.change(input, { target: { value: 'http://other.example' } })
  fireEvent.keyDown(input, { key: 'Escape' })
  expect(input.value).toBe('http://proxy.example:8080')
  fireEvent.change(input, { target: { value: '' } })
  fireEvent.blur(input)
  await waitFor(() => expect(asked('settings.set')).toEqual([{ proxy: '' }]))
})

test('a password in the proxy address is covered while nobody edits it', async () => {
  world.settings = settingsState({ settings: { ...settingsState().settings, proxy: 'http://ann:secret@proxy.example:8080' } })
  renderAt(<SettingsPage />)
  const input = await field('Proxy')
  expect(input.value).toBe('http://ann:••••@proxy.example:8080')
  fireEvent.focus(input)
  expect(input.value).toBe('http://ann:secret@proxy.example:8080')
  fireEvent.blur(input)
  expect(asked('settings.set')).toEqual([])
})

test('a mirror is offered as an example and taken only when it is filled in and confirmed', async () => {
  renderAt(<SettingsPage />)
  const input = await field('Mirror of dl.k8s.io')
  expect(input.value).toBe('')
  await userEvent.click(screen.getByRole('button', { name: 'Fill in https://files.m.daocloud.io/dl.k8s.io' }))
  expect(input.value).toBe('https://files.m.daocloud.io/dl.k8s.io')
  expect(document.activeElement).toBe(input)
  expect(asked('settings.set')).toEqual([])
  fireEvent.keyDown(input, { key: 'Enter' })
  await waitFor(() => expect(asked('settings.set')).toEqual([{ mirrors: { kubernetes: 'https://files.m.daocloud.io/dl.k8s.io' } }]))
  expect(screen.getByText(/A mirror changes the address, never the digest/)).toBeTruthy()
})

test('a save that fails says why in full and keeps what was typed', async () => {
  world.refusal = refusal('disk-full', { path: '/home/ann/.local/share/cove/settings.json' })
  renderAt(<SettingsPage />)
  const input = await field('Proxy')
  fireEvent.focus(input)
  fireEvent.change(input, { target: { value: 'http://proxy.example:8080' } })
  fireEvent.keyDown(input, { key: 'Enter' })
  expect(await rowOf(input).findByText('The disk is full')).toBeTruthy()
  fireEvent.blur(input)
  expect(input.value).toBe('http://proxy.example:8080')
  expect(rowOf(input).queryByText('Saved')).toBeNull()
  // Leaving does not try again by itself; Enter does.
  world.refusal = null
  fireEvent.keyDown(input, { key: 'Enter' })
  expect(await rowOf(input).findByText('Saved')).toBeTruthy()
  expect(rowOf(input).queryByText('The disk is full')).toBeNull()
  expect(asked('settings.set')).toHaveLength(2)
})

test('settings of a newer Cove are shown and cannot be changed, with the reason', async () => {
  world.settings = settingsState({ health: 'from-the-future' })
  renderAt(<SettingsPage />)
  expect(await screen.findByText('These settings were written by a newer Cove')).toBeTruthy()
  for (const name of ['Mirror of dl.k8s.io', 'Mirror of GitHub', 'Proxy']) {
    const input = await field(name)
    expect(input.readOnly, name).toBe(true)
    expect(document.getElementById(input.getAttribute('aria-describedby') ?? '')?.textContent).toContain('newer Cove')
  }
  for (const box of screen.getAllByRole('combobox'))
    expect(box.getAttribute('aria-disabled') ?? box.getAttribute('disabled')).not.toBeNull()
  expect(screen.queryByRole('button', { name: /^Fill in/ })).toBeNull()
})

test.each([
  ['restored', 'What could not be read was taken from the last good copy. Look through the values once.'],
  ['reset', 'There was no good copy. What could not be read has its first value again.'],
] as const)('a damaged file that was %s is told, with where it was put', async (health, words) => {
  world.settings = settingsState({ health, asideFile: '/home/ann/settings.json.damaged-1' })
  renderAt(<SettingsPage />)
  expect(await screen.findByText(words)).toBeTruthy()
  expect(screen.getByText('/home/ann/settings.json.damaged-1')).toBeTruthy()
  expect((await field('Proxy')).readOnly).toBe(false)
})

test('a copy of a tool is chosen from those found, or left to Cove again', async () => {
  renderAt(<SettingsPage />)
  expect(await screen.findByText('v1.29.0 /usr/bin/kubectl')).toBeTruthy()
  await pick('kubectl', /\/cove\/bin\/kubectl/)
  await waitFor(() => expect(asked('toolchain.choose')).toEqual([{ tool: 'kubectl', path: own.path }]))
  cleanup()
  calls.length = 0
  world.settings = settingsState({ settings: { ...settingsState().settings, tools: { kubectl: own.path } } })
  renderAt(<SettingsPage />)
  await pick('kubectl', /^Choose by itself/)
  await waitFor(() => expect(asked('toolchain.choose')).toEqual([{ tool: 'kubectl', path: null }]))
})

test('another path must be a full one; one that does not answer is kept with the reason', async () => {
  world.refusal = refusal('tool-unusable', { tool: 'helm', path: '/opt/helm', reason: 'missing' })
  renderAt(<SettingsPage />)
  await pick('helm', 'Another path…')
  const input = await field('Path of helm')
  fireEvent.focus(input)
  fireEvent.change(input, { target: { value: '~/helm' } })
  fireEvent.keyDown(input, { key: 'Enter' })
  expect(rowOf(input).getByText(/Give the full path/)).toBeTruthy()
  fireEvent.change(input, { target: { value: '/opt/helm' } })
  fireEvent.keyDown(input, { key: 'Enter' })
  expect(await rowOf(input).findByText('/opt/helm: nothing is there')).toBeTruthy()
  expect(input.value).toBe('/opt/helm')
  expect(asked('toolchain.choose')).toEqual([{ tool: 'helm', path: '/opt/helm' }])
})

test('where things are kept, that nothing is sent, and which Cove this is', async () => {
  renderAt(<SettingsPage />)
  expect(await screen.findByText('/home/ann/.local/share/cove')).toBeTruthy()
  expect(screen.getByText('/home/ann/.local/share/cove/settings.json')).toBeTruthy()
  expect(screen.getByText('None. Cove sends nothing about its use to anybody.')).toBeTruthy()
  expect(await screen.findByText('Cove 0.1.0, served to a browser')).toBeTruthy()
})

test.each([
  ['', null, null],
  ['https', 'incomplete', 'incomplete'],
  ['http://', 'incomplete', 'incomplete'],
  ['proxy.example:8080', 'no-scheme', 'no-scheme'],
  ['socks5://127.0.0.1:1080', 'scheme', 'scheme'],
  ['https://a b', 'space', 'space'],
  ['https://host:99999', 'invalid', 'invalid'],
  ['http://proxy.example:8080', null, 'insecure'],
  ['http://127.0.0.1:8080', null, null],
  ['http://[::1]:8080', null, null],
  ['http://ann:pw@proxy.example', null, 'insecure'],
  ['https://mirror.example/dl.k8s.io', null, null],
] as const)('address “%s”', (address, proxy, mirror) => {
  expect(addressProblem(address, 'proxy')).toBe(proxy)
  expect(addressProblem(address, 'mirror')).toBe(mirror)
  // The contract, which the page does not load, lets pass just the same.
  expect(settingsPatchSchema.safeParse({ proxy: address }).success).toBe(proxy === null)
})

test.each([
  ['', true],
  ['registry.aliyuncs.com/google_containers', true],
  ['m.daocloud.io/registry.k8s.io', true],
  ['127.0.0.1:5000', true],
  ['https://registry.example', false],
  ['registry.example/', false],
  ['registry.example/../x', false],
  ['-x', false],
  ['Registry.example', false],
  ['a b', false],
])('registry “%s”', (registry, good) => {
  expect(addressProblem(registry, 'registry')).toBe(good ? null : 'registry')
  expect(settingsPatchSchema.safeParse({ mirrors: { registry } }).success).toBe(good)
})

test('only a password is covered', () => {
  expect(covered('http://ann:pw@h:1/x')).toBe('http://ann:••••@h:1/x')
  expect(covered('http://ann@h')).toBe('http://ann@h')
  expect(covered('http://h:8080/a@b')).toBe('http://h:8080/a@b')
})

test('full paths of every system', () => {
  expect(['/usr/bin/kind', 'C:\\kind.exe', '\\\\server\\share\\kind.exe'].map(isFullPath)).toEqual([true, true, true])
  expect(['kind', './kind', '~/kind', '/', ''].map(isFullPath)).toEqual([false, false, false, false, false])
})
