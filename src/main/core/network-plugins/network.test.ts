import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CniFile, NetworkLook, NetworkNode } from '#shared/contract/network.ts'
import { networkPluginIds, networkPlugins } from '#shared/messages/network-plugins.ts'
import { type DaemonSet, daemonSetSchema, podSchema } from './api-objects.ts'
import { isWithin, overlap, parseCidr } from './cidr.ts'
import { findingsOf } from './findings.ts'
import { ciliumRanges, clusterRanges, flannelRanges } from './ranges.ts'
import { pluginOfDaemonSet, pluginsOf, versionOfImage } from './recognise.ts'

const daemon = (name: string, image: string, mount = '/etc/cni/net.d', ready = 2): DaemonSet =>
  daemonSetSchema.parse({
    metadata: { name, namespace: 'kube-system' },
    spec: { template: { spec: { containers: [{ name: 'a', image }], volumes: mount === '' ? [] : [{ hostPath: { path: mount } }] } } },
    status: { desiredNumberScheduled: 2, numberReady: ready },
  })

/** Names and images as in the manifests and charts of the publishers, at the versions that the images say. */
const known = [
  ['calico-node', 'docker.io/calico/node:v3.30.3', 'calico', 'v3.30.3'],
  ['calico-node', 'quay.io/calico/node:v3.30.3', 'calico', 'v3.30.3'],
  ['canal', 'docker.io/calico/node:v3.30.3', 'canal', 'v3.30.3'],
  ['cilium', 'quay.io/cilium/cilium:v1.18.1@sha256:65ab17c052d8758b2ad157ce766285e04173722df59bdee1ea6d5fda7149f0e9', 'cilium', 'v1.18.1'],
  ['kube-flannel-ds', 'ghcr.io/flannel-io/flannel:v0.27.0', 'flannel', 'v0.27.0'],
  ['weave-net', 'weaveworks/weave-kube:2.8.1', 'weave', '2.8.1'],
  ['kindnet', 'docker.io/kindest/kindnetd:v20250512-df8de77b', 'kindnet', null],
  ['kube-router', 'docker.io/cloudnativelabs/kube-router:v2.5.0', 'kube-router', 'v2.5.0'],
  ['antrea-agent', 'antrea/antrea-agent-ubuntu:v2.4.0', 'antrea', 'v2.4.0'],
  ['ovnkube-node', 'ghcr.io/ovn-kubernetes/ovn-kubernetes/ovn-kube-ubuntu:master', 'ovn-kubernetes', null],
  ['kube-ovn-cni', 'docker.io/kubeovn/kube-ovn:v1.14.0', 'kube-ovn', 'v1.14.0'],
] as const

test.each(known)('%s with %s is %s', (name, image, id, version) => {
  expect(pluginOfDaemonSet(daemon(name, image))).toBe(id)
  expect(versionOfImage(image)).toBe(version)
})

test('renamed or out of another registry it is known by what else it has; what has nothing to do with networks is none', () => {
  expect(pluginOfDaemonSet(daemon('net-agent', 'registry.corp.test/mirror/cilium/cilium:v1.18.1'))).toBe('cilium')
  expect(pluginOfDaemonSet(daemon('their-own', 'registry.corp.test/their-own:1'))).toBe('unknown')
  expect(pluginOfDaemonSet(daemon('kube-proxy', 'registry.k8s.io/kube-proxy:v1.34.4', '/lib/modules'))).toBeNull()
  expect(pluginOfDaemonSet(daemon('node-exporter', 'quay.io/prometheus/node-exporter:v1.9.1', ''))).toBeNull()
})

const file = (path: string, types: string[], more: Partial<CniFile> = {}): CniFile => ({
  path: `/etc/cni/net.d/${path}`,
  name: 'n',
  types,
  ranges: [],
  taken: true,
  fault: null,
  missing: [],
  ...more,
})

