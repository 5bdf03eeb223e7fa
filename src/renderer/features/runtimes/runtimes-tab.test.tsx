// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { JobEvent } from '#shared/contract/jobs.ts'
import type { Replacement, ReplacementPlan } from '#shared/contract/replacements.ts'
import type { Runtime, RuntimeFinding, Runtimes } from '#shared/contract/runtimes.ts'
import { calls, hostPlan, hostStep, problem, runningJob, target, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { RuntimesTab } from './runtimes-tab.tsx'

vi.mock('../../api/client.ts', async () => ({
  ...(await import('../../fixtures/fake-api.ts')),
  iterate: async (_start: unknown, onEvent: (event: JobEvent) => void) => world.events.forEach(onEvent),
}))

const id = 'container:host-1'
const unit = (state: Runtime['unit']['state']) => ({ name: 'x.service', state, enabled: true })
const absent = (name: Runtime['name']): Runtime => ({
  name,
  installed: 'no',
  version: null,
  program: null,
  package: null,
  unit: unit('absent'),
  shim: null,
  sockets: [],
  cri: { api: 'none', asked: false },
  driver: null,
  sandboxImage: null,
  configFile: null,
  configVersion: null,
  restartNeeded: null,
  ociRuntime: null,
  mirrors: [],
  problem: null,
})
const containerd: Runtime = {
  ...absent('containerd'),
  installed: 'yes',
  version: '1.6.20',
  program: '/usr/bin/containerd',
  unit: { name: 'containerd.service', state: 'running', enabled: true },
  sockets: [{ path: '/run/containerd/containerd.sock', listening: true }],
  cri: { api: 'v1', asked: true },
  driver: 'cgroupfs',
  sandboxImage: 'registry.k8s.io/pause:3.9',
  configFile: '/etc/containerd/config.toml',
  configVersion: 2,
}
const seen = (part: Partial<Runtimes> = {}): Runtimes => ({
  target: id,
  asOf: Date.now(),
  supported: true,
  asRoot: true,
  host: { init: 'systemd', cgroup: '2', recommended: 'systemd' },
  kubelet: {
    version: 'v1.34.4',
    unit: unit('running'),
    configured: 'cgroupfs',
    effective: 'cgroupfs',
    from: 'config',
    endpoint: null,
    joined: true,
    controlPlane: true,
  },
  kubeadm: {
    version: 'v1.34.4',
    sandboxImage: 'registry.k8s.io/pause:3.10.1',
    choice: 'one',
    sockets: ['unix:///var/run/containerd/containerd.sock'],
  },
  pods: { systemd: 0, cgroupfs: 14, other: 0 },
  runtimes: [containerd, absent('cri-o'), absent('docker'), absent('mirantis')],
  findings: [
    {
      id: 'driver-not-systemd',
      level: 'warning',
      runtime: 'containerd',
      facts: { runtime: 'cgroupfs', kubelet: 'cgroupfs', host: 'systemd' },
    },
  ],
  ...part,
})
const finding = (of: RuntimeFinding['id'], level: RuntimeFinding['level'], facts: RuntimeFinding['facts'] = {}): RuntimeFinding => ({
  id: of,
  level,
  runtime: 'containerd',
  facts,
})
const asked = (name: string) => calls.filter((call) => call.name === name).map((call) => call.input)
const show = (language: 'en' | 'zh-CN' = 'en') => renderAt(<RuntimesTab target={id} />, language)

beforeEach(() => {
  calls.length = 0
  world.runtimes = seen()
  world.migrations = []
  world.replacements = []
  world.replacementPlan = null
  world.targets = [target('local'), target(id)]
  world.events = []
  world.refusal = null
  world.plan = hostPlan([hostStep('step-here')], { purpose: 'plan-here' })
})
afterEach(cleanup)

test('runtimes that are there and those that are not, what is known of one, and the drivers in words', async () => {
  show()
  const table = await screen.findByRole('grid', { name: 'Container runtimes' })
  expect(within(table).getByText('registry.k8s.io/pause:3.9')).toBeTruthy()
  expect(table.textContent).toContain('registry.k8s.io/pause:3.10.1 is what kubeadm v1.34.4 wants')
  expect(within(table).getAllByText('not installed')).toHaveLength(3)
  expect(screen.getByText('They agree, but not with the host')).toBeTruthy()
  expect(screen.getByText('14 containers, by the cgroups they are in')).toBeTruthy()
  await userEvent.click(within(table).getByRole('row', { name: /^containerd/ }))
  expect(within(table).queryByText('registry.k8s.io/pause:3.9')).toBeNull()
})

test('each finding says what it means and opens its way out', async () => {
  world.runtimes = seen({
    findings: [
      finding('cri-disabled', 'problem', { file: '/etc/containerd/config.toml' }),
      finding('sandbox-differs', 'warning', { image: 'a/pause:1', wanted: 'b/pause:2' }),
    ],
  })
  show()
  expect(await screen.findByText('containerd runs with its CRI plugin turned off')).toBeTruthy()
  expect(screen.getByText(/Turn the plugin on in \/etc\/containerd\/config\.toml\./)).toBeTruthy()
  const [enable, image] = screen.getAllByRole('button', { name: 'Show plan' })
  await userEvent.click(enable as HTMLElement)
  expect(await screen.findByRole('dialog', { name: 'plan-here' })).toBeTruthy()
  await userEvent.keyboard('{Escape}')
  await userEvent.click(image as HTMLElement)
  expect(asked('runtimes.propose')).toEqual([
    { target: id, change: { kind: 'enable-cri', runtime: 'containerd' } },
    { target: id, change: { kind: 'sandbox-image', runtime: 'containerd', image: null } },
  ])
})

test.each([
  ['nothing that speaks CRI is there', {}, null],
  ['the containerd that Docker brought has CRI turned off', { disabled: true }, { kind: 'enable-cri', runtime: 'containerd' }],
  ['a cri-dockerd without its units is there', { disabled: true, shim: true }, { kind: 'cri-dockerd-unit' }],
])(
  'Docker alone, and %s: the way out that Cove can go, and the page of the other',
  async (_, { disabled, shim }: { disabled?: boolean; shim?: boolean }, change) => {
    const program = { installed: 'yes' as const, version: null, program: '/usr/bin/cri-dockerd', package: null, unit: unit('absent') }
    const docker: Runtime = { ...absent('docker'), installed: 'yes', shim: shim ? program : null }
    const brought: Runtime = { ...containerd, cri: { api: 'disabled', asked: true } }
    world.runtimes = seen({
      runtimes: [docker, ...(disabled ? [brought] : [])],
      findings: [{ ...finding('docker-without-cri', 'problem'), runtime: 'docker' }],
    })
    show()
    expect((await screen.findByRole('link', { name: 'How cri-dockerd is installed' })).getAttribute('href')).toMatch(/^https:/)
    await userEvent.click(
      within(screen.getByRole('link', { name: 'How cri-dockerd is installed' }).closest('li') as HTMLElement).getByRole('button'),
    )
    expect(asked('runtimes.propose')).toEqual(change === null ? [] : [{ target: id, change }])
    if (change === null) expect(await screen.findByRole('dialog', { name: /Install/ })).toBeTruthy()
  },
)

test('a change that is refused says why, in words of the reason', async () => {
  world.refusal = new ORPCError('APP', {
    status: 422,
    data: problem('runtime-config-refused', { path: '/etc/containerd/config.toml', reason: 'config-version-1' }),
  })
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Actions for containerd' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Use systemd…' }))
  expect(await screen.findByText('It cannot be changed without a loss: it is of version 1, whose plugins have other names.')).toBeTruthy()
})

