import { describe, expect, test } from 'vitest'
import { type RuntimeChange, type RuntimeFinding, runtimeFindingIdSchema, type Runtimes } from '#shared/contract/runtimes.ts'
import { crioParts, criDockerdParts, partsOf, recorded } from './fixtures/parts.ts'
import { createNode } from './fixtures/machine.ts'
import { runtimeFindings } from './findings.ts'
import { look as lookAt } from './look.ts'
import { readParts } from './parts.ts'
import { proposal } from './propose.ts'
import { readLook } from './read-look.ts'

const bare = recorded('bare-host')
const joined = recorded('joined-host')
const machine = recorded('docker-machine')
const ids = (look: ReturnType<typeof readLook>) => runtimeFindings(look).map(({ id, level }) => `${level} ${id}`)
const runtime = (look: Pick<Runtimes, 'runtimes'>, name: string) => look.runtimes.find((one) => one.name === name)
const unix = (path: string) => `0000000057eefd00: 00000002 00000000 00010000 0001 01 7131975 ${path}`

test('a bare host: containerd with systemd, its package, socket, image, and what kubeadm takes', () => {
  const look = readLook(partsOf(bare))
  expect(look).toMatchObject({
    asRoot: true,
    host: { init: 'systemd', cgroup: '1', recommended: 'systemd' },
    kubelet: { version: 'v1.34.4', configured: null, effective: 'systemd', from: 'kubeadm', joined: false },
    kubeadm: {
      version: 'v1.34.4',
      sandboxImage: 'registry.k8s.io/pause:3.10.1',
      choice: 'one',
      sockets: ['unix:///var/run/containerd/containerd.sock'],
    },
    pods: null,
  })
  expect(runtime(look, 'containerd')).toMatchObject({
    installed: 'yes',
    version: '1.6.20',
    package: { name: 'containerd', version: '1.6.20~ds1-1+deb12u3', manager: 'dpkg' },
    unit: { name: 'containerd.service', state: 'running', enabled: true },
    sockets: [{ path: '/run/containerd/containerd.sock', listening: true }],
    cri: { api: 'v1', asked: false },
    driver: 'systemd',
    sandboxImage: 'registry.k8s.io/pause:3.10.1',
    configFile: '/etc/containerd/config.toml',
    configVersion: 2,
    restartNeeded: false,
    ociRuntime: '/usr/local/bin/runc-within',
  })
  expect(look.runtimes.filter((one) => one.installed === 'yes')).toHaveLength(1)
})

test('a node whose kubelet and runtime use cgroupfs on a systemd host: told, with its pods', () => {
  const look = readLook(partsOf(joined))
  expect(look.kubelet).toMatchObject({ configured: 'cgroupfs', effective: 'cgroupfs', from: 'config', joined: true, controlPlane: true })
  expect(look.kubelet.endpoint).toBe('unix:///var/run/containerd/containerd.sock')
  expect(runtime(look, 'containerd')).toMatchObject({ driver: 'cgroupfs', cri: { api: 'v1', asked: true } })
  expect(look.pods).toEqual({ systemd: 0, cgroupfs: 14, other: 0 })
  expect(ids(look)).toEqual(['warning driver-not-systemd'])
})

test('a mismatch is a problem, and pods of the other driver are counted', () => {
  const dump = partsOf(joined).text('containerd-dump')?.replace('SystemdCgroup = false', 'SystemdCgroup = true') ?? ''
  const look = readLook(partsOf(joined, { 'containerd-dump': dump }))
  expect(runtimeFindings(look).slice(0, 2)).toMatchObject([
    { id: 'driver-mismatch', level: 'problem', runtime: 'containerd', facts: { kubelet: 'cgroupfs', runtime: 'systemd', host: 'systemd' } },
    { id: 'pods-elsewhere', facts: { count: 14, driver: 'systemd' } },
  ])
})

test('Docker Engine without cri-dockerd is no runtime for the kubelet', () => {
  const look = readLook(partsOf(machine))
  expect(runtime(look, 'docker')).toMatchObject({
    installed: 'yes',
    version: '20.10.24+dfsg1',
    driver: 'cgroupfs',
    cri: { api: 'none' },
    shim: { installed: 'no' },
    ociRuntime: 'within',
  })
  // Its own containerd listens elsewhere.
  expect(runtime(look, 'containerd')).toMatchObject({ installed: 'yes', sockets: [] })
  expect(look.kubeadm.choice).toBe('none')
  const alone = readLook(partsOf(machine, { 'has containerd': null }))
  expect(runtimeFindings(alone)[0]).toMatchObject({ id: 'docker-without-cri', level: 'problem', runtime: 'docker' })
})

