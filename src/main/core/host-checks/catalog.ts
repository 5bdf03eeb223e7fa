import type { HostCheckGroup, HostCheckResult } from '#shared/contract/host-checks.ts'

type Level = HostCheckResult
export type CheckEntry = {
  readonly group: HostCheckGroup
  /** Shared words; default: the id. */
  readonly words?: string
  /** Fact `subject` of shared words. */
  readonly subject?: string
  /** What it can say, and how bad that is. `unknown` is always possible besides. */
  readonly variants: Readonly<Record<string, Level>>
  readonly link: string
}

const docs = 'https://kubernetes.io/docs'
const install = `${docs}/setup/production-environment/tools/kubeadm/install-kubeadm/`
const create = `${docs}/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/`
const runtimes = `${docs}/setup/production-environment/container-runtimes/`
const portsPage = `${docs}/reference/networking/ports-and-protocols/`
const systemVerification = 'https://github.com/kubernetes/system-validators'

const sysctl = { ok: 'ok', off: 'warning', 'no-module': 'warning' } as const
const port = { free: 'ok', own: 'ok', taken: 'problem', held: 'problem', 'not-needed': 'not-applicable' } as const
const tool = { ok: 'ok', missing: 'problem', useful: 'warning' } as const
const unique = { ok: 'ok', alone: 'not-applicable', container: 'not-applicable', same: 'problem' } as const
const portEntry = (subject: string) => ({ group: 'ports', words: 'port', subject, variants: port, link: portsPage }) as const
const toolEntry = (subject: string) => ({ group: 'programs', words: 'tool', subject, variants: tool, link: install }) as const
const moduleEntry = (subject: string) =>
  ({
    group: 'kernel',
    words: 'module',
    subject,
    variants: { loaded: 'ok', builtin: 'ok', 'not-loaded': 'problem', absent: 'problem' },
    link: runtimes,
  }) as const

