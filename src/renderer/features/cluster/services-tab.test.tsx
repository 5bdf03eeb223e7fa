// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { calls, cluster, problem, tunnel, tunnelPlan, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { ServicesTab } from './services-tab.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))

beforeEach(() => {
  calls.length = 0
  world.services = [service('web', { balancer: [] }), service('inner')]
  world.tunnelPlan = tunnelPlan()
  world.tunnel = null
  world.tunnelRefusal = null
})
afterEach(cleanup)

const service = (name: string, part = {}) => ({ namespace: 'default', name, urls: [] as string[], balancer: null, ...part })
const made = (part = {}) => cluster({ id: 'minikube:lab:1', provider: 'minikube', name: 'lab', ...part })
const asked = (name: string) => calls.filter((call) => call.name === name)
const row = (name: RegExp) => screen.findByRole('row', { name })
const button = (name: string) => screen.findByRole<HTMLButtonElement>('button', { name })
const panel = () => screen.getByRole('region', { name: 'Tunnel' })

test('services say where they are reached, and each address is copied', async () => {
  world.services = [service('web', { urls: ['http://192.168.49.2:30080'], balancer: ['10.101.90.184:8080'] }), service('inner')]
  renderAt(<ServicesTab cluster={made()} />)
  expect((await row(/web/)).textContent).toContain('10.101.90.184:8080')
  expect((await row(/web/)).textContent).toContain('http://192.168.49.2:30080')
  expect((await row(/inner/)).textContent).toContain('inside the cluster only')
  const copied = vi.spyOn(navigator.clipboard, 'writeText')
  await userEvent.click(screen.getByRole('button', { name: 'Copy 10.101.90.184:8080' }))
  expect(copied.mock.calls).toEqual([['10.101.90.184:8080']])
})

test('before a tunnel its commands are shown whole, and a load balancer says what it waits for', async () => {
  renderAt(<ServicesTab cluster={made()} />)
  expect((await screen.findByLabelText('Command of the tunnel')).textContent).toBe('minikube tunnel --profile=lab --cleanup=true')
  expect(screen.getByLabelText('Commands as root').textContent).toBe(
    'sudo ip route add 10.96.0.0/12 via 192.168.49.2\nsudo ip route delete 10.96.0.0/12',
  )
  expect(within(panel()).getAllByRole('status')[0]?.textContent).toBe('Off')
  expect((await row(/web/)).textContent).toContain('no address yet: a load balancer gets one while a tunnel runs')
  expect(asked('tunnels.start')).toEqual([])
})