test('Docker with cri-dockerd: socket, API, sandbox image of its unit', () => {
  const look = readLook(
    partsOf(machine, { ...criDockerdParts, sockets: '/run/cri-dockerd.sock', listening: unix('/run/cri-dockerd.sock') }),
  )
  expect(runtime(look, 'docker')).toMatchObject({
    shim: { installed: 'yes', version: '0.3.16', unit: { name: 'cri-docker.service', state: 'running' } },
    sockets: [{ path: '/run/cri-dockerd.sock', listening: true }],
    cri: { api: 'v1', asked: false },
    sandboxImage: 'registry.k8s.io/pause:3.9',
  })
  expect(look.kubeadm).toMatchObject({ choice: 'one', sockets: ['unix:///var/run/cri-dockerd.sock'] })
  const old = readLook(
    partsOf(machine, {
      ...criDockerdParts,
      'cri-dockerd-version': 'cri-dockerd 0.2.5 (de0a6bc)',
      sockets: '/run/cri-dockerd.sock',
      'has containerd': null,
    }),
  )
  expect(runtimeFindings(old)[0]).toMatchObject({ id: 'cri-too-old', level: 'problem' })
})

test('Mirantis Container Runtime says its name, and is read and changed as the Docker Engine that it is built from', async () => {
  const version = JSON.stringify({ Server: { Version: '23.0.13', Platform: { Name: 'Mirantis Container Runtime' } } })
  const parts = partsOf(machine, {
    ...criDockerdParts,
    sockets: '/run/cri-dockerd.sock',
    listening: unix('/run/cri-dockerd.sock'),
    'docker-version': version,
    'docker-info': partsOf(machine).text('docker-info')?.replaceAll('20.10.24+dfsg1', '23.0.13') ?? '',
  })
  const look = readLook(parts)
  expect(runtime(look, 'docker')?.installed).toBe('no')
  const engine = runtime(readLook(partsOf(machine)), 'docker')
  expect(runtime(look, 'mirantis')).toMatchObject({
    installed: 'yes',
    version: '23.0.13',
    unit: engine?.unit,
    driver: 'cgroupfs',
    configFile: engine?.configFile,
    ociRuntime: 'within',
    cri: { api: 'v1' },
    sockets: [{ path: '/run/cri-dockerd.sock', listening: true }],
    shim: { installed: 'yes', unit: { name: 'cri-docker.service' } },
    sandboxImage: 'registry.k8s.io/pause:3.9',
  })
  expect(look.kubeadm.choice).toBe('one')

  const { target } = createNode('host-1')
  const seen = { ...(await lookAt(target)), ...look }
  const files = async (change: RuntimeChange) =>
    (await proposal(target, seen, change)).steps.flatMap(({ id, actions }) =>
      actions.map((action) => [id, action.kind === 'file' ? action.path : action.argv.join(' ')]),
    )
  expect(await files({ kind: 'driver', runtime: 'mirantis', driver: 'systemd' })).toEqual([
    ['runtime-driver', '/etc/docker/daemon.json'],
    ['runtime-restart', 'systemctl restart docker.service'],
    ['runtime-restart', 'systemctl restart cri-docker.service'],
  ])
  expect(await files({ kind: 'mirrors', runtime: 'mirantis', registry: 'docker.io', endpoints: ['https://m.test'] })).toEqual([
    ['runtime-mirrors', '/etc/docker/daemon.json'],
    ['runtime-restart', 'systemctl restart docker.service'],
  ])
  await expect(files({ kind: 'driver', runtime: 'docker', driver: 'systemd' })).rejects.toMatchObject({ code: 'runtime-not-installed' })
})

