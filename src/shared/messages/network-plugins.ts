/**
 * What is known of network plugins before anything is asked: how they are told, what they need, and where their publishers keep what installs them. Data
 * alone. Addresses are proposals with a version; nothing here is ever fetched unasked.
 */
export const networkPluginIds = [
  ...(['calico', 'canal', 'cilium', 'flannel', 'kindnet', 'kube-router', 'antrea', 'ovn-kubernetes', 'kube-ovn', 'weave'] as const),
  ...(['bridge', 'ptp', 'unknown'] as const),
] as const
export type NetworkPluginId = (typeof networkPluginIds)[number]

export type NetworkPluginFacts = {
  readonly name: string
  /** Where its needs are written down; null: nothing is known of it. */
  readonly page: string | null
  /** Year in which its project ended, and where that can be seen. */
  readonly ended: { readonly year: number; readonly page: string } | null
  /** Pods get addresses out of `spec.podCIDR` of their node, or out of a pool of the plugin. */
  readonly addresses: 'node' | 'pool'
  /** The range in what its publisher offers, where it is not taken from the cluster. */
  readonly usual: string | null
  /** Oldest Linux. */
  readonly kernel: string | null
  /** Between nodes; which of them depends on how it is set. */
  readonly ports: readonly string[]
  /** Kernel modules. */
  readonly modules: readonly string[]
  /** What has to be mounted, or shared with its pods. */
  readonly mounts: readonly string[]
  readonly offers: readonly { readonly kind: 'manifest' | 'chart'; readonly version: string; readonly url: string }[]
}

const none = { page: null, ended: null, usual: null, kernel: null, ports: [], modules: [], mounts: [], offers: [] } as const

