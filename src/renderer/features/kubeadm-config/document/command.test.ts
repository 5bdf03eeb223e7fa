import { expect, test } from 'vitest'
import { commandOf } from './command.ts'
import { type Values, valuesOf } from './parts.ts'

const head = (kind: string) => `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ${kind}\n`
const line = (text: string) => {
  const { verb, flags } = commandOf(valuesOf(text) as Values)
  return flags === null ? null : [...verb, ...flags].join(' ')
}

test('a cluster that flags can say', () => {
  const text = `${head('InitConfiguration')}nodeRegistration:
  name: plane
  criSocket: unix:///var/run/crio/crio.sock
  ignorePreflightErrors: [NumCPU, Mem]
localAPIEndpoint: { advertiseAddress: 192.0.2.1, bindPort: 6444 }
---
${head('ClusterConfiguration')}kubernetesVersion: v1.34.4
controlPlaneEndpoint: api.example:6443
imageRepository: registry.example/k8s
networking: { podSubnet: 10.244.0.0/16, serviceSubnet: 10.96.0.0/12, dnsDomain: lab.local }
apiServer: { certSANs: [a.example, 192.0.2.9] }
featureGates: { WaitForAllControlPlaneComponents: true }
scheduler: {}
`
  expect(line(text)).toBe(
    'kubeadm init --node-name=plane --cri-socket=unix:///var/run/crio/crio.sock --ignore-preflight-errors=NumCPU,Mem --apiserver-advertise-address=192.0.2.1 --apiserver-bind-port=6444 --kubernetes-version=v1.34.4 --control-plane-endpoint=api.example:6443 --image-repository=registry.example/k8s --pod-network-cidr=10.244.0.0/16 --service-cidr=10.96.0.0/12 --service-dns-domain=lab.local --apiserver-cert-extra-sans=a.example,192.0.2.9 --feature-gates=WaitForAllControlPlaneComponents=true',
  )
})

test.each([
  `${head('ClusterConfiguration')}apiServer:\n  extraArgs: [{ name: v, value: "4" }]\n`,
  `${head('ClusterConfiguration')}clusterName: lab\n`,
  `${head('InitConfiguration')}nodeRegistration: { taints: [] }\n`,
  `${head('ClusterConfiguration')}---\napiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncgroupDriver: systemd\n`,
  `${head('ClusterConfiguration')}strange: 1\n`,
])('what no flag can say is in the file alone: %j', (text) => {
  expect(line(text)).toBe(null)
})

test('a join, a reset and an upgrade', () => {
  const join = `${head('JoinConfiguration')}discovery:
  bootstrapToken: { apiServerEndpoint: "192.0.2.1:6443", token: aaaaaa.0123456789abcdef, caCertHashes: ["sha256:aa"] }
controlPlane: { certificateKey: bb }
`
  expect(line(join)).toBe(
    'kubeadm join 192.0.2.1:6443 --control-plane --discovery-token=aaaaaa.0123456789abcdef --discovery-token-ca-cert-hash=sha256:aa --certificate-key=bb',
  )
  expect(line(`${head('ResetConfiguration')}force: true\ncertificatesDir: /pki\n`)).toBe('kubeadm reset --force --cert-dir=/pki')
  expect(
    line(`${head('UpgradeConfiguration')}apply:\n  kubernetesVersion: v1.34.4\n  certificateRenewal: false\n  etcdUpgrade: true\n`),
  ).toBe('kubeadm upgrade apply v1.34.4 --certificate-renewal=false')
  expect(line(`${head('UpgradeConfiguration')}node: { dryRun: true }\n`)).toBe(null)
})