test('it is started from the row of a load balancer, whose address is asked for once it runs, and ended by its button', async () => {
  renderAt(<ServicesTab cluster={made()} />)
  await userEvent.click(await button('Start the tunnel for web'))
  expect(asked('tunnels.start').map(({ input }) => input)).toEqual([{ id: 'minikube:lab:1' }])
  expect((await row(/web/)).textContent).toContain('gets its address')
  await waitFor(() => expect(asked('clusters.services').length).toBe(2))
  expect(within(panel()).getAllByRole('status')[0]?.textContent).toBe('Runs')
  expect(within(panel()).getByText(/serves web$/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Start tunnel' })).toBeNull()
  await userEvent.click(await button('End tunnel'))
  expect(asked('tunnels.end').map(({ input }) => input)).toEqual([{ id: 'minikube:lab:1' }])
  await waitFor(() => expect(within(panel()).getAllByRole('status')[0]?.textContent).toBe('Ended'))
  expect(within(panel()).getByText(/^by you, /)).toBeTruthy()
  // Its services have lost their addresses.
  await waitFor(() => expect(asked('clusters.services').length).toBe(3))
})

test('one that runs is shown whoever opens the page, with what it printed', async () => {
  world.tunnel = tunnel({ lines: ['Status:', 'services: [web]'], services: ['web', 'shop'] })
  renderAt(<ServicesTab cluster={made()} />)
  expect(await screen.findByText(/serves web and shop/)).toBeTruthy()
  await userEvent.click(within(panel()).getByText('What it printed'))
  expect(within(panel()).getByText(/services: \[web\]/)).toBeTruthy()
  await userEvent.click(await button('Show output'))
  expect(asked('jobs.commandOutput').map(({ input }) => input)).toEqual([{ id: 'c-tunnel' }])
  expect(asked('tunnels.start')).toEqual([])
})

test.each([
  ['starting', 'Starting'],
  ['ending', 'Ending'],
] as const)('while it is %s it says so', async (state, word) => {
  world.tunnel = tunnel({ state, services: [], lines: [] })
  renderAt(<ServicesTab cluster={made()} />)
  expect(await screen.findByText(word)).toBeTruthy()
  expect((await button('End tunnel')).getAttribute('aria-busy')).toBe(state === 'ending' ? 'true' : null)
})

test('where sudo would ask for a password there is no start; the command is to be copied, and it can be looked at again', async () => {
  world.tunnelPlan = tunnelPlan({ sudo: 'password' })
  renderAt(<ServicesTab cluster={made()} />)
  expect(await screen.findByText('sudo would ask for a password')).toBeTruthy()
  expect((await button('Start tunnel')).disabled).toBe(true)
  expect((await row(/web/)).textContent).toContain('no address yet')
  expect(screen.queryByRole('button', { name: 'Start the tunnel for web' })).toBeNull()
  const copied = vi.spyOn(navigator.clipboard, 'writeText')
  await userEvent.click(await button('Copy command'))
  expect(copied.mock.calls.at(-1)).toEqual(['minikube tunnel --profile=lab --cleanup=true'])
  world.tunnelPlan = tunnelPlan()
  await userEvent.click(within(panel()).getByRole('button', { name: 'Look again' }))
  await waitFor(async () => expect((await button('Start tunnel')).disabled).toBe(false))
  expect(screen.queryByText('sudo would ask for a password')).toBeNull()
})

test('a password that is wanted after all is said once', async () => {
  renderAt(<ServicesTab cluster={made()} />)
  world.tunnelRefusal = problem('tunnel-needs-password', { name: 'lab', command: 'minikube tunnel --profile=lab --cleanup=true' })
  await waitFor(async () => expect((await button('Start tunnel')).disabled).toBe(false))
  world.tunnelPlan = tunnelPlan({ sudo: 'password' })
  await userEvent.click(await button('Start tunnel'))
  expect(await screen.findByText('sudo would ask for a password')).toBeTruthy()
  expect(screen.queryByText('The tunnel to lab needs a password')).toBeNull()
})

test('on ports of this machine it is started without a password too, and says what is not reached then', async () => {
  world.tunnelPlan = tunnelPlan({ way: 'ports', asRoot: [], sudo: 'password' })
  renderAt(<ServicesTab cluster={made()} />)
  expect(await screen.findByText(/services with ports below 1024 are not reached/)).toBeTruthy()
  expect((await button('Start tunnel')).disabled).toBe(false)
  expect(screen.queryByLabelText('Commands as root')).toBeNull()
})

test('without sudo it says so, and there is no command to copy that would fail', async () => {
  world.tunnelPlan = tunnelPlan({ sudo: 'absent' })
  renderAt(<ServicesTab cluster={made()} />)
  expect(await screen.findByText('There is no sudo')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Copy command' })).toBeNull()
})

test('a tunnel that does not work although it goes on says why, with the command to copy', async () => {
  const command = 'minikube tunnel --profile=lab --cleanup=true'
  world.tunnel = tunnel({ services: [], problem: problem('tunnel-needs-password', { name: 'lab', command }) })
  renderAt(<ServicesTab cluster={made()} />)
  expect(await screen.findByText('Runs, but does not work')).toBeTruthy()
  expect(screen.getByText('The tunnel to lab needs a password')).toBeTruthy()
  expect(await button('Copy command')).toBeTruthy()
  // It will not get its address that way.
  expect((await row(/web/)).textContent).toContain('no address yet')
})

test('a tunnel whose minikube died says so with its last lines, and is started anew', async () => {
  const facts = { name: 'lab', exitCode: 1, signal: null, tail: 'X Exiting due to GUEST_STATUS' }
  world.tunnel = tunnel({ state: 'ended', endedBy: 'itself', endedAt: 5, services: [], problem: problem('tunnel-died', facts) })
  renderAt(<ServicesTab cluster={made()} />)
  expect(await screen.findByText('The tunnel to lab has ended')).toBeTruthy()
  expect(screen.getByText('X Exiting due to GUEST_STATUS')).toBeTruthy()
  expect(within(panel()).getByText(/^by itself, /)).toBeTruthy()
  await userEvent.click(await button('Start tunnel'))
  expect(asked('tunnels.start').length).toBe(1)
})

test('while a job works on the cluster no tunnel is begun, but one that runs can be ended', async () => {
  renderAt(<ServicesTab cluster={made({ jobId: 'job-1' })} />)
  expect((await button('Start tunnel')).disabled).toBe(true)
  expect(screen.getByText(/when the job on the cluster has ended/)).toBeTruthy()
  cleanup()
  world.tunnel = tunnel()
  renderAt(<ServicesTab cluster={made({ jobId: 'job-1' })} />)
  await userEvent.click(await button('End tunnel'))
  expect(asked('tunnels.end').length).toBe(1)
})

test('where a tunnel has no use there is none to start', async () => {
  world.tunnelPlan = null
  renderAt(<ServicesTab cluster={made({ driver: 'none' })} />)
  expect(await screen.findByText('With this driver services are reached without a tunnel, or minikube has none.')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Start tunnel' })).toBeNull()
})

test('a stopped cluster is told of and neither its services nor a plan are asked for', async () => {
  renderAt(<ServicesTab cluster={made({ state: 'stopped' })} />)
  expect(await screen.findByText('The cluster does not run')).toBeTruthy()
  expect(asked('clusters.services')).toEqual([])
  expect(asked('tunnels.plan')).toEqual([])
})
