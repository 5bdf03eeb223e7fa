import { expect, test } from 'vitest'
import { etcdIn } from './etcd-in.ts'

const document = (external: string) => `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
etcd:
${external}`

test('the etcd outside the cluster that a configuration names; one of its own, or one half written, is none', () => {
  const whole =
    '  external:\n    endpoints: [https://10.0.0.9:2379]\n    caFile: /etc/etcd/ca.crt\n    certFile: /etc/etcd/c.crt\n    keyFile: /etc/etcd/c.key\n'
  const files = { caFile: '/etc/etcd/ca.crt', certFile: '/etc/etcd/c.crt', keyFile: '/etc/etcd/c.key' }
  expect(etcdIn(document(whole))).toEqual({ endpoints: ['https://10.0.0.9:2379'], ...files })
  const plain = { endpoints: ['http://etcd:2379'], caFile: null, certFile: null, keyFile: null }
  expect(etcdIn(document('  external:\n    endpoints: [http://etcd:2379]\n    caFile: ""\n'))).toEqual(plain)
  expect(etcdIn(document('  local:\n    dataDir: /var/lib/etcd\n'))).toBeNull()
  for (const half of [
    '  external:\n',
    '  external:\n    endpoints:\n',
    '  external:\n    endpoints: []\n',
    '  external:\n    endpoints: [10.0.0.9]\n',
    '  external: [',
  ])
    expect([half, etcdIn(document(half))]).toEqual([half, null])
})
