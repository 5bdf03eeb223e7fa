import { expect, test } from 'vitest'
import { convert } from './convert.ts'

const older = `# mine
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
apiServer:
  extraArgs:
    v: "4"
    audit-log-path: /a
  timeoutForControlPlane: 2m0s
  own: 1 # stays
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd # as the runtime
`
const newer = `# mine
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
apiServer:
  extraArgs:
    - name: v
      value: "4"
    - name: audit-log-path
      value: /a
  own: 1 # stays
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd # as the runtime
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
timeouts:
  controlPlaneComponentHealthCheck: 2m0s
`

test('v1beta3 becomes v1beta4: arguments, timeouts, and all else as it stood', () => {
  expect(convert(older, 'v1beta4')).toEqual({ text: newer, homeless: [] })
})

test('and back, with what has no place there named', () => {
  const { text, homeless } = convert(`${newer}`.replace('  own: 1', '  extraEnvs: [{ name: A, value: b }]\n  own: 1'), 'v1beta3')
  expect(text).toContain('  extraArgs:\n    v: "4"\n    audit-log-path: /a\n')
  expect(text).toContain('timeoutForControlPlane: 2m0s')
  expect(text).not.toContain('v1beta4')
  expect(homeless).toEqual(['ClusterConfiguration.apiServer.extraEnvs'])
})

test('the timeout of a join', () => {
  const join = 'apiVersion: kubeadm.k8s.io/v1beta3\nkind: JoinConfiguration\ndiscovery:\n  timeout: 5m0s\n  file: { kubeConfigPath: /a }\n'
  const { text } = convert(join, 'v1beta4')
  expect(text).toBe(
    'apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\ndiscovery:\n  file: { kubeConfigPath: /a }\ntimeouts:\n  discovery: 5m0s\n',
  )
  expect(convert(text, 'v1beta3').text).toContain('timeout: 5m0s')
})

test('what does not parse stays as it is', () => {
  expect(convert('a: [', 'v1beta4')).toEqual({ text: 'a: [', homeless: [] })
})
