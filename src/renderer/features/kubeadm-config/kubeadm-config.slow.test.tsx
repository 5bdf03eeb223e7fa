// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { calls, settingsState, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { KubeadmConfigSection } from './kubeadm-config-section.tsx'
import { problemsIn } from './use-verdict.ts'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
// The editor measures its text, which needs a browser.
vi.mock('../document/yaml-pane.tsx', () => ({
  YamlPane: ({
    document: { text, type, problems },
  }: {
    readonly document: { text: string; type: (text: string) => void; problems: { line: number }[] }
  }) => (
    <>
      <textarea aria-label="document" value={text} onChange={(event) => type(event.target.value)} />
      <p title="lines">{problems.map((one) => one.line).join()}</p>
    </>
  ),
}))

const show = () => renderAt(<KubeadmConfigSection target="local" />, 'en', '/machine')
/** Opened by a press, or by what was left in it. */
const box = async () => {
  const button =
    screen.queryByRole('button', { name: 'Open the editor' }) ??
    (await screen.findByRole('region', { name: 'Configuration' }), screen.queryByRole('button', { name: 'Open the editor' }))
  if (button !== null) fireEvent.click(button)
  return (await screen.findByRole('textbox', { name: 'document' })) as HTMLTextAreaElement
}
const asked = (name: string) => calls.filter((call) => call.name === name).map((call) => call.input as Record<string, unknown>)
const before = { ...world.kubeadm }

beforeEach(() => {
  calls.length = 0
  localStorage.clear()
  Object.assign(world.kubeadm, before, { files: [] })
})
afterEach(cleanup)
vi.setConfig({ testTimeout: 120_000 })

test('form and text are one file, and the command below says the same', async () => {
  show()
  const text = await box()
  fireEvent.change(await screen.findByRole('textbox', { name: 'Pod subnet' }), { target: { value: '10.60.0.0/16' } })
  expect(text.value).toBe(
    '# init\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.34.4\nnetworking:\n  podSubnet: 10.60.0.0/16\n',
  )
  expect(screen.getByText('sudo kubeadm init --kubernetes-version=v1.34.4 --pod-network-cidr=10.60.0.0/16')).toBeTruthy()
  await userEvent.type(screen.getByRole('textbox', { name: 'Add to kube-apiserver' }), '--v=4{Enter}')
  expect(text.value).toContain('apiServer:\n  extraArgs:\n    - name: v\n      value: "4"\n')
  expect(screen.getByText('sudo kubeadm init --config=kubeadm.yaml')).toBeTruthy()
  fireEvent.change(text, { target: { value: text.value.replace('10.60.0.0/16', 'nonsense') } })
  expect(screen.getByText('Must be a subnet, such as 10.244.0.0/16')).toBeTruthy()
  expect(screen.getByText('Shown once the document is right')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }))
  expect(text.value).toContain('10.60.0.0/16')
})

test('a field beside the editor takes back its own letters', async () => {
  renderAt(
    <>
      <input aria-label="other" defaultValue="x" />
      <KubeadmConfigSection target="local" />
    </>,
    'en',
    '/machine',
  )
  const text = await box()
  const pods = await screen.findByRole('textbox', { name: 'Pod subnet' })
  fireEvent.change(pods, { target: { value: '10.60.0.0/16' } })
  // False: the page took the key for itself.
  expect(fireEvent.keyDown(screen.getByRole('textbox', { name: 'other' }), { key: 'z', ctrlKey: true })).toBe(true)
  expect(text.value).toContain('10.60.0.0/16')
  expect(fireEvent.keyDown(pods, { key: 'z', ctrlKey: true })).toBe(false)
  expect(text.value).not.toContain('10.60.0.0/16')
})