export const networkPlugins: Record<NetworkPluginId, NetworkPluginFacts> = {
  calico: {
    name: 'Calico',
    // Ports: the table "Network requirements" of the same page.
    page: 'https://docs.tigera.io/calico/latest/getting-started/kubernetes/requirements',
    ended: null,
    addresses: 'pool',
    usual: '192.168.0.0/16',
    kernel: '5.10',
    ports: ['179/tcp (BGP)', 'IP protocol 4 (IP in IP)', '4789/udp (VXLAN)', '5473/tcp (Typha)', '51820/udp (WireGuard)'],
    modules: ['ip_set', 'xt_set', 'ip_tables', 'vxlan', 'ipip'],
    mounts: ['/sys/fs/bpf (eBPF)'],
    offers: [
      { kind: 'manifest', version: 'v3.30.3', url: 'https://raw.githubusercontent.com/projectcalico/calico/v3.30.3/manifests/calico.yaml' },
    ],
  },
  canal: {
    name: 'Canal',
    page: 'https://docs.tigera.io/calico/latest/getting-started/kubernetes/flannel/install-for-flannel',
    ended: null,
    addresses: 'node',
    usual: '10.244.0.0/16',
    kernel: '5.10',
    ports: ['8472/udp (VXLAN)'],
    modules: ['br_netfilter', 'vxlan', 'ip_set', 'xt_set'],
    mounts: [],
    offers: [
      { kind: 'manifest', version: 'v3.30.3', url: 'https://raw.githubusercontent.com/projectcalico/calico/v3.30.3/manifests/canal.yaml' },
    ],
  },
  cilium: {
    name: 'Cilium',
    page: 'https://docs.cilium.io/en/stable/operations/system_requirements/',
    ended: null,
    addresses: 'pool',
    usual: '10.0.0.0/8',
    kernel: '5.10',
    ports: ['8472/udp (VXLAN)', '6081/udp (Geneve)', '4240/tcp', '4244/tcp (Hubble)', '51871/udp (WireGuard)'],
    modules: ['vxlan', 'geneve', 'cls_bpf', 'sch_ingress'],
    mounts: ['/sys/fs/bpf', 'cgroup v2'],
    offers: [{ kind: 'chart', version: '1.19.5', url: 'https://helm.cilium.io/cilium-1.19.5.tgz' }],
  },
  flannel: {
    name: 'Flannel',
    page: 'https://github.com/flannel-io/flannel#deploying-flannel-with-kubectl',
    ended: null,
    addresses: 'node',
    usual: '10.244.0.0/16',
    kernel: null,
    // https://github.com/flannel-io/flannel/blob/master/Documentation/backends.md
    ports: ['8472/udp (VXLAN)', '8285/udp (UDP)', '51820/udp (WireGuard)'],
    modules: ['br_netfilter', 'vxlan'],
    mounts: [],
    offers: [
      {
        kind: 'manifest',
        version: 'v0.27.4',
        url: 'https://github.com/flannel-io/flannel/releases/download/v0.27.4/kube-flannel.yml',
      },
    ],
  },
  kindnet: { ...none, name: 'kindnet', page: 'https://github.com/kubernetes-sigs/kindnet', addresses: 'node' },
  'kube-router': {
    ...none,
    name: 'kube-router',
    page: 'https://github.com/cloudnativelabs/kube-router/blob/master/docs/user-guide.md',
    addresses: 'node',
    ports: ['179/tcp (BGP)', 'IP protocol 4 (IP in IP)'],
    modules: ['ip_set', 'ip_vs', 'br_netfilter'],
    mounts: ['/lib/modules'],
  },
  antrea: {
    ...none,
    name: 'Antrea',
    // Ports: https://github.com/antrea-io/antrea/blob/main/docs/network-requirements.md
    page: 'https://github.com/antrea-io/antrea/blob/main/docs/getting-started.md',
    addresses: 'node',
    kernel: '4.6',
    ports: ['6081/udp (Geneve)', '4789/udp (VXLAN)', '51820/udp (WireGuard)', '10349/tcp', '10350/tcp', '10351/tcp', '10351/udp'],
    modules: ['openvswitch'],
    offers: [{ kind: 'manifest', version: 'v2.4.0', url: 'https://github.com/antrea-io/antrea/releases/download/v2.4.0/antrea.yml' }],
  },
  'ovn-kubernetes': {
    ...none,
    name: 'OVN-Kubernetes',
    page: 'https://ovn-kubernetes.io/installation/launching-ovn-kubernetes-with-helm/',
    addresses: 'node',
    ports: ['6081/udp (Geneve)', '6641/tcp', '6642/tcp'],
    modules: ['openvswitch', 'geneve'],
  },
  'kube-ovn': {
    ...none,
    name: 'Kube-OVN',
    page: 'https://kubeovn.github.io/docs/stable/en/start/prepare/',
    addresses: 'pool',
    usual: '10.16.0.0/16',
    ports: ['6081/udp (Geneve)', '6641/tcp', '6642/tcp'],
    modules: ['openvswitch', 'geneve', 'ip_tables'],
  },
  weave: {
    ...none,
    name: 'Weave Net',
    page: 'https://github.com/weaveworks/weave',
    ended: { year: 2024, page: 'https://github.com/weaveworks/weave' },
    addresses: 'pool',
    usual: '10.32.0.0/12',
    ports: ['6783/tcp', '6783/udp', '6784/udp'],
  },
  bridge: {
    ...none,
    name: 'bridge',
    page: 'https://www.cni.dev/plugins/current/main/bridge/',
    addresses: 'node',
    modules: ['bridge', 'br_netfilter'],
  },
  ptp: { ...none, name: 'ptp', page: 'https://www.cni.dev/plugins/current/main/ptp/', addresses: 'node' },
  unknown: { ...none, name: '', addresses: 'node' },
}

/** Of Kubernetes 1.34 (test/utils/image/manifest.go); has `connect`, which says why a connection failed. */
export const networkTestImage = 'registry.k8s.io/e2e-test-images/agnhost:2.56'
