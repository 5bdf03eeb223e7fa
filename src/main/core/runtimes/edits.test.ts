import { expect, test } from 'vitest'
import { readContainerdConfig, readHostsToml } from './containerd-config.ts'
import {
  enableContainerdCri,
  hostsToml,
  setContainerdCertsDir,
  setContainerdDriver,
  setContainerdSandbox,
  type Edited,
} from './containerd-edit.ts'
import { partsOf, recorded } from './fixtures/parts.ts'
import { daemonJsonDriver, readCrioConfig, readRegistriesConf } from './other-configs.ts'
import { dockerdSandboxDropIn, registriesConf, setCrioDriver, setCrioSandbox, setDockerDriver, setDockerMirrors } from './other-edits.ts'

const textOf = (edited: Edited) => ('text' in edited ? edited.text : `refused: ${edited.refused}`)
const kit = partsOf(recorded('joined-host')).get('containerd-file')?.text ?? ''
/** As containerd 2 writes its default, shortened: https://github.com/containerd/containerd/blob/main/docs/cri/config.md */
const version3 = `version = 3
root = '/var/lib/containerd' # ours

[plugins]
  [plugins.'io.containerd.cri.v1.images']
    snapshotter = 'overlayfs'

    [plugins.'io.containerd.cri.v1.images'.pinned_images]
      sandbox = 'registry.k8s.io/pause:3.10'

  [plugins.'io.containerd.cri.v1.runtime']
    [plugins.'io.containerd.cri.v1.runtime'.containerd]
      default_runtime_name = 'crun'
      [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.crun]
        runtime_type = 'io.containerd.runc.v2'
`

test('the driver of a real file of version 2 is one line of it', () => {
  const after = textOf(setContainerdDriver(kit, 1, 'systemd'))
  expect(after).toBe(kit.replace('SystemdCgroup = false', 'SystemdCgroup = true'))
  expect(textOf(setContainerdDriver(after, 1, 'cgroupfs'))).toBe(kit)
})

test('version 3: the runtime that is its default, beside its type', () => {
  const after = textOf(setContainerdDriver(version3, 2, 'systemd'))
  expect(readContainerdConfig(after)?.driver).toBe('systemd')
  expect(after.startsWith(version3.trimEnd())).toBe(true)
  expect(textOf(setContainerdSandbox(version3, 2, 'mirror.test/pause:3.10.1'))).toBe(
    version3.replace("'registry.k8s.io/pause:3.10'", '"mirror.test/pause:3.10.1"'),
  )
})

test('no file yet: one that is complete for what it says, in the version of this containerd', () => {
  expect(textOf(setContainerdDriver(null, 1, 'systemd'))).toBe(`version = 2

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = true
`)
  expect(readContainerdConfig(textOf(setContainerdDriver(null, 2, 'systemd')))).toMatchObject({ version: 3, driver: 'systemd' })
})

test('the file of Docker: CRI is turned on and the rest of it stays', () => {
  const docker =
    '#   Copyright 2018-2022 Docker Inc.\n\ndisabled_plugins = ["cri", "aufs"]\n\n#root = "/var/lib/containerd"\n#[grpc]\n#  uid = 0\n'
  const after = textOf(enableContainerdCri(docker, 1))
  expect(readContainerdConfig(after)).toMatchObject({ version: 2, criDisabled: false })
  expect(after).toBe(docker.replace('disabled_plugins = ["cri", "aufs"]', 'disabled_plugins = ["aufs"]\nversion = 2'))
})

test('what cannot be changed without loss is refused', () => {
  expect(textOf(setContainerdDriver('[plugins.cri]\nsystemd_cgroup = true\n', 1, 'systemd'))).toBe('refused: config-version-1')
  expect(textOf(setContainerdDriver('version = ', 1, 'systemd'))).toBe('refused: not-toml')
  const inline = 'version = 2\nplugins = { "io.containerd.grpc.v1.cri" = { x = 1 } }\n'
  expect(textOf(setContainerdDriver(inline, 1, 'systemd'))).toBe('refused: not-editable')
  const table = 'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]\nendpoint = ["https://a.test"]\n'
  expect(textOf(setContainerdCertsDir(table, 1, '/etc/containerd/certs.d'))).toBe('refused: mirrors-table')
  expect(textOf(setDockerDriver('[]', 'systemd'))).toBe('refused: not-editable')
})

test('mirrors are read as they were written', () => {
  const text = hostsToml('docker.io', ['https://one.test', 'http://two.test:5000/v2/hub'])
  expect(readHostsToml('/etc/containerd/certs.d/docker.io/hosts.toml', text)?.endpoints).toEqual([
    'https://one.test',
    'http://two.test:5000/v2/hub',
  ])
  expect(textOf(setContainerdCertsDir(kit, 1, '/etc/containerd/certs.d'))).toBe(kit)
  expect(readContainerdConfig(textOf(setContainerdCertsDir('version = 2\n', 1, '/etc/containerd/certs.d')))?.certsDir).toBe(
    '/etc/containerd/certs.d',
  )
  expect(readRegistriesConf('f', registriesConf('registry.k8s.io', ['https://m.test/k8s/']))).toEqual([
    { registry: 'registry.k8s.io', endpoints: ['m.test/k8s'], file: 'f' },
  ])
})

test('the drop-in of CRI-O', () => {
  const driver = textOf(setCrioDriver(null, 'cgroupfs'))
  expect(readCrioConfig(driver)?.driver).toBe('cgroupfs')
  expect(driver).toContain('conmon_cgroup = "pod"')
  const both = textOf(setCrioSandbox(driver, 'registry.k8s.io/pause:3.10.1'))
  expect(readCrioConfig(both)).toMatchObject({ driver: 'cgroupfs', sandboxImage: 'registry.k8s.io/pause:3.10.1' })
})

test('daemon.json keeps its other options, their order and its indentation', () => {
  const before =
    '{\n    "log-driver": "local",\n    "exec-opts": ["native.cgroupdriver=cgroupfs", "isolation=x"],\n    "bip": "10.0.0.1/24"\n}\n'
  const after = textOf(setDockerDriver(before, 'systemd'))
  expect(daemonJsonDriver(after)).toBe('systemd')
  expect(Object.keys(JSON.parse(after) as object)).toEqual(['log-driver', 'exec-opts', 'bip'])
  expect(after).toContain('    "log-driver"')
  expect(JSON.parse(textOf(setDockerMirrors(null, ['https://m.test'])))).toEqual({ 'registry-mirrors': ['https://m.test'] })
  expect(textOf(setDockerMirrors('{"registry-mirrors": ["https://m.test"]}', []))).toBe('{}\n')
})

test('cri-dockerd gets another image behind all its other flags', () => {
  const command =
    '/usr/bin/cri-dockerd --container-runtime-endpoint fd:// --pod-infra-container-image=registry.k8s.io/pause:3.9 --network-plugin='
  expect(dockerdSandboxDropIn(command, 'a.test/pause:1')).toBe(
    '[Service]\nExecStart=\nExecStart=/usr/bin/cri-dockerd --container-runtime-endpoint fd:// --network-plugin= --pod-infra-container-image=a.test/pause:1\n',
  )
  expect(dockerdSandboxDropIn('', 'a.test/pause:1')).toBeNull()
})
