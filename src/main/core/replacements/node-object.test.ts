import { expect, test } from 'vitest'
import { advertisedIn, ownKubeletArgs, taintText } from './node-object.ts'

test.each([
  [
    'flags of a person, and none that kubeadm writes itself',
    'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/x.sock --node-ip=10.0.0.7 --pod-infra-container-image=r/pause:3.9 --v=4 --hostname-override=lab --fail-swap-on"\n',
    ['node-ip=10.0.0.7', 'v=4', 'fail-swap-on=true'],
  ],
  ['the deprecated driver does not come again', 'KUBELET_KUBEADM_ARGS="--cgroup-driver=cgroupfs"', []],
  ['a file without quotes', 'KUBELET_KUBEADM_ARGS=--node-ip=fd00::7', ['node-ip=fd00::7']],
  ['no file', '', []],
])('%s', (_, env, args) => {
  expect(ownKubeletArgs(env).map(({ name, value }) => `${name}=${value}`)).toEqual(args)
})

test.each([
  ['10.0.0.7:6443', { address: '10.0.0.7', port: 6443 }],
  ["'[fd00::7]:8443'", { address: 'fd00::7', port: 8443 }],
])('an API server says where it is reached: %s', (said, expected) => {
  const manifest = (text: string) =>
    `  annotations:\n    kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint: ${text}\n  name: x\n`
  expect(advertisedIn(manifest(said))).toEqual(expected)
  expect(advertisedIn('metadata: {}')).toBeNull()
})

test('a taint in the words of kubectl', () => {
  expect([
    taintText({ key: 'a', value: 'b', effect: 'NoSchedule' }),
    taintText({ key: 'a', effect: 'NoExecute' }),
    taintText({ key: 'a', value: '', effect: 'NoExecute' }),
  ]).toEqual(['a=b:NoSchedule', 'a:NoExecute', 'a:NoExecute'])
})