test('mirrors are checked as they are typed, and become a plan', async () => {
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Actions for containerd' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Mirrors…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Mirrors of a registry for containerd' })
  const addresses = within(dialog).getByRole('textbox', { name: 'Addresses' })
  await userEvent.type(addresses, 'mirror.test')
  expect(within(dialog).getByText('“mirror.test” is no https:// or http:// address')).toBeTruthy()
  await userEvent.clear(addresses)
  await userEvent.type(addresses, 'https://mirror.test')
  await userEvent.click(within(dialog).getByRole('button', { name: 'Show plan' }))
  await waitFor(() =>
    expect(asked('runtimes.propose')).toEqual([
      { target: id, change: { kind: 'mirrors', runtime: 'containerd', registry: 'docker.io', endpoints: ['https://mirror.test'] } },
    ]),
  )
})

test('the safer way stands first; a migration goes through the control plane itself, with what was ticked', async () => {
  const job = runningJob({ id: 'job-40', kind: 'cgroup.migrate', subject: 'host-1' })
  world.events = [{ type: 'snapshot', job, commands: [], output: [] }]
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Change the cgroup driver of this node…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Change the cgroup driver of host-1' })
  const text = dialog.textContent ?? ''
  expect(text.indexOf('Replacing the node is safer')).toBeLessThan(text.indexOf('New driver'))
  expect(text.indexOf('Replace the node…')).toBeLessThan(text.indexOf('New driver'))
  await userEvent.click(within(dialog).getByRole('checkbox', { name: /^Delete what emptyDir/ }))
  await userEvent.click(within(dialog).getByRole('button', { name: 'Change the driver of host-1' }))
  await waitFor(() =>
    expect(asked('runtimes.migrate')).toEqual([
      {
        nodes: [id],
        driver: 'systemd',
        kube: { through: 'target', target: id },
        drain: { deleteEmptyDirData: true, force: false, timeoutSeconds: 120 },
      },
    ]),
  )
  expect(await within(dialog).findByText('It goes on when this is closed.')).toBeTruthy()
})