/** Every check there is. Ids, and what each can say, are kept: scripts and reports name them. */
export const checkCatalog = {
  os: { group: 'system', variants: { ok: 'ok', 'other-os': 'problem', 'other-arch': 'problem' }, link: install },
  privilege: { group: 'system', variants: { root: 'ok', way: 'ok', none: 'problem' }, link: install },
  'init-system': { group: 'system', variants: { systemd: 'ok', other: 'warning' }, link: runtimes },
  'kernel-version': {
    group: 'kernel',
    variants: { ok: 'ok', untested: 'warning', old: 'problem' },
    link: `${docs}/reference/node/kernel-version-requirements/`,
  },
  'kernel-config': { group: 'kernel', variants: { ok: 'ok', optional: 'warning', missing: 'problem' }, link: systemVerification },
  'module-overlay': moduleEntry('overlay'),
  'module-br-netfilter': moduleEntry('br_netfilter'),
  'modules-persistent': { group: 'kernel', variants: { ok: 'ok', builtin: 'ok', missing: 'warning' }, link: runtimes },
  'sysctl-ip-forward': { group: 'kernel', variants: { ok: 'ok', off: 'problem', 'not-ipv4': 'not-applicable' }, link: runtimes },
  'sysctl-ipv6-forward': { group: 'kernel', variants: { ok: 'ok', off: 'problem', 'not-ipv6': 'not-applicable' }, link: runtimes },
  'sysctl-bridge-iptables': {
    group: 'kernel',
    words: 'sysctl-bridge',
    subject: 'net.bridge.bridge-nf-call-iptables',
    variants: sysctl,
    link: runtimes,
  },
  'sysctl-bridge-ip6tables': {
    group: 'kernel',
    words: 'sysctl-bridge',
    subject: 'net.bridge.bridge-nf-call-ip6tables',
    variants: sysctl,
    link: runtimes,
  },
  'sysctl-persistent': { group: 'kernel', variants: { ok: 'ok', missing: 'warning', contrary: 'warning' }, link: runtimes },
  swap: {
    group: 'swap',
    variants: { off: 'ok', allowed: 'ok', on: 'problem', 'cgroup-v1': 'problem' },
    link: `${docs}/concepts/architecture/nodes/#swap-memory`,
  },
  'swap-persistent': {
    group: 'swap',
    variants: { ok: 'ok', allowed: 'not-applicable', fstab: 'warning', unit: 'warning' },
    link: `${docs}/concepts/architecture/nodes/#swap-memory`,
  },
  'cgroup-version': {
    group: 'cgroup',
    variants: { ok: 'ok', maintenance: 'warning', allowed: 'warning', refused: 'problem' },
    link: `${docs}/concepts/architecture/cgroups/`,
  },
  'cgroup-controllers': { group: 'cgroup', variants: { ok: 'ok', optional: 'warning', missing: 'problem' }, link: systemVerification },
  'cgroup-driver-agreement': {
    group: 'cgroup',
    variants: { ok: 'ok', told: 'ok', planned: 'ok', differ: 'problem', 'will-differ': 'problem', 'no-runtime': 'not-applicable' },
    link: `${docs}/tasks/administer-cluster/kubeadm/configure-cgroup-driver/`,
  },
  'cgroup-driver-init': {
    group: 'cgroup',
    variants: { ok: 'ok', cgroupfs: 'warning', 'other-init': 'not-applicable', 'no-runtime': 'not-applicable' },
    link: `${runtimes}#cgroup-drivers`,
  },
  'runtime-cri': {
    group: 'runtime',
    variants: {
      ok: 'ok',
      several: 'problem',
      none: 'problem',
      stopped: 'problem',
      'docker-only': 'problem',
      chosen: 'problem',
      silent: 'problem',
      disabled: 'problem',
    },
    link: runtimes,
  },
  'runtime-version': {
    group: 'runtime',
    variants: { ok: 'ok', ending: 'warning', old: 'problem', none: 'not-applicable' },
    link: `${docs}/setup/production-environment/container-runtimes/#cri-versions`,
  },
  'runtime-service': {
    group: 'runtime',
    variants: { ok: 'ok', stopped: 'problem', disabled: 'warning', none: 'not-applicable' },
    link: runtimes,
  },
  'cni-binaries': {
    group: 'runtime',
    variants: { ok: 'ok', some: 'warning', none: 'warning' },
    link: `${docs}/concepts/extend-kubernetes/compute-storage-net/network-plugins/`,
  },
  'cni-config': {
    group: 'runtime',
    variants: { ok: 'ok', member: 'ok', left: 'warning' },
    link: `${docs}/reference/setup-tools/kubeadm/kubeadm-reset/`,
  },
  'kubeadm-version': { group: 'kubernetes', variants: { ok: 'ok', absent: 'problem', older: 'warning' }, link: install },
  'kubelet-version': {
    group: 'kubernetes',
    variants: { ok: 'ok', absent: 'problem', newer: 'problem', old: 'problem' },
    link: 'https://kubernetes.io/releases/version-skew-policy/',
  },
  'kubelet-service': { group: 'kubernetes', variants: { ok: 'ok', disabled: 'warning', absent: 'warning' }, link: install },
  'control-plane-images': {
    group: 'kubernetes',
    variants: { ok: 'ok', pulled: 'not-applicable', worker: 'not-applicable' },
    link: `${docs}/reference/setup-tools/kubeadm/kubeadm-init/#without-internet-connection`,
  },
  'file-manifests': {
    group: 'kubernetes',
    words: 'file',
    subject: '/etc/kubernetes/manifests',
    variants: { ok: 'ok', member: 'warning', left: 'problem', worker: 'not-applicable' },
    link: `${docs}/reference/setup-tools/kubeadm/kubeadm-reset/`,
  },
  'file-kubelet-conf': {
    group: 'kubernetes',
    words: 'file',
    subject: '/etc/kubernetes/kubelet.conf',
    variants: { ok: 'ok', member: 'warning', left: 'problem', worker: 'not-applicable' },
    link: `${docs}/reference/setup-tools/kubeadm/kubeadm-reset/`,
  },
  'file-ca': {
    group: 'kubernetes',
    words: 'file',
    subject: '/etc/kubernetes/pki/ca.crt',
    variants: { ok: 'ok', member: 'warning', left: 'problem', worker: 'not-applicable' },
    link: `${docs}/reference/setup-tools/kubeadm/kubeadm-reset/`,
  },
  'dir-etcd': {
    group: 'kubernetes',
    words: 'file',
    subject: '/var/lib/etcd',
    variants: { ok: 'ok', member: 'warning', left: 'problem', worker: 'not-applicable' },
    link: `${docs}/reference/setup-tools/kubeadm/kubeadm-reset/`,
  },
  'etcd-certificates': {
    group: 'kubernetes',
    variants: { ok: 'ok', plain: 'ok', missing: 'problem', own: 'not-applicable', worker: 'not-applicable' },
    link: `${docs}/setup/production-environment/tools/kubeadm/high-availability/#external-etcd-nodes`,
  },
  'etcd-version': {
    group: 'kubernetes',
    variants: { ok: 'ok', early: 'warning', old: 'problem', silent: 'problem', own: 'not-applicable', worker: 'not-applicable' },
    link: `${docs}/setup/production-environment/tools/kubeadm/high-availability/#external-etcd-nodes`,
  },
  'port-6443': portEntry('6443'),
  'port-2379': portEntry('2379'),
  'port-2380': portEntry('2380'),
  'port-10250': portEntry('10250'),
  'port-10257': portEntry('10257'),
  'port-10259': portEntry('10259'),
  'ports-node': { group: 'ports', variants: { ok: 'ok', taken: 'warning', ephemeral: 'warning' }, link: portsPage },
  hostname: {
    group: 'network',
    variants: { ok: 'ok', invalid: 'problem' },
    link: `${docs}/concepts/overview/working-with-objects/names/#dns-subdomain-names`,
  },
  'hostname-resolves': { group: 'network', variants: { ok: 'ok', 'not-found': 'warning' }, link: create },
  'default-route': { group: 'network', variants: { ok: 'ok', none: 'problem' }, link: `${install}#check-network-adapters` },
  'subnet-overlap': {
    group: 'network',
    variants: { ok: 'ok', route: 'problem', 'each-other': 'problem', 'not-given': 'not-applicable' },
    link: `${docs}/concepts/cluster-administration/networking/`,
  },
  'dns-loop': {
    group: 'network',
    variants: { ok: 'ok', stub: 'ok', loop: 'problem', none: 'warning' },
    link: `${docs}/tasks/administer-cluster/dns-debugging-resolution/#known-issues`,
  },
  'dns-limits': {
    group: 'network',
    variants: { ok: 'ok', servers: 'warning', domains: 'warning' },
    link: `${docs}/tasks/administer-cluster/dns-debugging-resolution/#known-issues`,
  },
  'proxy-node': { group: 'network', variants: { ok: 'ok', none: 'ok', through: 'warning' }, link: create },
  'proxy-subnets': { group: 'network', variants: { ok: 'ok', none: 'ok', through: 'warning' }, link: create },
  'proxy-runtime': { group: 'network', variants: { ok: 'ok', none: 'not-applicable', without: 'warning' }, link: create },
  'firewall-firewalld': { group: 'firewall', variants: { off: 'ok', open: 'ok', closed: 'warning' }, link: portsPage },
  'firewall-ufw': { group: 'firewall', variants: { off: 'ok', open: 'ok', closed: 'warning' }, link: portsPage },
  'firewall-rules': { group: 'firewall', variants: { ok: 'ok', managed: 'ok', drops: 'warning' }, link: portsPage },
  'forward-policy': {
    group: 'firewall',
    variants: { ok: 'ok', drops: 'warning', 'nft-drops': 'warning' },
    link: `${docs}/concepts/cluster-administration/networking/`,
  },
  'iptables-backend': {
    group: 'firewall',
    variants: { nft: 'ok', legacy: 'ok', mixed: 'warning', absent: 'warning' },
    link: `${docs}/reference/networking/virtual-ips/`,
  },
  cpus: { group: 'resources', variants: { ok: 'ok', few: 'problem', 'few-worker': 'warning' }, link: install },
  memory: { group: 'resources', variants: { ok: 'ok', little: 'problem', 'little-worker': 'warning' }, link: install },
  'disk-space': {
    group: 'resources',
    variants: { ok: 'ok', low: 'warning', evicts: 'problem' },
    link: `${docs}/concepts/scheduling-eviction/node-pressure-eviction/`,
  },
  'disk-inodes': {
    group: 'resources',
    variants: { ok: 'ok', evicts: 'problem' },
    link: `${docs}/concepts/scheduling-eviction/node-pressure-eviction/`,
  },
  'inotify-instances': {
    group: 'resources',
    words: 'inotify',
    subject: 'fs.inotify.max_user_instances',
    variants: { ok: 'ok', low: 'warning' },
    link: 'https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files',
  },
  'inotify-watches': {
    group: 'resources',
    words: 'inotify',
    subject: 'fs.inotify.max_user_watches',
    variants: { ok: 'ok', low: 'warning' },
    link: 'https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files',
  },
  'file-limits': { group: 'resources', variants: { ok: 'ok', system: 'warning', runtime: 'warning' }, link: runtimes },
  'time-sync': {
    group: 'system',
    variants: { ok: 'ok', container: 'not-applicable', none: 'warning', 'not-yet': 'warning' },
    link: install,
  },
  clock: { group: 'system', variants: { ok: 'ok', off: 'warning', 'far-off': 'problem' }, link: install },
  'tool-conntrack': toolEntry('conntrack'),
  'tool-socat': toolEntry('socat'),
  'tool-ethtool': toolEntry('ethtool'),
  'tool-crictl': toolEntry('crictl'),
  'tool-tc': toolEntry('tc'),
  'tool-ip': toolEntry('ip'),
  'tool-iptables': toolEntry('iptables'),
  'tool-mount': toolEntry('mount'),
  'tool-nsenter': toolEntry('nsenter'),
  'tool-losetup': toolEntry('losetup'),
  'tool-cp': toolEntry('cp'),
  'tool-touch': toolEntry('touch'),
  selinux: { group: 'security', variants: { off: 'ok', permissive: 'ok', enforcing: 'warning' }, link: install },
  apparmor: {
    group: 'security',
    variants: { off: 'ok', ok: 'ok', 'no-parser': 'warning' },
    link: `${docs}/tutorials/security/apparmor/`,
  },
  'unique-hostname': { group: 'identity', words: 'unique', subject: 'hostname', variants: unique, link: install },
  'unique-mac': { group: 'identity', words: 'unique', subject: 'MAC', variants: unique, link: install },
  'unique-product-uuid': { group: 'identity', words: 'unique', subject: 'product_uuid', variants: unique, link: install },
  'unique-machine-id': { group: 'identity', words: 'unique', subject: 'machine-id', variants: unique, link: install },
} as const satisfies Readonly<Record<string, CheckEntry>>

export type CheckId = keyof typeof checkCatalog
export type Variant<Id extends CheckId> = keyof (typeof checkCatalog)[Id]['variants'] & string
export const checkIds = Object.keys(checkCatalog) as CheckId[]
export const isCheckId = (id: string): id is CheckId => Object.hasOwn(checkCatalog, id)
