import { pod as podOf } from '../../src/renderer/fixtures/fake-pods.ts'
import type { NetworkLook } from '../../src/shared/contract/network.ts'
import type { Runtimes } from '../../src/shared/contract/runtimes.ts'
import type { KubeadmState } from '../../src/shared/contract/kubeadm.ts'
import type { Downloaded, Releases } from '../../src/shared/contract/downloads.ts'
import type { Cluster, ClustersSnapshot } from '../../src/shared/contract/clusters.ts'
import type { Command, Job } from '../../src/shared/contract/jobs.ts'
import type { KubeContext, KubeconfigSnapshot } from '../../src/shared/contract/kubeconfig.ts'
import type { LogRow, LogViewState } from '../../src/shared/contract/logs.ts'
import type { KubeadmFacts, KubeadmFile } from '../../src/shared/contract/kubeadm-config-procedures.ts'
import type { Profile } from '../../src/shared/contract/profiles.ts'
import type { NodeDetails } from '../../src/shared/contract/nodes.ts'
import type { SettingsState } from '../../src/shared/contract/settings.ts'
import type { Engine, Tool, ToolAbout, ToolCheck } from '../../src/shared/contract/toolchain.ts'
import type { HostIntent, HostReport } from '../../src/shared/contract/host-checks.ts'
import type { HostPlan } from '../../src/shared/contract/host-changes.ts'
import type { Target, TargetLook } from '../../src/shared/contract/targets.ts'
import type { Pod } from '../../src/shared/contract/workloads.ts'
import type { Tunnel } from '../../src/shared/contract/tunnels.ts'

// One value of each shape, enough to travel.
export const cluster: Cluster = {
  id: 'kind/shop/abc',
  provider: 'kind',
  name: 'shop',
  state: 'running',
  reason: { code: 'none', facts: {} },
  version: 'v1.34.0',
  driver: 'docker',
  runtime: 'containerd',
  profileId: null,
  nodes: [],
  createdAt: 1,
  context: { file: '/k', name: 'kind-shop' },
  currentContext: true,
  server: 'https://127.0.0.1:6443',
  jobId: null,
}
export const target: Target = { id: 'local', kind: 'local', name: 'box', clusterId: null, state: 'up', error: null }
export const targetLook: TargetLook = {
  os: 'linux',
  arch: 'amd64',
  system: 'Debian GNU/Linux 12 (bookworm)',
  distribution: ['debian'],
  user: 'root',
  root: 'direct',
}
export const hostIntent: HostIntent = {
  role: 'worker',
  kubernetes: 'v1.34.4',
  podSubnets: ['10.244.0.0/16'],
  serviceSubnets: [],
  criSocket: '/run/crio/crio.sock',
}
export const hostReport: HostReport = {
  target: 'local',
  intent: { ...hostIntent, kubernetes: 'v1.34.4' },
  at: 1,
  tookMs: 900,
  system: 'Debian GNU/Linux 12',
  kernel: '6.1.0',
  arch: 'x86_64',
  hostname: 'box',
  root: true,
  member: false,
  findings: [],
}
export const hostPlan: HostPlan = {
  id: 'p1',
  target: 'local',
  purpose: 'fix',
  facts: {},
  steps: [
    {
      id: 'sysctl',
      facts: {},
      actions: [{ kind: 'file', path: '/etc/sysctl.d/k8s.conf', before: null, after: 'net.ipv4.ip_forward = 1\n', mode: null }],
      root: true,
      link: null,
      done: false,
    },
  ],
  warnings: [],
  root: 'direct',
  script: '#!/bin/sh\n',
}
export const snapshotOfClusters: ClustersSnapshot = {
  clusters: [cluster],
  sources: [{ source: 'engine', state: 'ok', value: 1, asOf: 1, error: null }],
}

