// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { HostFinding, HostReport } from '#shared/contract/host-checks.ts'
import { calls, problem, target, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { keepDraft } from '../document/draft.ts'
import { ChecksTab } from './checks-tab.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))

const finding = (part: Partial<HostFinding>): HostFinding => ({
  id: 'cpus',
  group: 'resources',
  result: 'ok',
  words: 'cpus',
  variant: 'ok',
  facts: { cpus: 4, needed: 2 },
  evidence: [],
  link: 'https://kubernetes.io/docs/setup/',
  preflight: ['NumCPU'],
  fixable: false,
  ...part,
})
const off = finding({
  id: 'sysctl-ip-forward',
  group: 'kernel',
  result: 'problem',
  words: 'sysctl-ip-forward',
  variant: 'off',
  facts: { key: 'net.ipv4.ip_forward', value: '0' },
  evidence: [{ source: 'net.ipv4.ip_forward', text: '0' }],
  fixable: true,
})
const denied = finding({
  id: 'forward-policy',
  group: 'firewall',
  result: 'unknown',
  words: 'forward-policy',
  variant: 'denied',
  facts: { source: 'iptables -S FORWARD' },
})
const runtime = finding({ id: 'runtime-cri', group: 'runtime', result: 'problem', words: 'runtime-cri', variant: 'none', facts: {} })
const report = (findings: readonly HostFinding[], part: Partial<HostReport> = {}): HostReport => ({
  target: 'local',
  intent: { role: 'control-plane', kubernetes: 'v1.34.4', podSubnets: [], serviceSubnets: [], criSocket: null },
  at: 1,
  tookMs: 1200,
  system: 'Debian 12',
  kernel: '6.1.0',
  arch: 'x86_64',
  hostname: 'box',
  root: true,
  member: false,
  findings: [...findings],
  ...part,
})

beforeEach(() => {
  calls.length = 0
  world.report = report([finding({}), off, denied, runtime])
})
afterEach(() => {
  cleanup()
  world.report = null
  world.refusal = null
  world.plan = null
  world.targets = [target('local')]
  world.comparison = { machines: [], unreached: [] }
})

test('what is wrong stands first, in its words; the rest when it is asked for', async () => {
  renderAt(<ChecksTab target="local" />)
  const grid = await screen.findByRole('grid', { name: 'Host checks' })
  const rows = () =>
    within(grid)
      .getAllByRole('row')
      .map((row) => row.id)
      .filter((id) => id.startsWith('check-row-'))
  expect(rows()).toEqual(['check-row-sysctl-ip-forward', 'check-row-runtime-cri', 'check-row-forward-policy'])
  expect(within(grid).getByText('Not known: only root may read iptables -S FORWARD')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'All 4' }))
  expect(rows()).toContain('check-row-cpus')
  await userEvent.click(screen.getByRole('button', { name: 'Warnings 0' }))
  expect(screen.getByText('None of this kind')).toBeTruthy()
})

test('a finding opens by its button and shows cause, consequence, fix and what was read; one that another tab sets up leads there', async () => {
  renderAt(<ChecksTab target="local" />)
  await userEvent.click(await screen.findByRole('button', { name: 'Show details of Container runtime' }))
  const detail = screen.getByRole('row', { name: 'Details of Container runtime' })
  expect(within(detail).getByText(/kubeadm refuses/)).toBeTruthy()
  expect(within(detail).getByRole('link', { name: 'Open runtimes' }).getAttribute('href')).toContain('tab=runtimes')
  expect(within(detail).getByText('Nothing was there to be read.')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Hide details of Container runtime' }))
  expect(screen.queryByRole('row', { name: 'Details of Container runtime' })).toBeNull()
})

test('programs that another machine lacks are set up on that machine', async () => {
  world.report = report([
    finding({ id: 'tool-crictl', group: 'programs', result: 'warning', words: 'tool', variant: 'useful', facts: { subject: 'crictl' } }),
  ])
  renderAt(<ChecksTab target="ssh:box" />)
  await userEvent.click(await screen.findByRole('button', { name: 'Show details of crictl' }))
  expect(screen.getByRole('link', { name: 'Open set-up' }).getAttribute('href')).toBe('/machine?tab=setup&intent=node')
})

test('one fix and all of them are plans; a plan that cannot be made says why', async () => {
  renderAt(<ChecksTab target="local" />)
  await userEvent.click(await screen.findByRole('button', { name: /^Fix: IPv4 forwarding/ }))
  expect((await screen.findByRole('alert')).textContent).toContain('nothing on')
  await userEvent.click(screen.getByRole('button', { name: /^Fix 1…/ }))
  await waitFor(() =>
    expect(calls.filter((call) => call.name === 'hostChecks.plan').map((call) => (call.input as { ids: string[] }).ids)).toEqual([
      ['sysctl-ip-forward'],
      [],
    ]),
  )
})

test('a machine where all is well says so; one that is a node, or was looked at without root, says that', async () => {
  world.report = report([finding({})], { root: false, member: true })
  renderAt(<ChecksTab target="local" />)
  expect(await screen.findByText('Nothing is wrong')).toBeTruthy()
  expect(screen.getByText(/Looked at without root/)).toBeTruthy()
  expect(screen.getByText(/a node of a cluster already/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: /^Fix \d/ })).toBeNull()
})