test('what is chosen is in the document that it belongs to', async () => {
  show()
  const text = await box()
  const part = (kind: string) => text.value.split('---\n').find((one) => one.includes(`kind: ${kind}\n`)) ?? ''
  const choose = async (name: string, option: string) => {
    await userEvent.click(await screen.findByRole('combobox', { name }))
    await userEvent.click(await screen.findByRole('option', { name: option }))
  }
  await choose('cgroup driver', 'cgroupfs')
  expect(part('KubeletConfiguration')).toContain('cgroupDriver: cgroupfs\n')
  // The runtime of that machine uses the other one.
  expect(screen.getByText('The runtime of this machine uses systemd; the kubelet must use the same')).toBeTruthy()
  await choose('Swap', 'Allowed, pods use some')
  expect(part('KubeletConfiguration')).toContain('failSwapOn: false\nmemorySwap:\n  swapBehavior: LimitedSwap\n')
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }))
  expect(part('KubeletConfiguration')).not.toContain('Swap')
  await choose('kube-proxy mode', 'nftables')
  expect(part('KubeProxyConfiguration')).toContain('mode: nftables\n')
  await choose('Taints', 'None, any pod may run')
  expect(part('InitConfiguration')).toContain('taints: []\n')
  await choose('Taints', 'These')
  await userEvent.click(screen.getByRole('button', { name: 'Add a taint' }))
  fireEvent.change(screen.getAllByRole('textbox', { name: 'Key of the taint' })[1] as HTMLElement, { target: { value: 'gpu' } })
  expect(part('InitConfiguration')).toMatch(/- key: dedicated\n\s+effect: NoSchedule\n\s+- key: gpu\n/)
  await choose('Taints', 'Control plane, no other pods')
  expect(part('InitConfiguration')).toBe('')
  await userEvent.click(screen.getByRole('checkbox', { name: 'Do not install kube-proxy' }))
  expect(part('ClusterConfiguration')).toContain('proxy:\n  disabled: true\n')
  await userEvent.click(screen.getByRole('button', { name: 'Use containerd' }))
  expect(part('InitConfiguration')).toContain('criSocket: unix:///var/run/containerd/containerd.sock\n')
})

test('mirrors are proposed, the own one first, and none is chosen for anybody', async () => {
  world.settings = settingsState({
    settings: { ...settingsState().settings, mirrors: { kubernetes: '', github: '', registry: 'mirror.example/k8s', packages: '' } },
  })
  show()
  const text = await box()
  expect(text.value).not.toContain('imageRepository')
  await userEvent.click(await screen.findByRole('button', { name: 'Use mirror.example/k8s' }))
  expect(text.value).toContain('imageRepository: mirror.example/k8s\n')
  await userEvent.click(screen.getByRole('button', { name: 'Use registry.aliyuncs.com/google_containers' }))
  expect(text.value).toContain('imageRepository: registry.aliyuncs.com/google_containers\n')
  world.settings = settingsState()
})

test('kubeadm is asked about the text as it stands, and its answer is of that text alone', async () => {
  world.kubeadm.verdict = {
    version: 'v1.34.4',
    ok: false,
    said: [
      { severity: 'error', message: 'strict decoding error: unknown field "foo"', kind: 'ClusterConfiguration', field: 'foo', line: 4 },
    ],
    commandId: 'c1',
  }
  show()
  const text = await box()
  await userEvent.click(await screen.findByRole('button', { name: 'Check with kubeadm v1.34.4' }))
  const notice = await screen.findByRole('alert')
  expect(within(notice).getByText('kubeadm v1.34.4 does not take this file')).toBeTruthy()
  expect(within(notice).getByText(/unknown field "foo"/)).toBeTruthy()
  expect(screen.getByTitle('lines').textContent).toBe('4')
  expect(asked('kubeadmConfig.validate')).toEqual([{ target: 'local', text: text.value }])
  fireEvent.change(text, { target: { value: `${text.value}clusterName: lab\n` } })
  await waitFor(() => expect(screen.queryByText('kubeadm v1.34.4 does not take this file')).toBeNull())
})

test('what kubeadm says stands on its line, or on the first', () => {
  const said = (line: number | null) =>
    problemsIn('a: 1\n  b: 2\n', { said: [{ severity: 'error', message: 'm', kind: null, field: null, line }] })
  expect(said(2)).toMatchObject([{ from: 7, to: 11, line: 2, expected: 'm' }])
  expect(said(null)).toMatchObject([{ from: 0, to: 4, line: 1 }])
  expect(said(99)).toMatchObject([{ line: 3 }])
})