export const job: Job = {
  id: 'j1',
  kind: 'cluster.create',
  subject: 'shop',
  facts: {},
  state: 'running',
  steps: [],
  startedAt: 1,
  finishedAt: null,
  elapsedMs: 5,
  usualMs: null,
  cancellable: true,
  undo: [],
  left: null,
  error: null,
  findings: [],
  result: null,
}
export const command: Command = {
  id: 'c1',
  jobId: 'j1',
  argv: ['kind', 'version'],
  cwd: '/',
  envNames: [],
  pid: 1,
  startedAt: 1,
  durationMs: 2,
  exitCode: 0,
  signal: null,
  state: 'succeeded',
  tail: [],
  outputBytes: 0,
  truncated: false,
}
export const kubeContext: KubeContext = {
  file: '/k',
  name: 'kind-shop',
  cluster: 'c',
  user: 'u',
  namespace: null,
  server: null,
  local: true,
  current: true,
  shadowed: false,
  problem: null,
}
export const snapshotOfKubeconfig: KubeconfigSnapshot = {
  files: [],
  contexts: [kubeContext],
  current: { file: '/k', name: 'kind-shop' },
  dangling: null,
}

export const tool: Tool = {
  name: 'kubectl',
  state: 'found',
  used: { path: '/usr/bin/kubectl', version: 'v1.34.0', origin: 'path', problem: null, sha256: null },
  reason: 'first-found',
  copies: [],
  asOf: 1,
  error: null,
  downloadable: true,
  wanted: 'v1.34.0',
  jobId: null,
  newest: { version: 'v1.35.1', patches: { '1.34': 'v1.34.4' }, asOf: 1, error: null, asking: false },
  rolledBack: null,
}
export const toolCheck: ToolCheck = {
  state: 'same',
  against: 'published',
  sha256: 'ab',
  expected: 'ab',
  at: 2,
  since: 1,
  error: null,
}
export const toolAbout: ToolAbout = {
  copies: [
    {
      path: '/usr/bin/kubectl',
      package: { manager: 'apt', name: 'kubectl', version: '1.34.0-1.1', held: true, update: ['sudo apt-get update'] },
      check: toolCheck,
      source: null,
    },
  ],
  rollBackTo: null,
  userPath: {
    folder: '/home/安娜/.local/bin',
    onPath: false,
    supported: true,
    state: 'absent',
    path: '/home/安娜/.local/bin/kubectl',
    leadsTo: null,
    would: null,
    lines: [{ shell: 'bash', file: '/home/安娜/.bashrc', text: 'export PATH', present: false, recordId: null }],
    commands: [],
  },
  completion: [],
  shell: 'bash',
}
export const engine: Engine = {
  state: 'running',
  product: 'Docker Engine',
  version: '29',
  endpoint: null,
  context: null,
  os: 'linux',
  arch: 'amd64',
  cpus: 2,
  memoryBytes: 1,
  cgroupVersion: '2',
  rootless: false,
  asOf: 1,
  error: null,
  advice: [],
}
export const profile: Profile = {
  id: 'lab',
  name: 'lab',
  provider: 'kind',
  file: '/data/profiles/lab.yaml',
  modifiedAt: 1,
  controlPlanes: 1,
  workers: 2,
  version: 'v1.34.0',
}
export const settingsState: SettingsState = {
  settings: {
    language: 'en',
    theme: 'dark',
    mirrors: { kubernetes: '', github: '', registry: '', packages: '' },
    proxy: '',
    tools: {},
    askNewest: false,
    logViews: [],
  },
  file: '/data/settings.json',
  dataDir: '/data',
  health: 'ok',
  asideFile: null,
}
export const pod = (name: string): Pod =>
  podOf(name, { uid: `uid-${name}`, namespace: 'default', node: 'n', createdAt: 1, owner: 'Deployment/web', labels: { app: 'web' } })
export const nodeDetails: NodeDetails = {
  node: null,
  api: { value: null, error: null },
  container: { value: null, error: null },
  shell: false,
  asOf: 1,
}
export const logRow: LogRow = {
  id: 0,
  source: 0,
  time: '2026-11-23T23:20:25.260439695Z',
  level: 'error',
  stream: null,
  text: 'é€😀 \u001b[31mred',
  more: 0,
  folded: 0,
  late: false,
  context: false,
  bookmark: null,
  note: null,
}
export const logViewState: LogViewState = {
  total: 1,
  shown: 1,
  layout: 0,
  filtered: 1,
  filterError: null,
  levels: [0, 0, 0, 0, 0, 1, 0],
  find: null,
  dropped: 0,
  spillError: null,
  bytes: 20,
  capBytes: 100,
  linesPerSecond: 0,
  sources: [],
  membershipError: null,
  history: { state: 'unavailable', done: 0, error: null },
  pinned: false,
}

