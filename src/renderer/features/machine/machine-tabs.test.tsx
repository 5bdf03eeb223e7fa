// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { ORPCError } from '@orpc/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { TargetId } from '#shared/contract/targets.ts'
import { calls, engine, hostRecord, hostStep, problem, runningJob, target, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { MachinePage } from './machine-page.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
vi.mock('../shell/page.tsx', () => ({ Page: ({ children }: { readonly children: React.ReactNode }) => <main>{children}</main> }))
// What stands in the tabs is tested where it is made.
vi.mock('./tabs.ts', () => ({
  machineTabs: [
    { id: 'tools', Component: () => <p>the tools</p>, onTarget: false },
    { id: 'runtimes', Component: ({ target: id }: { readonly target: TargetId }) => <p>runtimes of {id}</p>, onTarget: true },
    { id: 'checks', Component: ({ target: id }: { readonly target: TargetId }) => <p>checks of {id}</p>, onTarget: true },
  ],
}))

const node = target('container:shop-control-plane', { clusterId: 'kind:shop:1' })
const bare = target('container:lab-1', { state: 'down' })
const build = target('ssh:ann@build')
const asked = (name: string) => calls.filter((call) => call.name === name).map((call) => call.input)
const show = (search = '', language: 'en' | 'zh-CN' = 'en') => {
  const shown = renderAt(<MachinePage />, language, '/machine')
  void shown.router.navigate({ to: '/machine', search: Object.fromEntries(new URLSearchParams(search)) } as never)
  return shown
}

beforeEach(() => {
  calls.length = 0
  world.engine = engine()
  world.tools = []
  world.targets = [target('local'), node, bare, build]
  world.records = []
  world.jobs = []
  world.refusal = null
  world.look = () => ({ os: 'linux', arch: 'amd64', system: 'Debian 12', distribution: ['debian'], user: 'ann', root: 'sudo' })
})
afterEach(cleanup)

test('an address without a tab, or with one that is not there, shows the first', async () => {
  show('tab=downloads')
  expect(await screen.findByText('the tools')).toBeTruthy()
  expect(screen.getAllByRole('tab').map((tab) => tab.textContent)).toEqual(['Tools', 'Runtimes', 'Checks'])
  expect(asked('targets.list')).toEqual([])
})

test('a tab on a target says which machine, what it is, and how root is had there', async () => {
  show('tab=checks')
  expect(await screen.findByText('checks of local')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Machine: This machine' })).toBeTruthy()
  expect(screen.getByText('Debian 12, linux/amd64, as ann, sudo without a password')).toBeTruthy()
  expect(await screen.findByText('Cove has changed nothing here.')).toBeTruthy()
})

test('the list is in groups with states, is searched by typing, and what is chosen stands in the address', async () => {
  const { router } = show('tab=checks')
  await userEvent.click(await screen.findByRole('button', { name: 'Machine: This machine' }))
  const options = () => screen.getAllByRole('option').map((option) => option.textContent)
  await waitFor(() => expect(options()).toHaveLength(4))
  expect(options()).toEqual(['This machinebuild-02chosenup', 'shop-control-planeshopup', 'lab-1not running', 'ann@buildnot asked'])
  expect(screen.getByText('Nodes of clusters')).toBeTruthy()
  await userEvent.keyboard('shop')
  await waitFor(() => expect(options()).toEqual(['shop-control-planeshopup']))
  await userEvent.keyboard('{Enter}')
  expect(await screen.findByText('checks of container:shop-control-plane')).toBeTruthy()
  expect(router.state.location.search).toEqual({ tab: 'checks', target: 'container:shop-control-plane' })
  expect(screen.queryByRole('option')).toBeNull()
})

test('the target is kept when the tab changes', async () => {
  const { router } = show('tab=checks&target=container:shop-control-plane')
  await screen.findByText('checks of container:shop-control-plane')
  await userEvent.click(screen.getByRole('tab', { name: 'Runtimes' }))
  expect(await screen.findByText('runtimes of container:shop-control-plane')).toBeTruthy()
  await userEvent.click(screen.getByRole('tab', { name: 'Tools' }))
  await screen.findByText('the tools')
  expect(router.state.location.search).toEqual({ target: 'container:shop-control-plane' })
  await userEvent.click(screen.getByRole('tab', { name: 'Checks' }))
  expect(await screen.findByText('checks of container:shop-control-plane')).toBeTruthy()
})

test('a target that is gone says so and leads back; nothing of it is asked', async () => {
  const { router } = show('tab=checks&target=container:old-node')
  expect(await screen.findByText('old-node is no longer there')).toBeTruthy()
  expect(screen.queryByText(/^checks of/)).toBeNull()
  expect(asked('targets.look')).toEqual([])
  await userEvent.click(screen.getByRole('button', { name: 'Go to this machine' }))
  expect(await screen.findByText('checks of local')).toBeTruthy()
  expect(router.state.location.search).toEqual({ tab: 'checks' })
})

test('a job that works on the target is shown above its tab, one on another machine is not', async () => {
  world.jobs = [runningJob({ kind: 'host.apply', subject: 'lab-1', facts: { target: bare.id } })]
  const { queries, router } = show('tab=checks')
  await screen.findByText('checks of local')
  expect(screen.queryByRole('group', { name: 'What works on this machine now' })).toBeNull()
  void router.navigate({ to: '/machine', search: { tab: 'checks', target: bare.id } } as never)
  const strip = await screen.findByRole('group', { name: 'What works on this machine now' })
  expect(within(strip).getByRole('link').getAttribute('href')).toContain('/jobs/job-1')
  world.jobs = []
  await queries.invalidateQueries()
  await waitFor(() => expect(screen.queryByRole('group', { name: 'What works on this machine now' })).toBeNull())
})

test('an address that names no machine at all says so', async () => {
  show('tab=checks&target=rm%20-rf', 'zh-CN')
  expect(await screen.findByText('没有名为 rm -rf 的机器')).toBeTruthy()
})

test('a container that does not run is not looked into, and still says what Cove changed in it', async () => {
  world.records = [hostRecord([hostStep('swap-off')], { target: bare.id })]
  show('tab=checks&target=container:lab-1')
  expect(await screen.findByText('lab-1 does not run')).toBeTruthy()
  expect(asked('targets.look')).toEqual([])
  expect(screen.queryByText(/^checks of/)).toBeNull()
  expect(await screen.findByRole('button', { name: /^Undo/ })).toBeTruthy()
})

test('a host that cannot be reached says why, and is tried again', async () => {
  world.look = () => {
    throw new ORPCError('APP', { status: 422, data: problem('ssh-timeout', { host: 'ann@build' }) })
  }
  show('tab=checks&target=ssh:ann@build')
  expect(await screen.findByText('not reached')).toBeTruthy()
  expect(screen.queryByText(/^checks of/)).toBeNull()
  world.look = () => ({ os: 'linux', arch: 'arm64', system: 'Ubuntu 24.04', distribution: [], user: 'root', root: 'direct' })
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('checks of ssh:ann@build')).toBeTruthy()
  expect(screen.getByText('Ubuntu 24.04, linux/arm64, as root')).toBeTruthy()
})

test('an ssh host is added by keyboard, is chosen at once, and is removed again; what is wrong stands beside the field', async () => {
  const { router } = show('tab=checks')
  await userEvent.click(await screen.findByRole('button', { name: 'Machine: This machine' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Add an ssh host…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Add an ssh host' })
  const field = within(dialog).getByRole('textbox', { name: 'Address' })
  await waitFor(() => expect(document.activeElement).toBe(field))
  world.refusal = new ORPCError('APP', { status: 422, data: problem('ssh-destination-invalid', { destination: '-oProxyCommand=x' }) })
  await userEvent.keyboard('-oProxyCommand=x{Enter}')
  expect(await within(dialog).findByRole('alert')).toBeTruthy()
  expect(field.getAttribute('aria-invalid')).toBe('true')
  world.refusal = null
  await userEvent.clear(field)
  expect(within(dialog).queryByRole('alert')).toBeNull()
  await userEvent.keyboard(' root@edge {Enter}')
  expect(await screen.findByText('checks of ssh:root@edge')).toBeTruthy()
  expect(asked('targets.addSsh').at(-1)).toEqual({ destination: 'root@edge' })
  await userEvent.click(screen.getByRole('button', { name: 'More actions' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Remove from the list…' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Remove root@edge' }))
  expect(await screen.findByText('checks of local')).toBeTruthy()
  expect(asked('targets.removeSsh')).toEqual([{ target: 'ssh:root@edge' }])
  expect(router.state.location.search).toEqual({ tab: 'checks' })
})
