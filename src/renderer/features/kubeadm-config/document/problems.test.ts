import { expect, test } from 'vitest'
import type { KubeadmFacts } from '#shared/contract/kubeadm-config-procedures.ts'
import { problemsOf } from './problems.ts'

const head = (kind: string, version = 'v1beta4') => `apiVersion: kubeadm.k8s.io/${version}\nkind: ${kind}\n`
const cluster = head('ClusterConfiguration')
const init = head('InitConfiguration')
const join = head('JoinConfiguration')
const kubelet = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n'
const proxy = 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n'
const facts = (part: Partial<KubeadmFacts> = {}): KubeadmFacts => ({
  version: 'v1.34.4',
  sockets: ['unix:///var/run/containerd/containerd.sock'],
  hostname: 'box',
  addresses: [],
  cgroupDriver: null,
  ...part,
})
const said = (text: string, machine: KubeadmFacts | null = null) =>
  problemsOf(text, machine).map(({ line, severity, reason, from, to }) => [line, severity, reason, text.slice(from, to)])

test('a good file has no problems, whatever of it is there', () => {
  expect(said(`${init}---\n${cluster}networking: { podSubnet: 10.244.0.0/16 }\n---\n${kubelet}---\n${proxy}mode: ipvs\n`, facts())).toEqual(
    [],
  )
  expect(said(`${head('ResetConfiguration')}force: true\n`, facts())).toEqual([])
  expect(said(`${head('UpgradeConfiguration')}apply: { certificateRenewal: yes }\n`)).toEqual([])
})

test.each([
  [`${cluster}kubernetesVersion: 1.34\n`, [3, 'error', 'type', '1.34']],
  [`${cluster}apiServer:\n  extraArgs:\n    v: "4"\n`, [4, 'error', 'args-list', 'extraArgs']],
  [
    `${head('ClusterConfiguration', 'v1beta3')}apiServer:\n  extraArgs:\n  - name: v\n    value: "4"\n`,
    [4, 'error', 'args-map', 'extraArgs'],
  ],
  [`${cluster}apiServer:\n  extraArgs:\n  - name: v\n    value: 4\n`, [6, 'error', 'type', '4']],
  [`${cluster}apiServer: { certSANs: [ok.example, "bad san!"] }\n`, [3, 'error', 'host', '"bad san!"']],
  [`${cluster}controlPlaneEndpoint: bad endpoint\n`, [3, 'error', 'host-port', 'bad endpoint']],
  [`${cluster}networking: { podSubnet: nonsense }\n`, [3, 'error', 'subnet', 'nonsense']],
  [`${cluster}networking: { dnsDomain: Bad_Domain }\n`, [3, 'error', 'host', 'Bad_Domain']],
  [`${cluster}imageRepository: "a b"\n`, [3, 'error', 'image-repository', '"a b"']],
  [`${cluster}apiServer: { foo: 1 }\n`, [3, 'warning', 'unknown-field', 'foo']],
  [`${init}localAPIEndpoint: { advertiseAddress: 300.1.1.1 }\n`, [3, 'error', 'address', '300.1.1.1']],
  [`${init}localAPIEndpoint: { bindPort: "6443" }\n`, [3, 'error', 'type', '"6443"']],
  [`${init}timeouts: { discovery: 5 }\n`, [3, 'error', 'type', '5']],
  [`${init}timeouts: { discovery: soon }\n`, [3, 'error', 'duration', 'soon']],
  [`${init}bootstrapTokens: [{ token: abc }]\n`, [3, 'error', 'token', 'abc']],
  [`${init}nodeRegistration:\n  taints: [{ key: a, effect: Nope }]\n`, [4, 'error', 'one-of', 'Nope']],
  [`${head('ClusterConfiguration', 'v1beta3')}proxy: { disabled: true }\n`, [3, 'warning', 'unknown-field', 'proxy']],
  [`${kubelet}cgroupDriver: nope\n`, [3, 'error', 'one-of', 'nope']],
  [`${proxy}mode: nope\n`, [3, 'error', 'one-of', 'nope']],
  [head('ClusterConfiguration', 'v1beta2'), [1, 'error', 'api-version', 'kubeadm.k8s.io/v1beta2']],
  [head('ResetConfiguration', 'v1beta3'), [2, 'error', 'kind-since-v1beta4', 'ResetConfiguration']],
  ['apiVersion: v1\nkind: Pod\n', [2, 'error', 'unknown-kind', 'Pod']],
  [`${cluster}---\n${cluster}`, [5, 'error', 'duplicate-kind', 'ClusterConfiguration']],
])('what a schema refuses is on its line: %j', (text, problem) => {
  expect(said(text)).toEqual([problem])
})

test('what cannot be read says only that', () => {
  expect(said('a: [\n')).toMatchObject([[expect.any(Number), 'error', 'syntax', expect.any(String)]])
  expect(said('')).toMatchObject([[1, 'error', 'unknown-kind', '']])
})