test('CRI-O beside containerd: kubeadm finds several and asks for one', () => {
  const sockets = {
    sockets: '/run/containerd/containerd.sock /run/crio/crio.sock',
    listening: `${unix('/run/containerd/containerd.sock')}\n${unix('/run/crio/crio.sock')}`,
  }
  const look = readLook(partsOf(bare, { ...crioParts, ...sockets }))
  expect(runtime(look, 'cri-o')).toMatchObject({
    version: '1.34.0',
    driver: 'systemd',
    sandboxImage: 'registry.k8s.io/pause:3.10.1',
    ociRuntime: 'crun',
    unit: { state: 'running' },
    cri: { api: 'v1' },
  })
  expect(runtime(look, 'cri-o')?.mirrors).toEqual([
    { registry: 'docker.io', endpoints: ['mirror.test/hub'], file: '/etc/containers/registries.conf.d/mine.conf' },
  ])
  expect(look.kubeadm.choice).toBe('several')
  expect(ids(look)).toContain('warning several-sockets')
  const silent = readLook(partsOf(bare, { ...crioParts, ...sockets, listening: unix('/run/crio/crio.sock') }))
  expect(silent.kubeadm).toMatchObject({ choice: 'one', sockets: ['unix:///var/run/crio/crio.sock'] })
})

describe('containerd', () => {
  test('with its CRI plugin off is none for the kubelet, whatever says so', () => {
    const plugins = partsOf(bare).text('ctr-plugins') ?? ''
    for (const change of [
      {
        'ctr-plugins': plugins
          .replace(/^io\.containerd\.grpc\.v1\s+cri .*$/m, '')
          .concat('\nio.containerd.grpc.v1           cri                      linux/amd64    skip'),
      },
      { 'ctr-plugins': null, 'containerd-dump': 'version = 2\ndisabled_plugins = ["cri"]\n' },
      {
        'has crictl': '/usr/bin/crictl',
        'crictl-version /run/containerd/containerd.sock': [
          'rpc error: code = Unimplemented desc = unknown service runtime.v1.RuntimeService',
          1,
        ] as const,
      },
    ])
      expect(runtime(readLook(partsOf(bare, change)), 'containerd')?.cri.api).toBe('disabled')
  })

  test('2.x: names of version 3, and a kubelet that asks it for the driver', () => {
    const dump = `version = 3\n[plugins]\n[plugins.'io.containerd.cri.v1.images'.pinned_images]\nsandbox = 'registry.k8s.io/pause:3.10'\n[plugins.'io.containerd.cri.v1.runtime'.containerd]\ndefault_runtime_name = 'runc'\n[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]\nBinaryName = ''\nSystemdCgroup = true\n`
    const look = readLook(
      partsOf(joined, {
        'containerd-version': 'containerd github.com/containerd/containerd/v2 v2.1.4 75cb2b7',
        'containerd-dump': dump,
        'crictl-runtime-config /run/containerd/containerd.sock': null,
        pods: '',
      }),
    )
    expect(runtime(look, 'containerd')).toMatchObject({
      version: '2.1.4',
      driver: 'systemd',
      sandboxImage: 'registry.k8s.io/pause:3.10',
      cri: { api: 'v1' },
    })
    expect(look.kubelet).toMatchObject({ configured: 'cgroupfs', effective: 'systemd', from: 'runtime' })
    expect(ids(look)).toEqual(['warning sandbox-differs', 'ok driver-agrees', 'ok driver-from-runtime'])
  })

  test('older than 1.6 speaks an API that Kubernetes dropped', () => {
    const look = readLook(
      partsOf(bare, { 'containerd-version': 'containerd containerd.io 1.4.13 9cc61520f4cd876b86e77edfeb88fbcd536d1f9d' }),
    )
    expect(ids(look)[0]).toBe('problem cri-too-old')
  })

  test.each([
    ['v1.25.16', 'v1alpha2', false],
    ['v1.26.0', 'v1alpha2', true],
    ['v1.34.4', 'v1alpha2', true],
    ['v1.26.0', 'v1', false],
  ])('Kubernetes %s and a runtime whose CRI says %s: too old is %s', (kubernetes, api, tooOld) => {
    const look = readLook(
      partsOf(bare, {
        'kubelet-version': `Kubernetes ${kubernetes}`,
        'has crictl': '/usr/bin/crictl',
        'crictl-version /run/containerd/containerd.sock': `Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  1.5.0\nRuntimeApiVersion:  ${api}`,
      }),
    )
    expect(runtime(look, 'containerd')?.cri).toEqual({ api, asked: true })
    const found = runtimeFindings(look).filter(({ id }) => id === 'cri-too-old')
    expect(found).toEqual(
      tooOld
        ? [{ id: 'cri-too-old', level: 'problem', runtime: 'containerd', facts: { version: '1.6.20', kubernetes: kubernetes.slice(1) } }]
        : [],
    )
  })

  test('a configuration that was written after the start, or cannot be read, is told', () => {
    const [now = '0'] = partsOf(bare).text('clock')?.split('\n') ?? []
    expect(ids(readLook(partsOf(bare, { 'containerd-written': String(Number(now) + 60) })))).toContain('warning restart-needed')
    const broken = readLook(
      partsOf(bare, { 'containerd-dump': ['', 1], 'containerd-said': ['containerd: failed to load TOML: (3, 1): was expecting', 1] }),
    )
    expect(runtimeFindings(broken)).toContainEqual(expect.objectContaining({ id: 'config-unreadable', level: 'unknown' }))
    expect(runtime(broken, 'containerd')?.driver).toBeNull()
  })

  test('mirrors of hosts.toml and of the deprecated table', () => {
    const dump =
      'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "/etc/containerd/certs.d"\n[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]\nendpoint = ["https://old.test"]\n'
    const hosts = 'server = "https://registry-1.docker.io"\n[host."https://new.test"]\n  capabilities = ["pull", "resolve"]\n'
    const look = readLook(partsOf(bare, { 'containerd-dump': dump, 'file /etc/containerd/certs.d/docker.io/hosts.toml': hosts }))
    expect(runtime(look, 'containerd')?.mirrors).toEqual([
      { registry: 'docker.io', endpoints: ['https://new.test'], file: '/etc/containerd/certs.d/docker.io/hosts.toml' },
      { registry: 'docker.io', endpoints: ['https://old.test'], file: '/etc/containerd/config.toml' },
    ])
    expect(ids(look)).toContain('warning mirrors-deprecated')
  })
})