test('one that halted says where, and is rolled back from here', async () => {
  world.migrations = [
    {
      id: 'm1',
      spec: {
        nodes: [id],
        driver: 'systemd',
        kube: { through: 'target', target: id },
        drain: { deleteEmptyDirData: false, force: false, timeoutSeconds: 60 },
      },
      startedAt: 1,
      jobId: 'job-40',
      state: 'halted',
      nodes: [{ target: id, node: 'host-1', state: 'started', step: 'start' }],
    },
  ]
  world.events = [{ type: 'snapshot', job: runningJob({ id: 'job-42', state: 'succeeded', finishedAt: 1 }), commands: [], output: [] }]
  show()
  expect(await screen.findByText(/It stopped on host-1 \(while services were started\)\./)).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Roll back' }))
  expect(await screen.findByText('The nodes and the cluster are as they were before.')).toBeTruthy()
  expect(asked('runtimes.rollBack')).toEqual([{ id: 'm1' }])
})

test('a runtime is chosen with whose packages it comes, what stands against it is said there, and its plan is shown', async () => {
  world.refusal = new ORPCError('APP', {
    status: 422,
    data: problem('runtime-install-unknown', { runtime: 'cri-o', distribution: 'debian', reason: 'distribution' }),
  })
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Install a runtime…' }))
  const dialog = within(screen.getByRole('dialog', { name: 'Install a runtime' }))
  expect(dialog.getByText(/The usual choice for kubeadm/)).toBeTruthy()
  await userEvent.click(dialog.getByRole('button', { name: 'CRI-O' }))
  expect(dialog.getByText(/Made for Kubernetes alone/)).toBeTruthy()
  await userEvent.click(dialog.getByRole('button', { name: 'Show plan' }))
  expect(await dialog.findByRole('alert')).toBeTruthy()
  // Another choice is another question.
  await userEvent.click(dialog.getByRole('button', { name: 'of those who make it' }))
  expect(dialog.queryByRole('alert')).toBeNull()
  world.refusal = null
  world.plan = hostPlan([hostStep('runtime-install')])
  await userEvent.click(dialog.getByRole('button', { name: 'Show plan' }))
  await waitFor(() => expect(screen.queryByRole('dialog', { name: 'Install a runtime' })).toBeNull())
  expect(await screen.findByRole('dialog')).toBeTruthy()
  expect(asked('runtimes.propose')).toEqual(
    (['distribution', 'vendor'] as const).map((source) => ({ target: id, change: { kind: 'install', runtime: 'cri-o', source } })),
  )
})

