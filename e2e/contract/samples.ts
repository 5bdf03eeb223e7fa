import type { Cluster, ClustersSnapshot } from '../../src/shared/contract/clusters.ts'
import type { Command, Job } from '../../src/shared/contract/jobs.ts'
import type { KubeContext, KubeconfigSnapshot } from '../../src/shared/contract/kubeconfig.ts'
import type { LogRow, LogViewState } from '../../src/shared/contract/logs.ts'
import type { Profile } from '../../src/shared/contract/profiles.ts'
import type { NodeDetails } from '../../src/shared/contract/nodes.ts'
import type { SettingsState } from '../../src/shared/contract/settings.ts'
import type { Engine, Tool } from '../../src/shared/contract/toolchain.ts'
import type { HostPlan } from '../../src/shared/contract/host-changes.ts'
import type { Target, TargetLook } from '../../src/shared/contract/targets.ts'
import type { Pod } from '../../src/shared/contract/workloads.ts'

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
  settings: { language: 'en', theme: 'dark', mirrors: { kubernetes: '', github: '' }, proxy: '', tools: {}, logViews: [] },
  file: '/data/settings.json',
  dataDir: '/data',
  health: 'ok',
  asideFile: null,
}
export const pod = (name: string): Pod => ({
  uid: `uid-${name}`,
  namespace: 'default',
  name,
  status: 'Running',
  health: 'ok',
  ready: 1,
  total: 1,
  restarts: 0,
  lastRestartAt: null,
  node: 'n',
  ip: null,
  createdAt: 1,
  owner: 'Deployment/web',
  labels: { app: 'web' },
  containers: [],
})
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