test('DaemonSets and files are put together', () => {
  expect(
    pluginsOf([daemon('pod-network', 'a.test/pod-network:1')], [file('10-pod-network.conflist', ['bridge', 'portmap'])]),
  ).toMatchObject([
    { id: 'bridge', name: 'bridge', workload: { name: 'pod-network', ready: 2 }, files: ['/etc/cni/net.d/10-pod-network.conflist'] },
  ])
  expect(
    pluginsOf([daemon('kube-flannel-ds', 'ghcr.io/flannel-io/flannel:v0.27.0')], [file('10-flannel.conflist', ['flannel', 'portmap'])]),
  ).toMatchObject([{ id: 'flannel', files: ['/etc/cni/net.d/10-flannel.conflist'] }])
  expect(pluginsOf([], [file('10-kindnet.conflist', ['ptp', 'portmap'])])).toMatchObject([{ id: 'kindnet', workload: null }])
  expect(pluginsOf([], [file('10-x.conf', ['their-cni'])])).toMatchObject([{ id: 'unknown', name: 'their-cni', workload: null }])
  expect(pluginsOf([daemon('theirs', 'a.test/theirs:1')], [])).toMatchObject([{ id: 'unknown', name: 'theirs' }])
})

test('ranges of clusters and plugins, as their objects have them', () => {
  const kubeadm = {
    data: {
      ClusterConfiguration:
        'kind: ClusterConfiguration\nnetworking:\n  podSubnet: 10.244.0.0/16,fd00:10:244::/56\n  serviceSubnet: 10.96.0.0/16\n',
    },
  }
  expect(clusterRanges(kubeadm, [])).toEqual({
    clusterCidrs: ['10.244.0.0/16', 'fd00:10:244::/56'],
    clusterCidrFrom: 'kubeadm-config',
    serviceCidrs: ['10.96.0.0/16'],
  })
  const manager = podSchema.parse({
    metadata: { name: 'm' },
    spec: {
      containers: [{ command: ['kube-controller-manager', '--cluster-cidr=10.42.0.0/16', '--service-cluster-ip-range=10.43.0.0/16'] }],
    },
  })
  expect(clusterRanges(null, [manager])).toEqual({
    clusterCidrs: ['10.42.0.0/16'],
    clusterCidrFrom: 'controller-manager',
    serviceCidrs: ['10.43.0.0/16'],
  })
  expect(clusterRanges({ data: { ClusterConfiguration: ': : :' } }, [])).toEqual({
    clusterCidrs: [],
    clusterCidrFrom: null,
    serviceCidrs: [],
  })
  expect(
    flannelRanges({ data: { 'net-conf.json': '{"Network":"10.244.0.0/16","IPv6Network":"fd00::/64","Backend":{"Type":"vxlan"}}' } }),
  ).toEqual(['10.244.0.0/16', 'fd00::/64'])
  expect(flannelRanges({ data: { 'net-conf.json': '{' } })).toEqual([])
  expect(ciliumRanges({ data: { ipam: 'cluster-pool', 'cluster-pool-ipv4-cidr': '10.0.0.0/8' } })).toEqual(['10.0.0.0/8'])
  expect(ciliumRanges({ data: { ipam: 'kubernetes', 'cluster-pool-ipv4-cidr': '10.0.0.0/8' } })).toEqual([])
})

const node = (more: Partial<NetworkNode> = {}): NetworkNode => ({
  name: 'one',
  ready: true,
  reason: null,
  podCidrs: ['10.244.0.0/24'],
  target: 'container:one',
  files: [file('10-a.conflist', ['bridge'], { ranges: ['10.244.0.0/24'] })],
  error: null,
  ...more,
})
const bridge = {
  id: 'bridge',
  name: 'bridge',
  version: null,
  image: null,
  files: [],
  workload: { namespace: 'n', name: 'd', desired: 1, ready: 1 },
} as const
type Seen = Parameters<typeof findingsOf>[0]
const seen = (more: Partial<Seen> = {}): Seen => ({
  plugins: [{ ...bridge, files: [] }],
  nodes: [node()],
  clusterCidrs: ['10.244.0.0/16'],
  clusterCidrFrom: 'kubeadm-config',
  serviceCidrs: ['10.96.0.0/12'],
  pluginCidrs: [],
  asked: true,
  ...more,
})
const ids = (more: Partial<Seen>) => findingsOf(seen(more)).map(({ id }) => id)
const calico = { ...bridge, id: 'calico', name: 'Calico', files: [] } as NetworkLook['plugins'][number]
const flannel = { ...calico, id: 'flannel', name: 'Flannel' } as const