test('what is not known is not told as absent', async () => {
  world.runtimes = seen({ asRoot: false, kubeadm: { version: null, sandboxImage: null, choice: 'unknown', sockets: [] } })
  show('zh-CN')
  expect(await screen.findByText(/未以 root 身份查看/)).toBeTruthy()
  expect(screen.getByText('没有 root 权限无法判断。')).toBeTruthy()
  cleanup()
  world.runtimes = seen({ supported: false, runtimes: [], findings: [] })
  show()
  expect(await screen.findByText(/Runtimes of Kubernetes nodes run on Linux alone/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Install a runtime…' })).toBeNull()
  cleanup()
  world.runtimes = null
  show()
  expect(await screen.findByRole('alert')).toBeTruthy()
})

const control = 'container:control'
const plan: ReplacementPlan = {
  node: 'host-1',
  controlPlane: false,
  refusal: null,
  configMap: {
    before: 'kind: KubeletConfiguration\ncgroupDriver: cgroupfs\n',
    after: 'kind: KubeletConfiguration\ncgroupDriver: systemd\n',
  },
  files: [{ path: '/etc/containerd/config.toml', before: 'SystemdCgroup = false\n', after: 'SystemdCgroup = true\n' }],
  others: ['control', 'host-2'],
  labels: ['tier=gpu'],
  taints: ['dedicated=gpu:NoSchedule'],
  cordoned: false,
  leftovers: [
    { id: 'kubelet-data:/var/lib/kubelet', kind: 'kubelet-data', name: '/var/lib/kubelet', count: null, byReset: true },
    { id: 'cni-file:/etc/cni/net.d/a', kind: 'cni-file', name: '/etc/cni/net.d/a', count: null, byReset: false },
    { id: 'rules:iptables', kind: 'rules', name: 'iptables', count: 7, byReset: false },
  ],
}

async function askToReplace() {
  world.targets = [target('local'), target(id), target(control)]
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Change the cgroup driver of this node…' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Replace the node…' }))
  return within(await screen.findByRole('dialog', { name: 'Replace the node host-1?' }))
}
const drain = { deleteEmptyDirData: false, force: false, timeoutSeconds: 120 }

test('the safer way is offered: what goes, what comes back and what the cluster is told stand before the name is asked', async () => {
  world.replacementPlan = { ...plan, refusal: 'cannot delete Pods with local storage: default/a' }
  const dialog = await askToReplace()
  expect(await dialog.findByText('labels: tier=gpu')).toBeTruthy()
  expect(dialog.getByText('taints: dedicated=gpu:NoSchedule')).toBeTruthy()
  expect(dialog.getByText('cannot delete Pods with local storage: default/a')).toBeTruthy()
  expect(dialog.getByText(/^Nothing changes on control and host-2 until replaced too/)).toBeTruthy()
  expect(dialog.getByLabelText(/kube-system\/kubelet-config/).textContent).toContain('cgroupDriver: systemd')
  expect(dialog.getByLabelText(/\/etc\/containerd\/config\.toml/).textContent).toContain('SystemdCgroup = true')
  expect(asked('replacements.plan')).toEqual([{ target: id, via: control, driver: 'systemd', drain }])
  // What a drain may do is asked anew, as it may stop at something else.
  await userEvent.click(dialog.getByRole('checkbox', { name: /^Delete what emptyDir/ }))
  await waitFor(() => expect(asked('replacements.plan').at(-1)).toMatchObject({ drain: { deleteEmptyDirData: true } }))
  await userEvent.click(await dialog.findByRole('checkbox', { name: /iptables/ }))
  await userEvent.type(dialog.getByRole('textbox', { name: 'Checks that may fail' }), 'NumCPU')
  const act = dialog.getByRole('button', { name: 'Replace host-1' })
  expect(act.hasAttribute('disabled')).toBe(true)
  await userEvent.type(dialog.getByRole('textbox', { name: /^Type / }), 'host-1')
  await userEvent.click(act)
  await waitFor(() =>
    expect(asked('replacements.start')).toEqual([
      {
        target: id,
        via: control,
        driver: 'systemd',
        drain: { ...drain, deleteEmptyDirData: true },
        leftovers: ['cni-file:/etc/cni/net.d/a'],
        ignore: ['NumCPU'],
      },
    ]),
  )
})

