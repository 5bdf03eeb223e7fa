import { expect, test } from 'vitest'
import type { CgroupDriver } from '#shared/contract/runtimes.ts'
import { applyChange } from './changes.ts'
import { cgroupDrivers } from './cgroup-drivers.ts'
import { viewOf } from './form.ts'
import { problemsOf } from './problems.ts'

const head = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n'
const kubelet = (driver: string, pad: string) => `${pad}- |\n${pad}  kind: KubeletConfiguration\n${pad}  cgroupDriver: ${driver}\n`
const containerd = (on: boolean) =>
  `containerdConfigPatches:\n- |-\n  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]\n    SystemdCgroup = ${on}\n`

const own = (driver: CgroupDriver) => ({ kubelet: driver, containerd: driver, usual: driver, place: null, sure: true })
const first = ['kubeadmConfigPatches', 0]
const table = ['containerdConfigPatches', 0]
const newer = (on: boolean, version: string) =>
  `- |\n  ${version}\n  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]\n  SystemdCgroup = ${on}\n`

function driversOf(text: string) {
  const view = viewOf(text)
  if (view?.provider !== 'kind') throw new Error('no kind document')
  return cgroupDrivers(view)
}

test.each([
  ['nothing said', '', own('systemd')],
  ['an image before 1.24', 'nodes:\n- role: control-plane\n  image: kindest/node:v1.23.17\n', own('cgroupfs')],
  ['a newer image', 'nodes:\n- role: control-plane\n  image: kindest/node:v1.34.0@sha256:ab\n', own('systemd')],
  ['the kubelet alone', `kubeadmConfigPatches:\n${kubelet('cgroupfs', '')}`, { ...own('systemd'), kubelet: 'cgroupfs', place: first }],
  [
    'the kubelet of the first control plane, which has the last word',
    `nodes:\n- role: worker\n- role: control-plane\n  kubeadmConfigPatches:\n${kubelet('cgroupfs', '  ')}kubeadmConfigPatches:\n${kubelet('systemd', '')}`,
    { ...own('systemd'), kubelet: 'cgroupfs', place: ['nodes', 1, 'kubeadmConfigPatches', 0] },
  ],
  [
    // It takes that of the cluster over when it joins: seen with kind 0.33 and Kubernetes 1.34.
    'the kubelet of a node that joins',
    `nodes:\n- role: control-plane\n- role: worker\n  kubeadmConfigPatches:\n${kubelet('cgroupfs', '  ')}`,
    own('systemd'),
  ],
  ['the runtime alone', containerd(false), { ...own('systemd'), containerd: 'cgroupfs', place: table }],
  ['both', `kubeadmConfigPatches:\n${kubelet('cgroupfs', '')}${containerd(false)}`, { ...own('cgroupfs'), usual: 'systemd', place: first }],
  [
    'by hand: an inline table, a version, several documents in one patch',
    `kubeadmConfigPatches:\n- |\n  kind: InitConfiguration\n  ---\n  kind: KubeletConfiguration\n  apiVersion: kubelet.config.k8s.io/v1beta1\n  cgroupDriver: "cgroupfs"\ncontainerdConfigPatches:\n- |\n  version = 2\n  [plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.runc]\n  options = { SystemdCgroup = false }\n${newer(true, 'version = 3')}`,
    { ...own('cgroupfs'), usual: 'systemd', place: first },
  ],
  ['a table that only containerd 2 reads', `containerdConfigPatches:\n${newer(false, '# mine')}`, { ...own('systemd'), sure: false }],
  [
    'patches of another kind, of another API, of another runtime, and such that cannot be read',
    `kubeadmConfigPatches:\n- |\n  kind: InitConfiguration\n  cgroupDriver: cgroupfs\n- "a: ["\n- |\n  kind: KubeletConfiguration\n  apiVersion: kubelet.config.k8s.io/v1\n  cgroupDriver: cgroupfs\ncontainerdConfigPatches:\n- |\n  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.test-handler.options]\n  SystemdCgroup = false\n- "SystemdCgroup = ["\n`,
    own('systemd'),
  ],
  [
    'JSON patches',
    'kubeadmConfigPatchesJSON6902:\n- { group: kubeadm.k8s.io, version: v1beta3, kind: ClusterConfiguration, patch: "[]" }\n',
    { ...own('systemd'), sure: false },
  ],
])('drivers of a kind document: %s', (_, text, expected) => {
  expect(driversOf(head + text)).toEqual(expected)
})