test('a machine that cannot be looked at says why, and can be tried again', async () => {
  world.report = null
  renderAt(<ChecksTab target="local" />)
  expect(await screen.findByRole('alert')).toBeTruthy()
  world.report = report([off])
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('IPv4 forwarding is off')).toBeTruthy()
})

test('the machine is looked at as what it is to be; what cannot be is not asked', async () => {
  renderAt(<ChecksTab target="container:n1" />)
  await screen.findByRole('grid', { name: 'Host checks' })
  await userEvent.click(screen.getByRole('button', { name: 'Role and version…' }))
  const form = await screen.findByRole('dialog', { name: 'Look at it as' })
  await userEvent.click(within(form).getByRole('button', { name: 'worker' }))
  const pods = within(form).getByLabelText('Pod subnets')
  await userEvent.clear(pods)
  await userEvent.type(pods, 'here')
  await userEvent.click(within(form).getByRole('button', { name: 'Look' }))
  expect(within(form).getByRole('alert').textContent).toContain('10.244.0.0/16')
  await userEvent.clear(pods)
  await userEvent.type(pods, '10.1.0.0/16, fd00::/56{Enter}')
  await waitFor(() =>
    expect(calls.findLast((call) => call.name === 'hostChecks.run')?.input).toMatchObject({
      target: 'container:n1',
      intent: { role: 'worker', podSubnets: ['10.1.0.0/16', 'fd00::/56'] },
    }),
  )
})

test('the etcd outside the cluster that an open configuration names is looked at too, whatever else the machine is to be', async () => {
  const text = 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\netcd: { external: { endpoints: ["https://etcd:2379"] } }\n'
  keepDraft('kubeadm:container:n2', { text, profileId: null, profileName: null, at: 1 })
  renderAt(<ChecksTab target="container:n2" />)
  await screen.findByRole('grid', { name: 'Host checks' })
  // Looked at once: not before it is known.
  const looks = calls.filter((call) => call.name === 'hostChecks.run')
  expect(looks).toHaveLength(1)
  expect(looks[0]?.input).toMatchObject({ intent: { role: 'control-plane', etcd: { endpoints: ['https://etcd:2379'], caFile: null } } })
  keepDraft('kubeadm:container:n2', null)
})

test('machines are compared: what two share is said of each, and who was not reached', async () => {
  world.targets = [target('local'), target('container:n1'), target('ssh:box')]
  world.comparison = {
    machines: [
      {
        target: 'local',
        findings: [
          finding({
            id: 'unique-machine-id',
            group: 'identity',
            result: 'problem',
            words: 'unique',
            variant: 'same',
            facts: { subject: 'machine-id', values: 'ffff', others: 'n1' },
          }),
        ],
      },
      { target: 'container:n1', findings: [] },
    ],
    unreached: [{ target: 'ssh:box', error: problem('ssh-timeout', { host: 'box' }) }],
  }
  renderAt(<ChecksTab target="local" />)
  await userEvent.click(await screen.findByRole('button', { name: 'Compare machines…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Compare machines' })
  const compare = within(dialog).getByRole('button', { name: 'Compare' }) as HTMLButtonElement
  expect(compare.disabled).toBe(true)
  for (const box of await within(dialog).findAllByRole('checkbox')) await userEvent.click(box)
  await userEvent.click(compare)
  expect(await within(dialog).findByText('n1 has the same machine-id: ffff')).toBeTruthy()
  expect(within(dialog).getByText('box does not answer')).toBeTruthy()
  expect(calls.find((call) => call.name === 'hostChecks.compare')?.input).toEqual({ targets: ['local', 'container:n1', 'ssh:box'] })
})