test('a node that cannot be replaced says why, and nothing can be begun', async () => {
  world.refusal = new ORPCError('APP', {
    status: 422,
    data: problem('replacement-refused', { node: 'host-1', reason: 'only-control-plane' }),
  })
  const dialog = await askToReplace()
  expect(await dialog.findByText('It is the only control plane: the cluster would go with it.')).toBeTruthy()
  await userEvent.type(dialog.getByRole('textbox', { name: /^Type / }), 'host-1')
  expect(dialog.getByRole('button', { name: 'Replace host-1' }).hasAttribute('disabled')).toBe(true)
  await userEvent.keyboard('{Enter}')
  expect(asked('replacements.start')).toEqual([])
  // What nodes that join are told is the control plane's to say all the same.
  await userEvent.click(await dialog.findByRole('button', { name: 'Set only this' }))
  await waitFor(() => expect(asked('replacements.setConfigMap')).toMatchObject([{ via: id, driver: 'systemd' }]))
})

test('without another machine there is nobody to go through', async () => {
  world.runtimes = seen({ kubelet: { ...seen().kubelet, controlPlane: false } })
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Change the cgroup driver of this node…' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Replace the node…' }))
  expect(await screen.findByText(/Another machine that is a control plane of this cluster must be known here/)).toBeTruthy()
  expect([...asked('replacements.plan'), ...asked('replacements.configMap')]).toEqual([])
})

test('kubelet-config can be set alone, as it is shown', async () => {
  world.replacementPlan = plan
  const dialog = await askToReplace()
  await userEvent.click(await dialog.findByRole('button', { name: 'Set only this' }))
  expect(await dialog.findByText('kubelet-config has systemd. No node was touched.')).toBeTruthy()
  expect(asked('replacements.setConfigMap')).toEqual([{ via: control, driver: 'systemd', before: plan.configMap.before }])
})

const halted: Replacement = {
  id: 'r1',
  spec: { target: id, via: control, driver: 'systemd', drain, leftovers: [], ignore: [] },
  startedAt: 1,
  jobId: 'job-43',
  state: 'halted',
  node: 'host-1',
  step: 'drain',
  canGoBack: true,
}

test.each([
  [
    'drain',
    true,
    'It stopped while it was drained. Nothing is lost: it can be gone on with or taken back whole.',
    'Take back',
    'replacements.takeBack',
  ],
  [
    'join',
    false,
    'It stopped while it joined. The way is to go on: what is done already is passed over.',
    'Leave it so',
    'replacements.giveUp',
  ],
] as const)('one that halted at %s says how it stands, and what can be done', async (step, canGoBack, text, other, call) => {
  world.replacements = [{ ...halted, step, canGoBack }]
  show()
  expect(await screen.findByText(text)).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: other }))
  // What cannot be given back is asked once more.
  if (!canGoBack) await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: other }))
  await waitFor(() => expect(asked(call)).toEqual([{ id: 'r1' }]))
})

test('also before the reset it can be left as it is, and what stays is told first', async () => {
  world.replacements = [halted]
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Leave it so' }))
  const dialog = within(await screen.findByRole('dialog'))
  expect(dialog.getByText(/The node may stay without new pods \(cordoned\), and kubelet-config with the new driver/)).toBeTruthy()
  await userEvent.click(dialog.getByRole('button', { name: 'Leave it so' }))
  await waitFor(() => expect(asked('replacements.giveUp')).toEqual([{ id: 'r1' }]))
})

test('one that halted in its join goes on past checks that are named now, and past those named before where nothing is written', async () => {
  world.replacements = [{ ...halted, step: 'join', canGoBack: false, spec: { ...halted.spec, ignore: ['Mem'] } }]
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Go on' }))
  await waitFor(() => expect(asked('replacements.resume')).toEqual([{ id: 'r1' }]))
  cleanup()
  show()
  const field = await screen.findByRole<HTMLInputElement>('textbox')
  expect(field.value).toBe('Mem')
  await userEvent.type(field, ', NumCPU')
  await userEvent.click(screen.getByRole('button', { name: 'Go on' }))
  await waitFor(() => expect(asked('replacements.resume').at(-1)).toEqual({ id: 'r1', ignore: ['Mem', 'NumCPU'] }))
})

test('one that halted goes on from the page of its machine', async () => {
  world.replacements = [{ ...halted, step: 'runtime', canGoBack: false }]
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Go on' }))
  await waitFor(() => expect(asked('replacements.resume')).toEqual([{ id: 'r1' }]))
})
