import { expect, test } from 'vitest'
import { commandTexts } from '../command-text.ts'
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

// From `kubeadm init --help`, `join`, `reset` and `upgrade apply` of v1.34.4.
const recorded = {
  init: 'apiserver-advertise-address apiserver-bind-port apiserver-cert-extra-sans cert-dir certificate-key config control-plane-endpoint cri-socket dry-run feature-gates ignore-preflight-errors image-repository kubernetes-version node-name patches pod-network-cidr service-cidr service-dns-domain skip-certificate-key-print skip-phases skip-token-print token token-ttl upload-certs',
  join: 'apiserver-advertise-address apiserver-bind-port certificate-key config control-plane cri-socket discovery-file discovery-token discovery-token-ca-cert-hash discovery-token-unsafe-skip-ca-verification dry-run ignore-preflight-errors node-name patches skip-phases tls-bootstrap-token token',
  reset: 'cert-dir cleanup-tmp-dir config cri-socket dry-run force ignore-preflight-errors kubeconfig skip-phases',
  upgrade:
    'allow-experimental-upgrades allow-release-candidate-upgrades certificate-renewal config dry-run etcd-upgrade force ignore-preflight-errors kubeconfig patches print-config skip-phases yes',
} as const
const node =
  'nodeRegistration: { name: a, criSocket: b, ignorePreflightErrors: [c] }\nskipPhases: [d]\npatches: { directory: /e }\ndryRun: true\n'
const whole = {
  init: `${head('InitConfiguration')}${node}localAPIEndpoint: { advertiseAddress: f, bindPort: 1 }\ncertificateKey: g\n---\n${head('ClusterConfiguration')}kubernetesVersion: h\ncontrolPlaneEndpoint: i\nimageRepository: j\ncertificatesDir: k\nnetworking: { podSubnet: l, serviceSubnet: m, dnsDomain: n }\napiServer: { certSANs: [o] }\nfeatureGates: { P: true }\n`,
  join: `${head('JoinConfiguration')}${node}discovery:\n  bootstrapToken: { apiServerEndpoint: f, token: g, caCertHashes: [h], unsafeSkipCAVerification: true }\n  file: { kubeConfigPath: /i }\n  tlsBootstrapToken: j\ncontrolPlane: { localAPIEndpoint: { advertiseAddress: k, bindPort: 1 }, certificateKey: l }\n`,
  reset: `${head('ResetConfiguration')}certificatesDir: a\ncleanupTmpDir: true\ncriSocket: b\ndryRun: true\nforce: true\nignorePreflightErrors: [c]\nskipPhases: [d]\n`,
  upgrade: `${head('UpgradeConfiguration')}apply:\n  kubernetesVersion: a\n  certificateRenewal: false\n  etcdUpgrade: false\n  allowExperimentalUpgrades: true\n  allowRCUpgrades: true\n  forceUpgrade: true\n  dryRun: true\n  printConfig: true\n  ignorePreflightErrors: [b]\n  skipPhases: [c]\n  patches: { directory: /d }\n`,
} as const
test.each(['init', 'join', 'reset', 'upgrade'] as const)('every flag that is said is one of kubeadm %s', (purpose) => {
  const { flags } = commandOf(valuesOf(whole[purpose]) as Values)
  const names = (flags ?? []).flatMap((word) => /^--([a-z-]+)/.exec(word)?.[1] ?? [])
  expect(names.length).toBeGreaterThan(6)
  for (const name of names) expect(recorded[purpose].split(' ')).toContain(name)
})

test('what is copied is one line with flags, else the whole file on the input of kubeadm', () => {
  const flags = `${head('ClusterConfiguration')}kubernetesVersion: v1.34.4\n`
  const line = 'sudo kubeadm init --kubernetes-version=v1.34.4'
  expect(commandTexts(valuesOf(flags) as Values, flags)).toEqual({ short: line, whole: line })
  const file = `${head('ClusterConfiguration')}clusterName: lab\n`
  expect(commandTexts(valuesOf(file) as Values, file)).toEqual({
    short: 'sudo kubeadm init --config=kubeadm.yaml',
    whole: `sudo kubeadm init --config=/dev/stdin <<'EOF'\n${file}EOF`,
  })
})