test('a file is brought to the other version only after its diff was seen, by Cove or by kubeadm', async () => {
  world.kubeadm.defaults = () =>
    '# mine\napiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nscheduler:\n  extraArgs:\n    v: "2"\n'
  world.kubeadm.migration = {
    version: 'v1.34.4',
    text: 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n',
    kept: ['KubeletConfiguration'],
    dropped: ['InitConfiguration'],
    commandId: 'c1',
  }
  show()
  const text = await box()
  const was = text.value
  await userEvent.click(screen.getByRole('button', { name: 'v1beta4' }))
  const dialog = await screen.findByRole('dialog', { name: 'Bring the file to v1beta4' })
  expect(within(dialog).getByText(/- name: v/)).toBeTruthy()
  await userEvent.click(within(dialog).getByRole('button', { name: 'kubeadm v1.34.4' }))
  expect(await within(dialog).findByText(/KubeletConfiguration; Cove has put it back/)).toBeTruthy()
  expect(asked('kubeadmConfig.migrate')).toEqual([{ target: 'local', text: was }])
  expect(text.value).toBe(was)
  await userEvent.click(within(dialog).getByRole('button', { name: 'Cove, comments stay' }))
  await userEvent.click(within(dialog).getByRole('button', { name: 'Use the new text' }))
  expect(text.value).toBe(
    '# mine\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nscheduler:\n  extraArgs:\n    - name: v\n      value: "2"\n',
  )
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }))
  expect(text.value).toBe(was)
})

test('a file is kept under a name, opened again and removed; what is unsaved is found again', async () => {
  show()
  const text = await box()
  fireEvent.change(await screen.findByRole('textbox', { name: 'Service subnet' }), { target: { value: '10.97.0.0/16' } })
  await userEvent.click(screen.getByRole('button', { name: 'Files' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Save under a name…' }))
  await userEvent.type(within(await screen.findByRole('dialog')).getByRole('textbox'), 'lab{Enter}')
  expect(await screen.findByText('file lab')).toBeTruthy()
  expect(world.kubeadm.files).toMatchObject([{ name: 'lab', document: text.value }])

  fireEvent.change(screen.getByRole('textbox', { name: 'DNS domain' }), { target: { value: 'lab.local' } })
  expect(await screen.findByText('file lab, changed')).toBeTruthy()
  await waitFor(() => expect(localStorage.length).toBe(1))
  cleanup()
  show()
  expect((await box()).value).toContain('dnsDomain: lab.local')
  expect(screen.getByText('This is what was left unsaved')).toBeTruthy()
  expect(screen.getByText('file lab, changed')).toBeTruthy()

  await userEvent.click(screen.getByRole('button', { name: 'Files' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Open lab' }))
  await waitFor(async () => expect((await box()).value).not.toContain('dnsDomain'))
  await userEvent.click(screen.getByRole('button', { name: 'Files' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Remove lab…' }))
  await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Remove lab' }))
  await waitFor(() => expect(screen.queryByText(/^file lab/)).toBeNull())
  expect(world.kubeadm.files).toEqual([])
})

test('a machine without kubeadm has the editor all the same, and says what is missing', async () => {
  world.kubeadm.facts = { version: null, sockets: [], hostname: null, addresses: [], cgroupDriver: null }
  show()
  await box()
  expect(await screen.findByText('There is no kubeadm on this machine')).toBeTruthy()
  expect((screen.getByRole('button', { name: 'Check with kubeadm' }) as HTMLButtonElement).disabled).toBe(true)
  expect((await box()).value).toContain('ClusterConfiguration')
})

test('each purpose has its own form', async () => {
  const kinds = { init: 'ClusterConfiguration', join: 'JoinConfiguration', upgrade: 'UpgradeConfiguration', reset: 'ResetConfiguration' }
  world.kubeadm.defaults = (purpose) => `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ${kinds[purpose as keyof typeof kinds]}\n`
  show()
  await box()
  for (const [menu, title] of [
    ['To join a cluster (join)', 'The cluster to join'],
    ['To upgrade (upgrade)', 'First control plane'],
    ['To take it back (reset)', 'What is taken back'],
    ['To begin a cluster (init)', 'Arguments of components'],
  ] as const) {
    await userEvent.click(await screen.findByRole('button', { name: 'New file' }))
    await userEvent.click(await screen.findByRole('menuitem', { name: menu }))
    expect(await screen.findByRole('region', { name: title })).toBeTruthy()
  }
})
