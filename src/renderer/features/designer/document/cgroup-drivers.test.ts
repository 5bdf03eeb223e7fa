import { expect, test } from 'vitest'
import { cgroupDrivers } from './cgroup-drivers.ts'
import { viewOf } from './form.ts'

const head = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n'
const kubelet = (driver: string, pad: string) => `${pad}- |\n${pad}  kind: KubeletConfiguration\n${pad}  cgroupDriver: ${driver}\n`
const containerd = (on: boolean) =>
  `containerdConfigPatches:\n- |-\n  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]\n    SystemdCgroup = ${on}\n`
const both = (driver: string) => ({ kubelet: driver, containerd: driver, sure: true })

test.each([
  ['nothing said', '', both('systemd')],
  ['an image before 1.24', 'nodes:\n- role: control-plane\n  image: kindest/node:v1.23.17\n', both('cgroupfs')],
  ['a newer image', 'nodes:\n- role: control-plane\n  image: kindest/node:v1.34.0@sha256:ab\n', both('systemd')],
  ['the kubelet alone', `kubeadmConfigPatches:\n${kubelet('cgroupfs', '')}`, { ...both('systemd'), kubelet: 'cgroupfs' }],
  [
    'the kubelet of one node',
    `nodes:\n- role: control-plane\n- role: worker\n  kubeadmConfigPatches:\n${kubelet('cgroupfs', '  ')}`,
    { ...both('systemd'), kubelet: 'cgroupfs' },
  ],
  ['the runtime alone', containerd(false), { kubelet: 'systemd', containerd: 'cgroupfs', sure: true }],
  ['both', `kubeadmConfigPatches:\n${kubelet('cgroupfs', '')}${containerd(false)}`, both('cgroupfs')],
  [
    'a patch of another kind',
    'kubeadmConfigPatches:\n- |\n  kind: InitConfiguration\n  cgroupDriver: cgroupfs\n- "a: ["\n',
    both('systemd'),
  ],
  [
    'JSON patches',
    'kubeadmConfigPatchesJSON6902:\n- { group: kubeadm.k8s.io, version: v1beta3, kind: ClusterConfiguration, patch: "[]" }\n',
    { ...both('systemd'), sure: false },
  ],
])('drivers of a kind document: %s', (_, text, expected) => {
  const view = viewOf(head + text)
  if (view?.provider !== 'kind') throw new Error('no kind document')
  expect(cgroupDrivers(view)).toEqual(expected)
})