test.each([
  ['v1.27.9', '', null, 'cgroupfs', 'config'],
  ['v1.30.0', '', null, 'cgroupfs', 'config'],
  ['v1.30.0', 'featureGates:\n  KubeletCgroupDriverFromCRI: true\n', null, 'systemd', 'runtime'],
  ['v1.31.0', '', null, 'systemd', 'runtime'],
  ['v1.31.0', 'featureGates:\n  KubeletCgroupDriverFromCRI: false\n', null, 'cgroupfs', 'config'],
  ['v1.34.4', '', 'Unimplemented', 'cgroupfs', 'config'],
] as const)('kubelet %s %j, runtime that says %j: %s by %s', (version, more, said, driver, from) => {
  const config = `${partsOf(joined).text('kubelet-config') ?? ''}\n${more}`
  const look = readLook(
    partsOf(joined, {
      'kubelet-version': `Kubernetes ${version}`,
      'kubelet-config': config,
      'containerd-version': 'containerd github.com/containerd/containerd/v2 v2.1.4 75cb2b7',
      'containerd-dump': partsOf(joined).text('containerd-dump')?.replace('SystemdCgroup = false', 'SystemdCgroup = true') ?? '',
      'crictl-runtime-config /run/containerd/containerd.sock': said === null ? null : [said, 1],
    }),
  )
  expect(look.kubelet).toMatchObject({ effective: driver, from })
})

test('a runtime that cannot tell its driver is told of where Kubernetes will soon need it', () => {
  const newer = readLook(partsOf(joined, { 'kubelet-version': 'Kubernetes v1.35.0' }))
  expect(ids(newer)).toContain('warning driver-not-told')
  expect(ids(readLook(partsOf(joined)))).not.toContain('warning driver-not-told')
})

test('a host without a configuration of the kubelet: kubeadm writes systemd; without one it is the default of the kubelet', () => {
  expect(ids(readLook(partsOf(bare)))).toEqual(['ok driver-agrees'])
  const dump = partsOf(bare).text('containerd-dump')?.replace('SystemdCgroup = true', 'SystemdCgroup = false') ?? ''
  expect(ids(readLook(partsOf(bare, { 'containerd-dump': dump })))).toEqual(['problem driver-mismatch'])
  expect(readLook(partsOf(bare, { 'has kubeadm': null })).kubelet).toMatchObject({ effective: 'cgroupfs', from: 'default' })
})

test('a flag wins over the file', () => {
  const args = `${partsOf(joined).text('kubelet-args') ?? ''} --cgroup-driver=systemd`
  expect(readLook(partsOf(joined, { 'kubelet-args': args })).kubelet).toMatchObject({ effective: 'systemd', from: 'flag' })
})