const choose = (text: string, driver: CgroupDriver | null) => applyChange(text, { type: 'cgroup-driver', driver })

test('a driver is two patches; without one they are gone', () => {
  const text = choose(head, 'cgroupfs')
  expect(text).toBe(
    `${head}kubeadmConfigPatches:\n  - |\n    kind: KubeletConfiguration\n    cgroupDriver: cgroupfs\ncontainerdConfigPatches:\n  - |\n    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]\n      SystemdCgroup = false\n`,
  )
  expect(choose(text, 'cgroupfs')).toBe(text)
  expect(choose(text, 'systemd')).toBe(text.replace('cgroupDriver: cgroupfs', 'cgroupDriver: systemd').replace('= false', '= true'))
  expect(choose(text, null)).toBe(head)
  expect(choose(head, null)).toBe(head)
})

test('patches by hand say the new driver in their own place, and all others stay', () => {
  const text = `${head}nodes:
- role: control-plane
  kubeadmConfigPatches:
  - |
    kind: KubeletConfiguration # of this one
    cgroupDriver: systemd # mine
    maxPods: 50
- role: worker
  kubeadmConfigPatches:
  - |
    kind: KubeletConfiguration
    cgroupDriver: systemd
kubeadmConfigPatches: # all
- |
  kind: ClusterConfiguration
  apiServer: {}
- |
  kind: KubeletConfiguration
  cgroupDriver: systemd
containerdConfigPatches:
- |
  # of mine
  [plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "/etc/containerd/certs.d"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = true # as the kubelet
- |
  version = 3
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
  SystemdCgroup = true
`
  const changed = choose(text, 'cgroupfs')
  // The patch of the worker has no effect, so it stays as it is.
  expect(changed).toBe(
    text
      .replace('cgroupDriver: systemd # mine', 'cgroupDriver: cgroupfs # mine')
      .replace('  cgroupDriver: systemd\ncontainerd', '  cgroupDriver: cgroupfs\ncontainerd')
      .replaceAll('SystemdCgroup = true', 'SystemdCgroup = false'),
  )
  expect(driversOf(changed)).toMatchObject({ kubelet: 'cgroupfs', containerd: 'cgroupfs' })
  const cleared = choose(changed, null)
  expect(cleared).toBe(
    text
      .replace('    cgroupDriver: systemd # mine\n', '')
      .replace('- |\n  kind: KubeletConfiguration\n  cgroupDriver: systemd\ncontainerd', 'containerd')
      .replace('  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]\n  SystemdCgroup = true # as the kubelet\n', '')
      .replace(/- \|\n {2}version = 3[^]*/, ''),
  )
  expect(driversOf(cleared).place).toBeNull()
})

test('a node that says nothing but its patch stays when that goes', () => {
  const text = `${head}nodes:\n- kubeadmConfigPatches:\n${kubelet('cgroupfs', '  ')}- role: worker\n`
  expect(choose(text, null)).toBe(`${head}nodes:\n- role: control-plane\n- role: worker\n`)
})

test('what stands in an inline table is said again after it', () => {
  const inline = `containerdConfigPatches:\n  - |\n    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]\n    options = { SystemdCgroup = true }\n`
  const changed = choose(head + inline, 'cgroupfs')
  expect(changed).toContain(inline)
  expect(driversOf(changed)).toMatchObject({ kubelet: 'cgroupfs', containerd: 'cgroupfs' })
})

test('drivers that differ are a warning at the patch that parts them; one choice mends it', () => {
  const apart = `${head}kubeadmConfigPatches:\n- 'kind: ClusterConfiguration'\n${kubelet('cgroupfs', '')}`
  expect(problemsOf(apart)).toMatchObject([
    { severity: 'warning', reason: 'cgroup-driver-mismatch', expected: 'cgroupfs', path: ['kubeadmConfigPatches', 1], line: 5 },
  ])
  expect(problemsOf(head + containerd(false))).toMatchObject([{ reason: 'cgroup-driver-mismatch', expected: 'systemd', path: table }])
  for (const driver of ['systemd', 'cgroupfs', null] as const)
    expect(problemsOf(choose(apart, driver)).map(({ reason }) => reason)).not.toContain('cgroup-driver-mismatch')
})
