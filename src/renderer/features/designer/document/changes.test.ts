import { expect, test } from 'vitest'
import { applyChange, type Change } from './changes.ts'
import { viewOf, type KindView } from './form.ts'
import { problemsOf } from './problems.ts'

const head = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n'
const after = (text: string, ...changes: Change[]) => changes.reduce(applyChange, text)
const kind = (text: string) => viewOf(text) as KindView

test('a document without nodes is one control plane, which is written down when it is changed', () => {
  expect(kind(head).nodes).toMatchObject([{ role: 'control-plane', ports: [] }])
  expect(after(head, { type: 'add-node', role: 'worker' })).toBe(`${head}nodes:\n  - role: control-plane\n  - role: worker\n`)
  expect(after(head, { type: 'add', path: ['nodes', 0, 'extraPortMappings'], value: { containerPort: 80, hostPort: 8080 } })).toContain(
    '  - role: control-plane\n    extraPortMappings:\n      - containerPort: 80\n        hostPort: 8080\n',
  )
})

test('control planes stand together, a new node has the image of its kin, a copy leaves the ports', () => {
  const text = after(
    head,
    { type: 'image', image: 'kindest/node:v1.34.0' },
    { type: 'add-node', role: 'worker' },
    { type: 'add-node', role: 'control-plane' },
    { type: 'add', path: ['nodes', 0, 'extraPortMappings'], value: { containerPort: 80, hostPort: 8080 } },
    { type: 'value', path: ['nodes', 0, 'labels', 'zone'], value: 'a' },
    { type: 'copy-node', index: 0 },
  )
  expect(kind(text).nodes).toMatchObject([
    { role: 'control-plane', image: 'kindest/node:v1.34.0', ports: [{ hostPort: '8080' }], labels: [['zone', 'a']] },
    { role: 'control-plane', image: 'kindest/node:v1.34.0', ports: [], labels: [['zone', 'a']] },
    { role: 'control-plane', labels: [] },
    { role: 'worker', image: 'kindest/node:v1.34.0' },
  ])
  expect(problemsOf(text)).toEqual([])
})

test('what is typed is a number where it is one, and stays as typed where it is none', () => {
  const typed = (text: string) => applyChange(head, { type: 'field', path: ['networking', 'apiServerPort'], text, as: 'number' })
  expect(typed('6443')).toContain('apiServerPort: 6443')
  expect(typed('64x')).toContain('apiServerPort: 64x')
  expect(problemsOf(typed('64x'))).toMatchObject([{ reason: 'type', path: ['networking', 'apiServerPort'] }])
  expect(applyChange(typed('6443'), { type: 'field', path: ['networking', 'apiServerPort'], text: '', as: 'number' })).toBe(head)
})

test('a name that looks like something else stays a text', () => {
  expect(viewOf(applyChange(head, { type: 'field', path: ['name'], text: '1.10', as: 'text' }))?.name).toBe('1.10')
})

test('taints are patches of kubeadm, beside what else the patches say', () => {
  const taints = [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }]
  const tainted = after(
    head,
    { type: 'add-node', role: 'worker' },
    { type: 'taints', index: 0, taints },
    { type: 'taints', index: 1, taints },
  )
  expect(kind(tainted).nodes.map((node) => node.taints)).toEqual([taints, taints])
  expect(kind(tainted).nodes.map((node) => node.patches.length)).toEqual([2, 1])
  expect(tainted).toContain('kind: InitConfiguration')
  const cleared = after(tainted, { type: 'taints', index: 0, taints: [] }, { type: 'taints', index: 1, taints: [] })
  expect(cleared).toBe(`${head}nodes:\n  - role: control-plane\n  - role: worker\n`)

  const own = `${head}nodes:\n  - kubeadmConfigPatches:\n      - |\n        kind: InitConfiguration\n        nodeRegistration:\n          name: x # mine\n`
  const both = after(own, { type: 'taints', index: 0, taints })
  expect(both).toContain('name: x # mine')
  expect(after(both, { type: 'taints', index: 0, taints: [] })).toBe(own)
})

test('extras are a second document', () => {
  const text = after(
    head,
    { type: 'add', which: 'extras', path: ['images'], value: 'busybox:1.36' },
    { type: 'value', which: 'extras', path: ['registry'], value: { port: 5001 } },
  )
  expect(viewOf(text)?.extras).toEqual({ images: ['busybox:1.36'], manifests: [], registry: { name: '', port: '5001' }, mirrors: [] })
  expect(
    after(
      text,
      { type: 'value', which: 'extras', path: ['registry'], value: undefined },
      { type: 'value', which: 'extras', path: ['images', 0], value: undefined },
    ),
  ).toBe(head)
})

test('a text that cannot be read has no form and stays', () => {
  expect(viewOf('a: [')).toBeNull()
  expect(viewOf('kind: Pod\n')).toBeNull()
  expect(applyChange('a: [', { type: 'add-node', role: 'worker' })).toBe('a: [')
})

test("minikube's document", () => {
  const text = 'kind: MinikubeCluster\napiVersion: cove/v1alpha1\n'
  const changed = after(
    text,
    { type: 'field', path: ['memory'], text: '4g', as: 'number-or-text' },
    { type: 'field', path: ['cpus'], text: '4', as: 'number-or-text' },
    { type: 'add', path: ['addons'], value: 'ingress' },
    { type: 'image', image: 'v1.34.4' },
  )
  expect(viewOf(changed)).toMatchObject({ memory: '4g', cpus: '4', addons: ['ingress'], kubernetesVersion: 'v1.34.4', nodes: '1' })
  expect(problemsOf(changed)).toEqual([])
})
