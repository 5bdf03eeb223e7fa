import { expect, test } from 'vitest'
import { checkIds } from './catalog.ts'
import { checksOf, preflightNames, preflightOf } from './preflight-names.ts'

/** Names of cmd/kubeadm/app/preflight/checks.go, 1.30 to 1.35; the tools of checks_linux.go. */
const names = [
  'IsPrivilegedUser',
  'NumCPU',
  'Mem',
  'KubernetesVersion',
  'KubeletVersion',
  'Firewalld',
  ...[6443, 10_259, 10_257, 10_250, 2379, 2380].map((port) => `Port-${port}`),
  ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'].map(
    (name) => `FileAvailable--etc-kubernetes-manifests-${name}.yaml`,
  ),
  'FileAvailable--etc-kubernetes-kubelet.conf',
  'FileAvailable--etc-kubernetes-bootstrap-kubelet.conf',
  'FileAvailable--etc-kubernetes-pki-ca.crt',
  'DirAvailable--var-lib-etcd',
  'FileContent--proc-sys-net-ipv4-ip_forward',
  'FileContent--proc-sys-net-ipv6-conf-default-forwarding',
  'FileContent--proc-sys-net-bridge-bridge-nf-call-iptables',
  'FileContent--proc-sys-net-bridge-bridge-nf-call-ip6tables',
  ...'conntrack crictl ip iptables mount nsenter ethtool tc touch losetup cp socat'.split(' ').map((tool) => `FileExisting-${tool}`),
  'Hostname',
  'HTTPProxy',
  'HTTPProxyCIDR',
  'SystemVerification',
  'Swap',
  'Service-Kubelet',
  'CRI',
  'ContainerRuntimeVersion',
  'ImagePull',
  'ExternalEtcdVersion',
  'ExternalEtcdClientCertificates',
]

test.each(names)('%s of kubeadm is looked at, or it is said why not', (name) => {
  const found = preflightNames[name]
  expect(found).toBeDefined()
  if (found !== undefined && 'because' in found) expect(found.because).toMatch(/\w+ \w+/)
  else {
    expect(checksOf(name.toLowerCase()).length).toBeGreaterThan(0)
    for (const id of checksOf(name)) expect(preflightOf(id)).toContain(name)
  }
})

test('a name that kubeadm does not have leads nowhere, and every name leads to checks that are there', () => {
  expect(checksOf('Port-80')).toEqual([])
  expect(Object.keys(preflightNames).sort()).toEqual([...names].sort())
  for (const found of Object.values(preflightNames)) if (!('because' in found)) for (const id of found) expect(checkIds).toContain(id)
})
