// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { calls, runningJob, target, world } from '../../fixtures/fake-api.ts'
import { controlPlane, kubeadmCertificate, kubeadmLeftover, kubeadmState, kubeadmToken, kubeadmWorld } from '../../fixtures/fake-kubeadm.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { KubeadmTab } from './kubeadm-tab.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))

const here = 'container:lab-1'
const asked = (name: string) => calls.filter((call) => call.name === name).map((call) => call.input)
const show = (language: 'en' | 'zh-CN' = 'en') => renderAt(<KubeadmTab target={here} />, language)

beforeEach(() => {
  calls.length = 0
  world.targets = [target('local'), target(here), target('container:lab-2')]
  world.jobs = []
  world.kubeadm.facts = { ...world.kubeadm.facts, sockets: ['unix:///var/run/containerd/containerd.sock'] }
  Object.assign(kubeadmWorld, { state: kubeadmState(), tokens: [], certificates: [], leftovers: [] })
})
afterEach(cleanup)

test('a machine without a cluster: what can be done in its order, each with its command; problems of the last check are named', async () => {
  kubeadmWorld.state = kubeadmState({
    preflight: {
      at: Date.now(),
      of: 'init',
      findings: [{ level: 'problem', check: 'Swap', checkIds: ['swap'], text: 'running with swap on is not supported' }],
    },
  })
  show()
  expect(await screen.findByText('No cluster')).toBeTruthy()
  expect(screen.getAllByRole('heading', { level: 3 }).map((one) => one.textContent)).toEqual([
    'Check first',
    'Pull the images',
    'Make a cluster',
    'Or join a cluster',
  ])
  expect(screen.getByText('sudo kubeadm init --config=kubeadm.yaml')).toBeTruthy()
  expect(screen.getByText('running with swap on is not supported')).toBeTruthy()
  expect(screen.queryByText('Reset this machine')).toBeNull()
})

test('where kubeadm is not there, that is said and nothing can be begun', async () => {
  kubeadmWorld.state = kubeadmState({ programs: { kubeadm: null, kubelet: null, kubectl: null } })
  show('zh-CN')
  expect(await screen.findByText('这台机器上没有 kubeadm')).toBeTruthy()
  expect(screen.getByRole<HTMLButtonElement>('button', { name: '创建集群…' }).disabled).toBe(true)
  expect(screen.getByRole('link', { name: '如何安装' }).getAttribute('href')).toContain('/zh-cn/docs/')
})