test('each finding is there where it is so, and not where it is not', () => {
  expect(ids({})).toEqual([])
  const waiting = node({ ready: false, reason: 'Network plugin returns error: cni plugin not initialized', files: [] })
  expect(ids({ plugins: [], nodes: [waiting] })).toEqual(['no-plugin'])
  expect(ids({ plugins: [], nodes: [waiting], asked: false })).toEqual([])
  expect(ids({ plugins: [], nodes: [node({ files: null, target: null })] })).toEqual([])
  expect(ids({ plugins: [{ ...flannel, workload: { ...bridge.workload, ready: 0 } }] })).toEqual(['plugin-not-ready'])
  expect(ids({ nodes: [node({ files: [file('10-a.conflist', [], { fault: 'JSON' })] })] })).toEqual(['config-invalid'])
  expect(ids({ nodes: [node({ files: [file('10-a.conflist', ['bridge'], { missing: ['bridge'] })] })] })).toEqual(['program-missing'])
  expect(ids({ nodes: [node({ files: [file('10-a.conflist', ['bridge'], { ranges: ['10.99.0.0/24'] })] })] })).toEqual([
    'file-range-differs',
  ])
  // Of the other family, or smaller than the node's: both are as they may be.
  expect(ids({ nodes: [node({ files: [file('10-a.conflist', ['bridge'], { ranges: ['fd00::/64', '10.244.0.0/25'] })] })] })).toEqual([])
  const two = [file('10-a.conflist', ['bridge']), file('20-b.conflist', ['bridge'], { taken: false })]
  expect(ids({ nodes: [node({ files: two })] })).toEqual(['several-files'])
  expect(ids({ nodes: [node({ podCidrs: [] })] })).toEqual(['pod-range-missing'])
  expect(ids({ plugins: [calico], nodes: [node({ podCidrs: [] })] })).toEqual([])
  expect(ids({ plugins: [calico, flannel] })).toEqual(['several-plugins'])
  expect(ids({ plugins: [{ ...calico, id: 'weave', name: 'Weave Net' }] })).toEqual(['ended'])
  expect(ids({ plugins: [{ ...bridge, files: [], workload: null }], nodes: [node(), node({ name: 'two' })] })).toEqual(['no-routes'])
  expect(ids({ serviceCidrs: ['10.244.128.0/20'] })).toEqual(['service-overlap'])
})

test('a pool lies within the range of the cluster; the network of a plugin of node ranges covers it', () => {
  const told = (plugin: 'calico' | 'flannel', cidr: string) =>
    ids({ plugins: [plugin === 'calico' ? calico : flannel], pluginCidrs: [{ plugin, cidr, from: 'x' }] })
  expect(told('calico', '10.244.64.0/18')).toEqual([])
  expect(told('calico', '192.168.0.0/16')).toEqual(['plugin-range-outside'])
  expect(told('flannel', '10.244.0.0/16')).toEqual([])
  expect(told('flannel', '10.128.0.0/9')).toEqual([])
  expect(told('flannel', '10.244.0.0/24')).toEqual(['plugin-range-outside'])
  expect(told('calico', 'fd00::/48')).toEqual([])
})

test('problems come before warnings', () => {
  const levels = findingsOf(seen({ plugins: [{ ...calico, id: 'weave' }, flannel], serviceCidrs: ['10.244.0.0/20'] })).map(
    ({ level }) => level,
  )
  expect(levels).toEqual(['problem', 'warning', 'warning'])
})

test('ranges: what is in what', () => {
  expect(parseCidr('10.244.3.7/16')).toEqual(parseCidr('10.244.0.0/16'))
  for (const bad of ['', '10.0.0.0', '10.0.0.0/33', '10.0.0/8', 'fd00::/129', 'a/8', '{{ .PodSubnet }}'])
    expect(parseCidr(bad), bad).toBeNull()
  expect(isWithin('fd00:10:244:1::/64', 'fd00:10:244::/56')).toBe(true)
  expect(isWithin('::ffff:10.0.0.0/104', '::ffff:0:0/96')).toBe(true)
  expect(overlap('10.0.0.0/8', 'fd00::/8')).toBe(false)
  const cidr = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([address, prefix]) => `${address}/${prefix}`)
  fc.assert(
    fc.property(cidr, cidr, (a, b) => {
      expect(isWithin(a, a)).toBe(true)
      expect(isWithin(a, '0.0.0.0/0')).toBe(true)
      expect(overlap(a, b)).toBe(overlap(b, a))
      // Of two ranges that share an address one holds the other: prefixes are a tree.
      expect(overlap(a, b)).toBe(isWithin(a, b) || isWithin(b, a))
    }),
  )
})

test('what is proposed is https and says its version', () => {
  for (const id of networkPluginIds)
    for (const { url, version } of networkPlugins[id].offers) {
      expect(url).toMatch(/^https:\/\//)
      expect(url).toContain(version)
    }
})
