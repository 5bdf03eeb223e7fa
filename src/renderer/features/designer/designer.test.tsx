// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { calls, problem, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { Designer } from './designer.tsx'
import type { DesignStart } from './use-design.ts'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
vi.mock('../shell/page.tsx', () => import('../../fixtures/plain-page.tsx'))
// The editor measures its text, which needs a browser.
vi.mock('../document/yaml-pane.tsx', () => ({
  YamlPane: ({ document }: { readonly document: { text: string } }) => <pre title="document">{document.text}</pre>,
}))

const text =
  'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: dev\nnodes:\n  - role: control-plane\n  - role: worker\n  - role: worker\n'
const start: DesignStart = { place: '', text, saved: text, profile: null, living: null, draftAt: null }
const show = (part: Partial<DesignStart> = {}) =>
  renderAt(<Designer start={{ ...start, ...part }} focus={undefined} onAfresh={() => {}} />, 'en', '/clusters/new')
const inputs = (name: string) => calls.filter((call) => call.name === name).map((call) => call.input as Record<string, unknown>)
const document_ = () => screen.getByTitle('document').textContent

beforeEach(() => {
  calls.length = 0
  localStorage.clear()
  world.problems = () => []
  world.saving = async () => {}
})
afterEach(cleanup)

test('what is typed while a profile is saved is not saved, and says so', async () => {
  let settle = () => {}
  world.saving = () => new Promise((resolve) => (settle = resolve))
  show({ profile: { id: 'p', name: 'lab' } })
  const name = await screen.findByRole('textbox', { name: 'Name' })
  fireEvent.change(name, { target: { value: 'dev2' } })
  await userEvent.click(screen.getByRole('button', { name: 'Save profile' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Save to lab' }))
  fireEvent.change(name, { target: { value: 'dev23' } })
  settle()
  await waitFor(() => expect(inputs('profiles.save')[0]?.['document']).toContain('name: dev2\n'))
  await waitFor(() => expect(screen.getByRole('button', { name: 'Save profile' }).getAttribute('aria-busy')).not.toBe('true'))
  expect(screen.getByText('from profile lab, changed')).toBeTruthy()
  fireEvent.change(name, { target: { value: 'dev2' } })
  expect(await screen.findByText('from profile lab')).toBeTruthy()
})

test('the cgroup driver of the nodes is chosen for kubelets and containerd at once, and taken back', async () => {
  show()
  const field = within(await screen.findByRole('group', { name: 'cgroup driver' }))
  const pressed = () => field.getAllByRole('button', { pressed: true }).map((one) => one.textContent)
  expect(pressed()).toEqual(['kind’s own (systemd)'])
  expect(screen.getByText(/Nothing is written: kind’s node images use systemd since Kubernetes 1.24/)).toBeTruthy()
  fireEvent.click(field.getByRole('button', { name: 'cgroupfs' }))
  expect(pressed()).toEqual(['cgroupfs'])
  expect(document_()).toContain('cgroupDriver: cgroupfs')
  expect(document_()).toContain('SystemdCgroup = false')
  expect(screen.getByText(/Kubernetes recommends systemd/)).toBeTruthy()
  fireEvent.click(field.getByRole('button', { name: 'kind’s own (systemd)' }))
  expect(document_()).toBe(text)
  const link = screen.getByRole('link', { name: /cgroup drivers/ })
  expect(link.getAttribute('href')).toBe('https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cgroup-drivers')
})

test('where a patch parts kubelet and containerd no driver is chosen, and one choice mends it', async () => {
  const patched = `${text}kubeadmConfigPatches:\n  - |\n    kind: KubeletConfiguration\n    cgroupDriver: cgroupfs\n`
  show({ text: patched, saved: patched })
  expect(await screen.findByText('kubelet cgroupfs, containerd systemd')).toBeTruthy()
  expect(screen.getByText(/They must be the same/)).toBeTruthy()
  expect(screen.getByText('1 warning')).toBeTruthy()
  const field = within(screen.getByRole('group', { name: 'cgroup driver' }))
  expect(field.queryAllByRole('button', { pressed: true })).toEqual([])
  fireEvent.click(field.getByRole('button', { name: 'cgroupfs' }))
  expect(screen.queryByText(/They must be the same/)).toBeNull()
  expect(document_()).toContain('SystemdCgroup = false')
})

test('two presses before the next paint are one create', async () => {
  show()
  const button = await screen.findByRole('button', { name: 'Create dev' })
  await waitFor(() => expect((button as HTMLButtonElement).disabled).toBe(false))
  fireEvent.click(button)
  fireEvent.click(button)
  await waitFor(() => expect(inputs('clusters.create')).not.toEqual([]))
  expect(inputs('clusters.create')).toHaveLength(1)
})

test('what stood in the way is looked at again: on a press, and when the same text comes back', async () => {
  world.problems = (name) => (name === 'dev' ? [problem('name-taken', { name, suggestion: 'dev-2' })] : [])
  show()
  expect(await screen.findByText(/named dev is already there/)).toBeTruthy()
  const name = screen.getByRole('textbox', { name: 'Name' })
  fireEvent.change(name, { target: { value: 'other' } })
  await waitFor(() => expect(screen.queryByText(/is already there/)).toBeNull())
  await screen.findByText('Nothing stands in the way')
  world.problems = () => []
  fireEvent.change(name, { target: { value: 'dev' } })
  await screen.findByText('Nothing stands in the way')
  expect(screen.queryByText(/is already there/)).toBeNull()
  cleanup()

  world.problems = (asked) => [problem('name-taken', { name: asked, suggestion: 'dev-2' })]
  show()
  expect(await screen.findByText(/named dev is already there/)).toBeTruthy()
  world.problems = () => []
  await userEvent.click(within(screen.getByRole('contentinfo')).getByRole('button', { name: 'Look again' }))
  expect(await screen.findByText('Nothing stands in the way')).toBeTruthy()
  expect(screen.queryByText(/is already there/)).toBeNull()
})

test('a port of the registry that is taken is said beside it, with the next free one as a button', async () => {
  show()
  await screen.findByRole('textbox', { name: 'Name' })
  world.problems = () => [problem('port-taken', { port: 5001, holder: 'other', free: 5002 })]
  await userEvent.click(screen.getByRole('checkbox', { name: 'Wired into every node' }))
  const beside = within(await screen.findByRole('region', { name: 'Registry, images and add-ons' }))
  expect(await beside.findByText(/Port 5001 of this machine is taken by other/)).toBeTruthy()
  await userEvent.click(beside.getByRole('button', { name: 'Use 5002' }))
  await waitFor(() => expect(document_()).toContain('port: 5002'))
})

test('a manifest out of a file is kept by Cove and named by the document, once', async () => {
  show()
  const part = within(await screen.findByRole('region', { name: 'Registry, images and add-ons' }))
  const chooser = part.getByLabelText('Choose a file…', { selector: 'input' })
  const file = () => new File(['kind: Pod\n'], '网站.yaml')
  fireEvent.change(chooser, { target: { files: [file()] } })
  await waitFor(() => expect(document_()).toContain('manifests:\n  - /data/manifests/0a1b/网站.yaml\n'))
  expect(inputs('profiles.keepManifest')).toEqual([{ name: '网站.yaml', text: 'kind: Pod\n' }])
  fireEvent.change(chooser, { target: { files: [file()] } })
  await waitFor(() => expect(inputs('profiles.keepManifest')).toHaveLength(2))
  expect(document_()?.split('网站.yaml')).toHaveLength(2)
  const gone = Object.assign(file(), { text: () => Promise.reject(new DOMException('gone', 'NotFoundError')) })
  fireEvent.change(chooser, { target: { files: [gone] } })
  expect(await screen.findByText('网站.yaml: NotFoundError.')).toBeTruthy()
  expect(inputs('profiles.keepManifest')).toHaveLength(2)
})

test('add-ons have names, words and addresses; a press adds the address or takes it back, and fetches nothing', async () => {
  show()
  const addOns = within(await screen.findByRole('region', { name: 'Registry, images and add-ons' }))
  const address = 'https://github.com/kubernetes-sigs/metrics-server/releases/latest/download/components.yaml'
  expect(addOns.getAllByRole('checkbox').map((one) => one.closest('label')?.textContent)).toEqual([
    'Wired into every node',
    'Contour',
    'Ingress NGINX',
    'metrics-server',
    'Headlamp',
  ])
  expect(addOns.getByText(address)).toBeTruthy()
  expect(addOns.getByText(/No longer maintained since March 2026/)).toBeTruthy()
  await userEvent.click(addOns.getByRole('checkbox', { name: 'metrics-server' }))
  await waitFor(() => expect(document_()).toContain(`manifests:\n  - ${address}\n`))
  await userEvent.click(addOns.getByRole('checkbox', { name: 'metrics-server' }))
  await waitFor(() => expect(document_()).not.toContain(address))
  expect(calls.map(({ name }) => name).filter((name) => !/^(?:clusters|engines|host|toolchain|settings)\./.test(name))).toEqual([])
})

test('a document kept for the rebuild leaves the cluster with its profile, and is no draft any more', async () => {
  show({ place: 'cluster:k', living: { id: 'k', name: 'dev' } })
  fireEvent.change(await screen.findByRole('textbox', { name: 'Pod subnet' }), { target: { value: '10.60.0.0/16' } })
  await waitFor(() => expect(localStorage.length).toBe(1))
  await userEvent.click(screen.getByRole('button', { name: 'Keep it for the rebuild of dev' }))
  expect(await screen.findByText('A rebuild of dev now makes this document.')).toBeTruthy()
  expect(inputs('clusters.adopt')).toEqual([{ id: 'k', document: document_() }])
  await waitFor(() => expect(localStorage.length).toBe(0))
})

test('a node is moved, copied and removed again and again without looking for the button', async () => {
  const user = userEvent.setup()
  show()
  await screen.findByRole('textbox', { name: 'Name' })
  await user.click(screen.getAllByRole('button', { name: /worker/ })[0] as HTMLElement)
  for (const name of ['Duplicate the node', 'Move the node right', 'Move the node left', ...Array<string>(4).fill('Remove the node')]) {
    const button = screen.getByRole('button', { name })
    button.focus()
    await user.keyboard('{Enter}')
    expect([name, document.activeElement === screen.getByRole('button', { name })]).toEqual([name, true])
    expect((button as HTMLButtonElement).disabled).toBe(false)
  }
  // The last one stays.
  expect(document_()?.match(/role:/g)).toHaveLength(1)
})

test('letters in a field that adds are taken back by the field, all else by the document', async () => {
  show()
  fireEvent.change(await screen.findByRole('textbox', { name: 'Pod subnet' }), { target: { value: '10.60.0.0/16' } })
  const add = screen.getByRole('textbox', { name: 'Add to Labels' })
  fireEvent.change(add, { target: { value: 'zone' } })
  // False: the page took the key for itself.
  expect(fireEvent.keyDown(add, { key: 'z', ctrlKey: true })).toBe(true)
  expect(document_()).toContain('10.60.0.0/16')
  fireEvent.change(add, { target: { value: '' } })
  expect(fireEvent.keyDown(add, { key: 'z', ctrlKey: true })).toBe(false)
  expect(document_()).not.toContain('10.60.0.0/16')
})

test('three control planes of minikube are one press and one step back', async () => {
  const minikube = 'kind: MinikubeCluster\napiVersion: cove/v1alpha1\nname: dev\nnodes: 1\n'
  show({ text: minikube, saved: minikube })
  await userEvent.click(await screen.findByRole('button', { name: '3' }))
  expect(document_()).toMatch(/controlPlanes: 3\nnodes: 3/)
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }))
  expect(document_()).toBe(minikube)
})

test('the name that is proposed for a profile takes the place of the refused one, and its error goes', async () => {
  world.saving = async (name) => {
    if (name !== 'lab 2') throw new ORPCError('CONFLICT', { data: problem('profile-name-taken', { name, suggestion: 'lab 2' }) })
  }
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Save profile' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Save as a new profile…' }))
  const dialog = await screen.findByRole('dialog')
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }))
  await userEvent.click(await within(dialog).findByRole('button', { name: 'Use lab 2' }))
  const input = within(dialog).getByRole('textbox') as HTMLInputElement
  expect([input.value, input.getAttribute('aria-invalid') === 'true']).toEqual(['lab 2', false])
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }))
  expect(await screen.findByText('from profile lab 2')).toBeTruthy()
})