test('not as root: what was not asked stays unknown, and an answer that was cut is no answer', () => {
  const look = readLook(partsOf(bare, { uid: '1000', 'ctr-plugins': ['', 1], 'docker-info': null }))
  expect(look.asRoot).toBe(false)
  expect(runtime(look, 'containerd')?.cri).toEqual({ api: 'v1', asked: false })
  expect(readParts(bare.slice(0, bare.indexOf('@m kubelet-version')), '@m')).toBeNull()
})

test('nothing there', () => {
  const look = readLook(
    partsOf(bare, { 'has containerd': null, sockets: '', listening: ['', 1], 'has kubelet': null, 'kubelet-version': null }),
  )
  expect(ids(look)).toEqual(['problem no-runtime'])
  expect(look.kubelet.effective).toBeNull()
})

const dumpOf = (text: string) => partsOf(text).text('containerd-dump') ?? ''
const twoSockets = {
  ...crioParts,
  sockets: '/run/containerd/containerd.sock /run/crio/crio.sock',
  listening: `${unix('/run/containerd/containerd.sock')}\n${unix('/run/crio/crio.sock')}`,
}
const containerd2 = 'containerd github.com/containerd/containerd/v2 v2.1.4 75cb2b7'
/** What each finding is shown for: its level, and a host that is otherwise well. */
const shown: Record<RuntimeFinding['id'], readonly [RuntimeFinding['level'], string, Parameters<typeof partsOf>[1]]> = {
  'no-runtime': ['problem', bare, { 'has containerd': null, sockets: '', listening: ['', 1] }],
  'runtime-stopped': [
    'problem',
    bare,
    { 'unit containerd.service': 'Id=containerd.service\nLoadState=loaded\nActiveState=failed\nUnitFileState=enabled\nMainPID=0' },
  ],
  'docker-without-cri': ['problem', machine, { 'has containerd': null }],
  'cri-disabled': ['problem', bare, { 'ctr-plugins': null, 'containerd-dump': 'version = 2\ndisabled_plugins = ["cri"]\n' }],
  'cri-too-old': ['problem', bare, { 'containerd-version': 'containerd containerd.io 1.4.13 9cc6152' }],
  'several-sockets': ['warning', bare, twoSockets],
  'driver-mismatch': ['problem', bare, { 'containerd-dump': dumpOf(bare).replace('SystemdCgroup = true', 'SystemdCgroup = false') }],
  'driver-not-systemd': ['warning', joined, {}],
  'driver-agrees': ['ok', bare, {}],
  'driver-unknown': ['unknown', bare, { 'containerd-dump': null, 'containerd-file': null }],
  'driver-from-runtime': [
    'ok',
    joined,
    {
      'containerd-version': containerd2,
      'containerd-dump': dumpOf(joined).replace('SystemdCgroup = false', 'SystemdCgroup = true'),
      'crictl-runtime-config /run/containerd/containerd.sock': null,
    },
  ],
  'driver-not-told': ['warning', joined, { 'kubelet-version': 'Kubernetes v1.35.0' }],
  'pods-elsewhere': ['warning', joined, { 'containerd-dump': dumpOf(joined).replace('SystemdCgroup = false', 'SystemdCgroup = true') }],
  'sandbox-differs': ['warning', bare, { 'containerd-dump': dumpOf(bare).replace('pause:3.10.1', 'pause:3.6') }],
  'restart-needed': ['warning', bare, { 'containerd-written': String(Number(partsOf(bare).text('clock')?.split('\n')[0] ?? '0') + 60) }],
  'mirrors-deprecated': [
    'warning',
    bare,
    {
      'containerd-dump': `${dumpOf(bare)}\n[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]\nendpoint = ["https://old.test"]\n`,
    },
  ],
  'config-unreadable': ['unknown', bare, { 'containerd-dump': ['', 1], 'containerd-said': ['containerd: failed to load TOML: (3, 1)', 1] }],
}

test.each(runtimeFindingIdSchema.options)('%s is shown where it is so, and not on a host that is well', (id) => {
  const [level, base, changes] = shown[id]
  expect(runtimeFindings(readLook(partsOf(base, changes)))).toContainEqual(expect.objectContaining({ id, level }))
  if (id !== 'driver-agrees') expect(ids(readLook(partsOf(bare)))).toEqual(['ok driver-agrees'])
})