export const kubeadmFacts: KubeadmFacts = {
  version: 'v1.34.4',
  sockets: ['unix:///var/run/containerd/containerd.sock'],
  hostname: 'box',
  addresses: ['192.0.2.10'],
  cgroupDriver: 'systemd',
}
export const kubeadmFile: KubeadmFile = {
  id: 'lab',
  name: 'lab',
  file: '/data/kubeadm/lab.yaml',
  modifiedAt: 1,
  kinds: ['ClusterConfiguration'],
  apiVersion: 'v1beta4',
}

export const releases: Releases = {
  minors: [
    {
      minor: '1.34',
      releasedOn: '2025-08-27',
      maintenanceOn: '2026-08-27',
      endsOn: '2026-10-27',
      datesFrom: 'page',
      state: 'ended',
      newest: 'v1.34.9',
      newestAsOf: 1,
      newestFrom: 'list',
    },
  ],
  source: 'https://kubernetes.io/releases/patch-releases/',
  asOf: '2026-09-15',
  machine: { os: 'linux', arch: 'amd64', because: 'same' },
  folder: '/data/downloads',
}
export const downloaded: Downloaded = {
  id: 'd1',
  component: 'kubectl',
  version: 'v1.34.4',
  os: 'linux',
  arch: 'amd64',
  path: '/data/downloads/v1.34.4/linux-amd64/kubectl',
  url: 'https://dl.k8s.io/release/v1.34.4/bin/linux/amd64/kubectl',
  bytes: 1,
  sha256: 'ab',
  digestFrom: 'https://dl.k8s.io/release/v1.34.4/bin/linux/amd64/kubectl.sha256',
  at: 1,
  signature: 'not-checked',
  state: 'ok',
  checkedAt: 1,
}

export const kubeadmState: KubeadmState = {
  kind: 'none',
  programs: { kubeadm: 'v1.34.4', kubelet: 'v1.34.4', kubectl: null },
  node: 'box',
  signs: [],
  kubeletRunning: false,
  network: false,
  cluster: null,
  nodes: null,
  context: null,
  jobId: null,
  preflight: null,
  upgradePlan: {
    at: 1_764_000_000_000,
    kubeadm: 'v1.34.4',
    upgrades: [{ version: 'v1.34.4', components: [{ name: 'etcd', node: 'box', from: '3.5.21-0', to: '3.6.5-0' }] }],
    manual: [],
  },
}

export const runtimesSample: Runtimes = {
  target: 'local',
  asOf: 1_764_000_000_000,
  supported: true,
  asRoot: true,
  host: { init: 'systemd', cgroup: '2', recommended: 'systemd' },
  kubelet: {
    version: 'v1.34.4',
    unit: { name: 'kubelet.service', state: 'running', enabled: true },
    configured: 'systemd',
    effective: 'systemd',
    from: 'config',
    endpoint: 'unix:///var/run/containerd/containerd.sock',
    joined: true,
    controlPlane: true,
  },
  kubeadm: { version: 'v1.34.4', sandboxImage: 'registry.k8s.io/pause:3.10.1', choice: 'one', sockets: [] },
  pods: { systemd: 2, cgroupfs: 0, other: 0 },
  runtimes: [],
  findings: [],
}

export const networkSample: NetworkLook = {
  plugins: [{ id: 'bridge', name: 'bridge', version: null, image: null, workload: null, files: ['/etc/cni/net.d/10-a.conflist'] }],
  nodes: [],
  clusterCidrs: ['10.244.0.0/16'],
  clusterCidrFrom: 'kubeadm-config',
  serviceCidrs: [],
  pluginCidrs: [],
  findings: [{ id: 'no-routes', level: 'warning', facts: { plugin: 'bridge' } }],
  gaps: [],
  installs: [],
}

export const tunnel: Tunnel = {
  clusterId: 'minikube:one:1',
  state: 'running',
  services: ['web'],
  problem: null,
  endedBy: null,
  startedAt: 1,
  endedAt: null,
  lines: [],
  commandId: 'c1',
}