test.each([
  ['v1.30.2', 'v1beta4', [[1, 'error', 'api-too-new', 'kubeadm.k8s.io/v1beta4']]],
  ['v1.30.2', 'v1beta3', []],
  ['v1.34.4', 'v1beta3', [[1, 'warning', 'api-deprecated', 'kubeadm.k8s.io/v1beta3']]],
  ['v1.37.0', 'v1beta3', [[1, 'error', 'api-removed', 'kubeadm.k8s.io/v1beta3']]],
  ['v1.37.0', 'v1beta4', []],
  [null, 'v1beta3', []],
])('kubeadm %s and %s', (version, api, problems) => {
  expect(said(head('ClusterConfiguration', api), facts({ version }))).toEqual(problems)
})

test.each([
  [
    'the subnets of pods and services overlap',
    `${cluster}networking:\n  podSubnet: 10.96.0.0/16\n  serviceSubnet: 10.96.0.0/12\n`,
    null,
    [[5, 'error', 'subnets-overlap', '10.96.0.0/12']],
  ],
  [
    'the usual service subnet counts',
    `${cluster}networking:\n  podSubnet: 10.100.0.0/16\n`,
    null,
    [[4, 'error', 'subnets-overlap', '10.100.0.0/16']],
  ],
  [
    'certificates are uploaded for others that could not join',
    `${init}certificateKey: aa\n---\n${cluster}`,
    null,
    [[5, 'warning', 'endpoint-needed', 'apiVersion: kubeadm.k8s.io/v1beta4']],
  ],
  [
    'the example token',
    `${init}bootstrapTokens:\n- token: abcdef.0123456789abcdef\n`,
    null,
    [[4, 'warning', 'token-known', 'abcdef.0123456789abcdef']],
  ],
  ['a join that knows no cluster', `${join}discovery: {}\n`, null, [[3, 'error', 'discovery-missing', 'discovery']]],
  [
    'a join that would trust anybody',
    `${join}discovery:\n  bootstrapToken:\n    token: aaaaaa.0123456789abcdef\n    apiServerEndpoint: 192.0.2.1:6443\n    unsafeSkipCAVerification: true\n`,
    null,
    [[7, 'warning', 'discovery-untrusted', 'true']],
  ],
  [
    'a socket without its scheme',
    `${init}nodeRegistration:\n  criSocket: /run/containerd/containerd.sock\n`,
    null,
    [[4, 'warning', 'socket-scheme', '/run/containerd/containerd.sock']],
  ],
  [
    'a socket that is not there',
    `${init}nodeRegistration:\n  criSocket: unix:///var/run/crio/crio.sock\n`,
    facts(),
    [[4, 'warning', 'socket-unknown', 'unix:///var/run/crio/crio.sock']],
  ],
  ['a socket by its other path', `${init}nodeRegistration:\n  criSocket: unix:///run/containerd/containerd.sock\n`, facts(), []],
  [
    'another cgroup driver than the runtime',
    `${cluster}---\n${kubelet}cgroupDriver: systemd\n`,
    facts({ cgroupDriver: 'cgroupfs' }),
    [[6, 'warning', 'cgroup-driver', 'systemd']],
  ],
  [
    'the usual cgroup driver, and a runtime of another',
    cluster,
    facts({ cgroupDriver: 'cgroupfs' }),
    [[2, 'warning', 'cgroup-driver', 'ClusterConfiguration']],
  ],
  [
    'a DNS domain of its own',
    `${cluster}---\n${kubelet}clusterDomain: other.local\n`,
    null,
    [[6, 'warning', 'dns-domain-differs', 'other.local']],
  ],
  ['a DNS address outside', `${cluster}---\n${kubelet}clusterDNS: [10.0.0.10]\n`, null, [[6, 'warning', 'dns-address', '10.0.0.10']]],
  ['a DNS address inside, and the node-local one', `${cluster}---\n${kubelet}clusterDNS: [10.96.0.10, 169.254.20.10]\n`, null, []],
  [
    'swap that is never used',
    `${cluster}---\n${kubelet}memorySwap: { swapBehavior: LimitedSwap }\n`,
    null,
    [[6, 'warning', 'swap-refused', 'LimitedSwap']],
  ],
  ['swap that is', `${cluster}---\n${kubelet}failSwapOn: false\nmemorySwap: { swapBehavior: LimitedSwap }\n`, null, []],
  [
    'pods of kube-proxy and of the cluster',
    `${cluster}networking: { podSubnet: 10.244.0.0/16 }\n---\n${proxy}clusterCIDR: 10.1.0.0/16\n`,
    null,
    [[7, 'warning', 'cluster-cidr-differs', '10.1.0.0/16']],
  ],
  ['two commands in one file', `${cluster}---\n${head('ResetConfiguration')}`, null, [[5, 'warning', 'kinds-apart', 'ResetConfiguration']]],
])('documents and machine together: %s', (_, text, machine, problems) => {
  expect(said(text, machine)).toEqual(problems)
})