test('a control plane: nodes, tokens and certificates with the days that are left', async () => {
  Object.assign(kubeadmWorld, {
    state: controlPlane(),
    tokens: [kubeadmToken(), kubeadmToken({ id: 'zzzzzz', description: 'old', expiresAt: 1 })],
    certificates: [kubeadmCertificate(), kubeadmCertificate({ name: 'ca', authority: true, expiresAt: 1 })],
  })
  show()
  expect(await screen.findByText('10 days')).toBeTruthy()
  expect(screen.getAllByText('expired')).toHaveLength(2)
  const nodes = within(screen.getByRole('table', { name: 'Nodes' }))
  expect(nodes.getByText('Not ready')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Expire abcdef now' }))
  await waitFor(() => expect(asked('kubeadm.deleteToken')).toEqual([{ target: here, id: 'abcdef' }]))
})

test('a token is made for the time chosen, and its line is shown once', async () => {
  kubeadmWorld.state = controlPlane()
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Make a token' }))
  await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Make a token' }))
  expect(await screen.findByText(/--token abcdef\.0123456789abcdef/)).toBeTruthy()
  expect(asked('kubeadm.createToken')).toEqual([{ target: here, hours: 24, description: '' }])
})

test('joining by a line: what it says is read first, and what is none is refused beside it', async () => {
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Join…' }))
  await userEvent.click(screen.getByRole('button', { name: 'A join command' }))
  const line = screen.getByRole('textbox', { name: 'Join command' })
  await userEvent.type(line, 'rm -rf')
  expect(await screen.findByText('This is no join command that can be used')).toBeTruthy()
  await userEvent.clear(line)
  await userEvent.type(line, 'kubeadm join x')
  expect(await screen.findByText('10.0.0.5:6443')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Join' }))
  await waitFor(() =>
    expect(asked('kubeadm.join')).toEqual([
      { target: here, via: { kind: 'command', command: 'kubeadm join x' }, controlPlane: false, criSocket: null, ignore: [] },
    ]),
  )
})

test('the checks of a join are made from its dialog, for what is chosen there, and what they found stands there', async () => {
  const found = (of: 'init' | 'join') => ({
    at: Date.now(),
    of,
    findings: [{ level: 'problem' as const, check: 'Swap', checkIds: [], text: `found by ${of}` }],
  })
  kubeadmWorld.state = kubeadmState({ preflight: found('init') })
  const { queries } = show()
  await userEvent.click(await screen.findByRole('button', { name: 'Join…' }))
  const dialog = within(screen.getByRole('dialog'))
  await userEvent.click(dialog.getByRole('checkbox', { name: 'As a control plane too' }))
  await userEvent.click(dialog.getByRole('button', { name: 'Check' }))
  const via = { kind: 'target', target: 'local' }
  await waitFor(() => expect(asked('kubeadm.preflight')).toEqual([{ target: here, join: { via, controlPlane: true, criSocket: null } }]))
  expect(dialog.queryByText('found by init')).toBeNull()
  kubeadmWorld.state = kubeadmState({ preflight: found('join') })
  world.jobs = [runningJob({ id: 'job-30', kind: 'kubeadm.preflight', state: 'succeeded', finishedAt: Date.now() })]
  await queries.invalidateQueries()
  expect(await dialog.findByText('found by join')).toBeTruthy()
  expect(asked('kubeadm.join')).toEqual([])
})

test('check and pull take the configuration that is open on the page, as far as it is for init', async () => {
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Check' }))
  await waitFor(() => expect(asked('kubeadm.preflight')).toEqual([{ target: here, document: null }]))
  cleanup()
  show()
  world.kubeadm.defaults = (purpose) => `kind: ${purpose === 'init' ? 'InitConfiguration' : 'JoinConfiguration'}\n`
  await userEvent.click(await screen.findByRole('button', { name: 'Open the editor' }))
  expect(await screen.findByText('sudo kubeadm init phase preflight --config=kubeadm.yaml')).toBeTruthy()
  expect(screen.getAllByText('With the configuration that is open below.')).toHaveLength(2)
  await userEvent.click(screen.getByRole('button', { name: 'Pull images' }))
  await waitFor(() => expect(asked('kubeadm.pullImages')).toEqual([{ target: here, document: 'kind: InitConfiguration\n' }]))
})

test('where several runtimes answer, the one that is chosen is named', async () => {
  const [containerd, crio] = ['unix:///var/run/containerd/containerd.sock', 'unix:///var/run/crio/crio.sock']
  world.kubeadm.facts = { ...world.kubeadm.facts, sockets: [containerd, crio] }
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Join…' }))
  await userEvent.click(screen.getByRole('button', { name: 'A join command' }))
  await userEvent.type(screen.getByRole('textbox', { name: 'Join command' }), 'kubeadm join x')
  await userEvent.click(await screen.findByRole('combobox', { name: 'Runtime socket' }))
  await userEvent.click(await screen.findByRole('option', { name: crio }))
  await userEvent.click(screen.getByRole('button', { name: 'Join' }))
  await waitFor(() => expect(asked('kubeadm.join')).toMatchObject([{ criSocket: crio }]))
})

test('a reset names what goes and what kubeadm leaves; what is kept is not removed, and the name is typed first', async () => {
  Object.assign(kubeadmWorld, {
    state: controlPlane(),
    leftovers: [
      kubeadmLeftover('etcd-data', '/var/lib/etcd', true),
      kubeadmLeftover('cni-file', '/etc/cni/net.d/10-x.conflist'),
      kubeadmLeftover('rules', 'iptables'),
    ],
  })
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Reset…' }))
  const dialog = within(screen.getByRole('dialog'))
  await userEvent.click(await dialog.findByRole('checkbox', { name: /10-x\.conflist/ }))
  const act = dialog.getByRole<HTMLButtonElement>('button', { name: 'Reset lab-1' })
  expect(act.disabled).toBe(true)
  await userEvent.type(dialog.getByRole('textbox'), 'lab-1')
  await userEvent.click(act)
  await waitFor(() => expect(asked('kubeadm.reset')).toEqual([{ target: here, leftovers: ['rules:iptables'], via: null, context: true }]))
})

test('an upgrade asks for the version and finds the machines of the nodes; a plan changes nothing', async () => {
  kubeadmWorld.state = controlPlane()
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Upgrade…' }))
  const dialog = within(screen.getByRole('dialog'))
  const plan = dialog.getByRole<HTMLButtonElement>('button', { name: 'Plan' })
  await userEvent.type(dialog.getByRole('textbox', { name: 'To version' }), '1.35')
  expect(plan.disabled).toBe(true)
  await userEvent.clear(dialog.getByRole('textbox', { name: 'To version' }))
  await userEvent.type(dialog.getByRole('textbox', { name: 'To version' }), 'v1.35.0')
  expect(plan.disabled).toBe(false)
  expect(dialog.getByText(/fetches kubeadm, kubelet and kubectl itself/)).toBeTruthy()
  await userEvent.click(dialog.getByRole('button', { name: 'From a folder' }))
  expect(plan.disabled).toBe(true)
  await userEvent.type(dialog.getByRole('textbox', { name: 'Folder' }), '/opt/next')
  await userEvent.click(plan)
  await waitFor(() =>
    expect(asked('kubeadm.upgrade')).toEqual([
      {
        targets: [here, 'container:lab-2'],
        version: 'v1.35.0',
        programs: { from: 'folder', folder: '/opt/next' },
        ignore: [],
        apply: false,
      },
    ]),
  )
})

test('what kubeadm plans stands in the dialog of the upgrade: without a version it names those that there are, and one is taken by a press', async () => {
  kubeadmWorld.state = controlPlane()
  const { queries } = show()
  await userEvent.click(await screen.findByRole('button', { name: 'Upgrade…' }))
  const dialog = within(screen.getByRole('dialog'))
  const act = dialog.getByRole<HTMLButtonElement>('button', { name: 'Upgrade' })
  expect(act.disabled).toBe(true)
  await userEvent.click(dialog.getByRole('button', { name: 'Plan' }))
  await waitFor(() => expect(asked('kubeadm.upgrade')).toMatchObject([{ version: null, apply: false }]))
  const etcd = { name: 'etcd', node: 'box', from: '3.5.21-0', to: '3.6.5-0' }
  const proxy = { name: 'kube-proxy', node: null, from: '1.34.4', to: 'v1.35.1' }
  const upgradePlan = {
    at: Date.now(),
    kubeadm: 'v1.35.1',
    upgrades: [
      { version: 'v1.34.7', components: [] },
      { version: 'v1.35.1', components: [etcd, proxy] },
    ],
    manual: ['kubelet.config.k8s.io'],
  }
  kubeadmWorld.state = controlPlane({ upgradePlan })
  world.jobs = [runningJob({ id: 'job-36', kind: 'kubeadm.plan-upgrade', state: 'succeeded', finishedAt: Date.now() })]
  await queries.invalidateQueries()
  const table = await dialog.findByRole('table', { name: 'To v1.35.1' })
  expect(
    within(table)
      .getAllByRole('row')
      .map((row) =>
        within(row)
          .queryAllByRole('cell')
          .map((cell) => cell.textContent),
      ),
  ).toContainEqual(['etcd', 'box', '3.5.21-0', '3.6.5-0'])
  // Read out: one sentence, and nothing that goes on changing.
  expect(dialog.getByRole('status').textContent).toBe('What kubeadm v1.35.1 plans')
  expect(dialog.getByText('just now')).toBeTruthy()
  expect(dialog.getByText(/configuration of kubelet\.config\.k8s\.io new by hand/)).toBeTruthy()
  await userEvent.click(dialog.getByRole('button', { name: 'Take v1.35.1' }))
  expect(dialog.getByRole<HTMLInputElement>('textbox', { name: 'To version' }).value).toBe('v1.35.1')
  expect(act.disabled).toBe(false)
})

test('while an upgrade is planned its clock is seen, and not read out each second', async () => {
  kubeadmWorld.state = controlPlane()
  world.jobs = [runningJob({ id: 'job-36', kind: 'kubeadm.plan-upgrade' })]
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Upgrade…' }))
  const dialog = within(screen.getByRole('dialog'))
  await userEvent.click(dialog.getByRole('button', { name: 'Plan' }))
  const clock = await dialog.findByRole('link')
  expect(clock.closest('[role=status], [aria-live]')).toBeNull()
  expect(dialog.getByRole('status').textContent).toBe('')
})

test.each([
  [[], '没有可升级到的版本'],
  [null, '只供人阅读'],
])('a plan that names no version says so: %j', async (upgrades, said) => {
  kubeadmWorld.state = controlPlane({ upgradePlan: { at: Date.now(), kubeadm: 'v1.29.1', upgrades, manual: [] } })
  show('zh-CN')
  await userEvent.click(await screen.findByRole('button', { name: '升级…' }))
  expect(within(screen.getByRole('dialog')).getByRole('status').textContent).toMatch(new RegExp(said))
})

test('an upgrade whose programs the machines fetch needs the version alone', async () => {
  kubeadmWorld.state = controlPlane()
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Upgrade…' }))
  const dialog = within(screen.getByRole('dialog'))
  await userEvent.type(dialog.getByRole('textbox', { name: 'To version' }), 'v1.35.0')
  await userEvent.click(dialog.getByRole('button', { name: 'Upgrade' }))
  await waitFor(() => expect(asked('kubeadm.upgrade')).toMatchObject([{ programs: { from: 'publisher' }, apply: true }]))
})
