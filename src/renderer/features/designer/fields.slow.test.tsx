// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { readDocument } from '#core/document/read-document.ts'
import { readMinikubeDocument } from '#core/providers/minikube/document.ts'
import { calls, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { Designer } from './designer.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
vi.mock('../shell/page.tsx', () => import('../../fixtures/plain-page.tsx'))
// The editor measures its text, which needs a browser.
vi.mock('../document/yaml-pane.tsx', () => ({
  YamlPane: ({ document }: { readonly document: { text: string } }) => <pre title="document">{document.text}</pre>,
}))

const show = (text: string) =>
  renderAt(
    <Designer start={{ place: '', text, saved: text, profile: null, living: null, draftAt: null }} focus={undefined} onAfresh={() => {}} />,
    'en',
    '/clusters/new',
  )
const text = () => screen.getByTitle('document').textContent ?? ''
const documents = () => parseAllDocuments(text()).map((one) => one.toJS() as unknown)
const user = userEvent.setup({ delay: null, pointerEventsCheck: 0 })

// By label and not by role: roles of so large a page are worked out anew for each question.
const body = () => globalThis.document.body
const control = (name: string, within_ = body(), selector = 'input, textarea') => within(within_).getByLabelText(name, { selector })
const button = (name: string, within_ = body()) =>
  [...within_.querySelectorAll('button')].find((one) => (one.getAttribute('aria-label') ?? one.textContent) === name) as HTMLElement
const part = (name: string) => body().querySelector<HTMLElement>(`[role=group][aria-label="${name}"]`) as HTMLElement
const type = (name: string, value: string, within_?: HTMLElement) => fireEvent.change(control(name, within_), { target: { value } })
const press = (name: string, within_?: HTMLElement) => fireEvent.click(button(name, within_))
const segment = (label: string, name: string) => press(name, part(label))
/** Types into the field that adds to a list, and presses Enter. */
function add(name: string, value: string) {
  const field = control(`Add to ${name}`)
  fireEvent.change(field, { target: { value } })
  fireEvent.keyDown(field, { key: 'Enter' })
}
/** The list of a select that is open; a closed one may stay in the page. */
const open = () => body().querySelector('.menu[data-open]')
async function options(): Promise<Element[]> {
  await waitFor(() => expect(open()?.querySelectorAll('[role=option]').length).toBeGreaterThan(0))
  return [...(open()?.querySelectorAll('[role=option]') ?? [])]
}
async function choose(name: string, option: string, within_?: HTMLElement) {
  const shown = () => control(name, within_, 'button').textContent ?? ''
  await user.click(control(name, within_, 'button'))
  await user.click((await options()).find((one) => one.textContent?.startsWith(option)) as Element)
  await waitFor(() => expect(open() === null ? shown() : '').toContain(option))
}

beforeEach(() => {
  calls.length = 0
  localStorage.clear()
  world.problems = () => []
})
afterEach(() => {
  cleanup()
  world.drivers = []
  world.findings = []
})

test('every field of the form for kind stands in the document where kind looks for it, and core reads it', async () => {
  show('kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: dev\nnodes:\n  - role: control-plane\n  - role: worker\n')
  await screen.findByLabelText('Name')
  type('Name', 'lab')
  await screen.findByText('Nothing stands in the way')
  await choose('Kubernetes', 'v1.34.4')
  // The second node has an image of its own, and all else that a node can have.
  fireEvent.click(screen.getByText('worker', { selector: '.nm' }))
  segment('Role', 'control plane')
  await screen.findByText('Nothing stands in the way')
  await choose('Image', 'v1.33.1')
  press('Add a port')
  const port = part('Port 1')
  type('Address on this machine', '192.0.2.7', port)
  type('Port on this machine', '8443', port)
  type('Port on the node', '30443', port)
  await choose('Protocol', 'UDP', port)
  press('Add a mount')
  const mount = part('Mount 1')
  type('Folder on this machine', '/srv/data', mount)
  type('Folder in the node', '/data', mount)
  await choose('Propagation', 'HostToContainer', mount)
  fireEvent.click(within(mount).getByText('read-only'))
  add('Labels', 'zone=a')
  press('Add a taint')
  type('Key of the taint', 'gpu', part('Taint 1'))
  type('Value of the taint', 'yes', part('Taint 1'))
  await choose('Effect', 'NoExecute', part('Taint 1'))
  const [nodePatch, wholePatch, containerdPatch] = screen.getAllByText('Add a patch')
  fireEvent.click(nodePatch as HTMLElement)
  // A taint of a control plane is a patch for the first and one for those that join.
  type('kubeadm patches 3', 'kind: InitConfiguration\nskipPhases: [a]\n')
  await choose('Pod network', 'None, bring your own')
  segment('IP family', 'Both')
  type('Pod subnet', '10.60.0.0/16,fd00:60::/56')
  type('Service subnet', '10.61.0.0/16,fd00:61::/112')
  segment('kube-proxy', 'IPVS')
  type('API address', '127.0.0.2')
  type('API port', '7443')
  add('DNS search', 'corp.example')
  fireEvent.click(screen.getByText('Wired into every node'))
  type('Name of the registry container', 'my-registry')
  type('Port of the registry', '5005')
  add('Registry mirrors', 'docker.io=https://a.example, https://b.example')
  add('Images to load', 'web:1')
  add('Manifests', '/srv/web.yaml')
  add('Feature gates', 'GateA=true')
  add('Feature gates', 'GateB=false')
  add('Runtime config', 'api/alpha=true')
  fireEvent.click(wholePatch as HTMLElement)
  const [, whole] = within(body()).getAllByLabelText('kubeadm patches 1')
  fireEvent.change(whole as HTMLElement, { target: { value: 'kind: ClusterConfiguration\ncontrollerManager: {}\n' } })
  fireEvent.click(containerdPatch as HTMLElement)
  type('containerd patches 1', 'debug = true\n')

  const containing = (part: string) => expect.stringContaining(part) as string
  const taint = 'nodeRegistration:\n  taints:\n    - key: gpu\n      value: yes\n      effect: NoExecute\n'
  expect(documents()).toEqual([
    {
      kind: 'Cluster',
      apiVersion: 'kind.x-k8s.io/v1alpha4',
      name: 'lab',
      nodes: [
        { role: 'control-plane', image: 'kindest/node:v1.34.4' },
        {
          role: 'control-plane',
          image: 'kindest/node:v1.33.1',
          extraPortMappings: [{ listenAddress: '192.0.2.7', hostPort: 8443, containerPort: 30_443, protocol: 'UDP' }],
          extraMounts: [{ hostPath: '/srv/data', containerPath: '/data', propagation: 'HostToContainer', readOnly: true }],
          labels: { zone: 'a' },
          kubeadmConfigPatches: [containing(taint), containing(taint), 'kind: InitConfiguration\nskipPhases: [a]\n'],
        },
      ],
      networking: {
        disableDefaultCNI: true,
        ipFamily: 'dual',
        podSubnet: '10.60.0.0/16,fd00:60::/56',
        serviceSubnet: '10.61.0.0/16,fd00:61::/112',
        kubeProxyMode: 'ipvs',
        apiServerAddress: '127.0.0.2',
        apiServerPort: 7443,
        dnsSearch: ['corp.example'],
      },
      featureGates: { GateA: true, GateB: false },
      runtimeConfig: { 'api/alpha': 'true' },
      kubeadmConfigPatches: ['kind: ClusterConfiguration\ncontrollerManager: {}\n'],
      containerdConfigPatches: ['debug = true\n'],
    },
    {
      kind: 'ClusterExtras',
      apiVersion: 'cove/v1alpha1',
      registry: { name: 'my-registry', port: 5005 },
      mirrors: { 'docker.io': ['https://a.example', 'https://b.example'] },
      images: ['web:1'],
      manifests: ['/srv/web.yaml'],
    },
  ])
  const { config, extras } = readDocument(text())
  expect(config).toMatchObject({ networking: { apiServerPort: 7443, ipFamily: 'dual' }, runtimeConfig: { 'api/alpha': 'true' } })
  expect(extras).toMatchObject({ registry: { name: 'my-registry', port: 5005 }, images: ['web:1'], manifests: ['/srv/web.yaml'] })
}, 120_000)

test('every field of the form for minikube stands in the document, and core reads it', async () => {
  world.drivers = [
    { name: 'docker', usable: true, problem: null, detail: null },
    { name: 'hyperkit', usable: false, problem: 'os', detail: null },
    { name: 'kvm2', usable: false, problem: 'no-kvm', detail: null },
    { name: 'qemu2', usable: false, problem: 'program', detail: 'qemu-system-x86_64' },
  ]
  show('kind: MinikubeCluster\napiVersion: cove/v1alpha1\nname: dev\n')
  await screen.findByLabelText('Name')
  type('Name', 'lab')
  press('One more')
  press('One more')
  press('One fewer')
  segment('Control planes', '3')
  press('One more')
  // What this machine can use, and why not the others; what is for another system comes last.
  await user.click(control('Driver', body(), 'button'))
  expect((await options()).map((one) => [one.textContent, one.getAttribute('aria-disabled') === 'true'])).toEqual([
    ['What minikube chooses', false],
    ['docker', false],
    ['kvm2no access to KVM', true],
    ['qemu2qemu-system-x86_64 is not installed', true],
    ['hyperkitnot for this system', true],
  ])
  await user.keyboard('{Escape}')
  await waitFor(() => expect(open() === null).toBe(true))
  await choose('Driver', 'docker')
  // With the answer for what was typed its list is drawn anew.
  await screen.findByText('Nothing stands in the way')
  await choose('Kubernetes', 'v1.33.1')
  await choose('Runtime', 'cri-o')
  type('CPUs', '3')
  type('Memory', '3g')
  type('Disk', '30g')
  await choose('Pod network', 'calico')
  type('Node network', '192.168.60.0/24')
  type('Service subnet', '10.62.0.0/16')
  type('API port', '9443')
  add('Ports', '127.0.0.1:8080:80')
  press('metrics-server')
  add('Add-ons', 'yakd')
  type('Folder on this machine', '/srv/data')
  type('Folder in the node', '/data')
  add('Registry mirrors', 'https://mirror.example')
  add('Insecure registries', 'registry.example:5000')
  add('Images to load', 'web:1')
  add('Manifests', 'https://example.org/web.yaml')
  add('Feature gates', 'GateA')
  add('Extra config', 'kubelet.max-pods=200')

  expect(documents()).toEqual([
    {
      kind: 'MinikubeCluster',
      apiVersion: 'cove/v1alpha1',
      name: 'lab',
      controlPlanes: 3,
      nodes: 4,
      driver: 'docker',
      kubernetesVersion: 'v1.33.1',
      containerRuntime: 'cri-o',
      cpus: 3,
      memory: '3g',
      diskSize: '30g',
      cni: 'calico',
      subnet: '192.168.60.0/24',
      serviceSubnet: '10.62.0.0/16',
      apiServerPort: 9443,
      ports: ['127.0.0.1:8080:80'],
      addons: ['metrics-server', 'yakd'],
      mount: { source: '/srv/data', target: '/data' },
      registryMirrors: ['https://mirror.example'],
      insecureRegistries: ['registry.example:5000'],
      featureGates: { GateA: true },
      extraConfig: ['kubelet.max-pods=200'],
    },
    {
      kind: 'ClusterExtras',
      apiVersion: 'cove/v1alpha1',
      images: ['web:1'],
      manifests: ['https://example.org/web.yaml'],
    },
  ])
  expect(readMinikubeDocument(text(), { name: null, image: null })).toMatchObject({ name: 'lab', controlPlanes: 3, workers: 1 })
}, 120_000)

test('a driver that the document names and this machine cannot use says why', async () => {
  world.drivers = [{ name: 'kvm2', usable: false, problem: 'needs-root', detail: null }]
  show('kind: MinikubeCluster\napiVersion: cove/v1alpha1\nname: dev\ndriver: kvm2\n')
  expect(await screen.findByText('only as root')).toBeTruthy()
})

test('the images that are here come first, with their size; the others say that they will be pulled', async () => {
  show('kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: dev\n')
  await waitFor(() => expect(calls.some(({ name }) => name === 'clusters.plan')).toBe(true))
  const field = await screen.findByLabelText('Kubernetes')
  // What an empty field stands for is said beside it.
  expect((await within(field.parentElement as HTMLElement).findByText(/image is here, 1\.1 GB/)).textContent).toContain('v1.34.4')
  await user.click(field)
  expect((await options()).map((one) => one.textContent)).toEqual([
    'Best for this machinev1.34.4',
    'v1.34.4image is here, 1.1 GB',
    'v1.33.1will be pulled',
  ])
})

test('a folder that is not there is said beside its mount, and above where its node is not the chosen one', async () => {
  const path = '/srv/none'
  world.findings = [{ level: 'warning', cause: 'mount-missing', facts: { path }, sure: 'sure', evidence: [], action: null }]
  show(
    `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n  - role: control-plane\n  - role: worker\n    extraMounts: [{hostPath: ${path}, containerPath: /a}]\n`,
  )
  const above = await screen.findByText(`The folder ${path} is not there`)
  expect(above.closest('.plan-findings')).toBeTruthy()
  fireEvent.click(screen.getByText('worker', { selector: '.nm' }))
  const beside = await within(part('Mount 1')).findByText(/The folder \/srv\/none is not there/)
  expect(beside.textContent).toContain('The engine makes an empty one')
  expect(body().querySelector('.plan-findings')).toBeNull()
})
