import { coerce, gte } from 'semver'
import type { CgroupDriver, RuntimeName, RuntimeProgram, Runtime, Runtimes, RegistryMirror } from '#shared/contract/runtimes.ts'
import { criPluginState, readContainerdConfig, readHostsToml } from './containerd-config.ts'
import { daemonJsonDriver, readCrioConfig, readDocker, readRegistriesConf } from './other-configs.ts'
import { kubeletDriver, readKubelet, type Served } from './kubelet-driver.ts'
import type { Parts } from './parts.ts'
import { flagOf, isNewer, readUnit } from './units.ts'

/** All that the parts tell, without findings and names. Pure. */
export function readLook(parts: Parts): Pick<Runtimes, 'asRoot' | 'host' | 'kubelet' | 'kubeadm' | 'pods' | 'runtimes'> {
  const runtimes = [containerd(parts), crio(parts), ...docker(parts)]
  const says = readKubelet(parts)
  const served = servedBy(says.endpoint, runtimes)
  const init = parts.text('init')
  const { command: _, listens: __, activeSince: ___, ...unit } = readUnit(parts, 'kubelet.service')
  const cgroup = parts.text('cgroup')
  return {
    asRoot: parts.text('uid') === '0',
    host: {
      init,
      cgroup: cgroup === 'cgroup2fs' ? '2' : cgroup === 'tmpfs' ? '1' : null,
      recommended: init === null ? null : init === 'systemd' ? 'systemd' : 'cgroupfs',
    },
    kubelet: {
      version: says.version,
      unit,
      ...kubeletDriver(says, served === null ? null : toServed(parts, served)),
      endpoint: says.endpoint,
      joined: parts.text('joined') !== null,
      controlPlane: parts.text('control-plane') !== null,
    },
    kubeadm: {
      version: parts.text('kubeadm-version') || null,
      sandboxImage: /^\S*\/pause:\S+$/m.exec(parts.text('kubeadm-images') ?? '')?.[0] ?? null,
      ...choiceOf(runtimes),
    },
    pods: countPods(parts.text('pods')),
    runtimes,
  }
}

/** The runtime behind an endpoint; without one the only one that serves. */
export function servedBy(endpoint: string | null, runtimes: readonly Runtime[]): Runtime | null {
  const serving = runtimes.filter((runtime) => runtime.sockets.some((socket) => socket.listening !== false))
  if (endpoint === null) return serving.length === 1 ? (serving[0] ?? null) : null
  const path = plainPath(endpoint)
  const named = runtimes.find((runtime) => runtime.installed === 'yes' && runtime.sockets.some((socket) => plainPath(socket.path) === path))
  if (named !== undefined) return named
  const name = /crio/.test(path)
    ? ['cri-o']
    : /cri-docker/.test(path)
      ? ['docker', 'mirantis']
      : /containerd/.test(path)
        ? ['containerd']
        : []
  return runtimes.find((runtime) => name.includes(runtime.name) && runtime.installed === 'yes') ?? null
}

function toServed(parts: Parts, runtime: Runtime): Served {
  const asked = runtime.sockets.map((socket) => parts.get(`crictl-runtime-config ${socket.path}`)).find((part) => part !== undefined)
  return {
    name: runtime.name,
    version: runtime.shim?.version ?? runtime.version,
    driver: runtime.driver,
    tellsDriver: asked?.exitCode === 0 ? true : /Unimplemented/.test(asked?.text ?? '') ? false : null,
  }
}

function program(parts: Parts, name: string, unit: string, packages: readonly string[]): RuntimeProgram {
  const path = parts.text(`has ${name}`)
  const { command: _, listens: __, activeSince: ___, ...state } = readUnit(parts, unit)
  return { installed: path === null ? 'no' : 'yes', version: null, program: path, package: packageOf(parts, packages), unit: state }
}

function containerd(parts: Parts): Runtime {
  const base = program(parts, 'containerd', 'containerd.service', ['containerd', 'containerd.io'])
  const version = semverIn(parts.text('containerd-version'))
  const file = parts.text('containerd-path')
  const fileText = parts.text('containerd-file')
  const dump = parts.text('containerd-dump')
  const effective = dump === null ? null : readContainerdConfig(dump)
  const own = fileText === null ? null : readContainerdConfig(fileText)
  const sockets = socketsOf(parts, ['/run/containerd/containerd.sock'])
  const plugin = criPluginState(parts.text('ctr-plugins') ?? '')
  const off = plugin === 'off' || (plugin === null && (effective ?? own)?.criDisabled === true)
  const asked = askedApi(parts, sockets)
  const byVersion = version === null ? 'unknown' : gte(version, '1.6.0') ? 'v1' : 'v1alpha2'
  const folders = effective?.certsDir?.split(':') ?? ['/etc/containerd/certs.d']
  const hosts = parts
    .starting('file ')
    .flatMap(({ name, text }) => (folders.some((folder) => name.startsWith(`${folder}/`)) ? (readHostsToml(name, text) ?? []) : []))
  const table = (effective?.mirrors ?? []).map((mirror) => ({
    registry: mirror.registry,
    endpoints: [...mirror.endpoints],
    file: file ?? '',
  }))
  const problem =
    effective === null && base.installed === 'yes' ? (parts.get('containerd-said')?.text.trim().slice(0, 500) ?? '') || null : null
  return {
    ...base,
    name: 'containerd',
    version,
    shim: null,
    // Docker's own containerd answers on the same socket; without its CRI plugin it is none for the kubelet.
    sockets: off ? [] : sockets,
    cri:
      base.installed !== 'yes' ? none : asked !== null ? { api: asked, asked: true } : { api: off ? 'disabled' : byVersion, asked: false },
    driver: effective?.driver ?? null,
    sandboxImage: effective?.sandboxImage ?? null,
    configFile: file,
    configVersion: own?.version ?? null,
    restartNeeded: isNewer(parts, 'containerd-written', readUnit(parts, 'containerd.service')),
    ociRuntime: effective?.ociRuntime ?? null,
    mirrors: [...hosts, ...table],
    problem,
  }
}

function crio(parts: Parts): Runtime {
  const base = program(parts, 'crio', 'crio.service', ['cri-o'])
  const version = semverIn(parts.text('crio-version'))
  const config = readCrioConfig(parts.text('crio-config') ?? 'not = ')
  const sockets = socketsOf(parts, ['/run/crio/crio.sock'])
  const asked = askedApi(parts, sockets)
  const mirrors: RegistryMirror[] = parts
    .starting('file /etc/containers/')
    .flatMap(({ name, text }) => readRegistriesConf(`/etc/containers/${name}`, text))
  return {
    ...base,
    name: 'cri-o',
    version,
    shim: null,
    sockets,
    // v1 came with CRI-O 1.20: https://github.com/cri-o/cri-o/releases/tag/v1.20.0
    cri:
      base.installed !== 'yes'
        ? none
        : { api: asked ?? (version === null ? 'unknown' : gte(version, '1.20.0') ? 'v1' : 'v1alpha2'), asked: asked !== null },
    driver: config?.driver ?? (base.installed === 'yes' && config !== null ? 'systemd' : null),
    sandboxImage: config?.sandboxImage ?? null,
    configFile: base.installed === 'yes' ? '/etc/crio/crio.conf.d' : null,
    configVersion: null,
    restartNeeded: isNewer(parts, 'crio-written', readUnit(parts, 'crio.service')),
    ociRuntime: config?.ociRuntime ?? null,
    mirrors: base.installed === 'yes' ? mirrors : [],
    problem: config === null && base.installed === 'yes' ? 'crio config' : null,
  }
}

function docker(parts: Parts): Runtime[] {
  const base = program(parts, 'dockerd', 'docker.service', [
    'docker.io',
    'docker-ce',
    'docker-ee',
    'moby-engine',
    'docker-engine',
    'docker',
  ])
  const answer = readDocker(parts.text('docker-info'), parts.text('docker-version'))
  const file = parts.text('daemon-json')
  const { listens, command } = { ...readUnit(parts, 'cri-docker.service'), listens: readUnit(parts, 'cri-docker.socket').listens }
  const shim = {
    ...program(parts, 'cri-dockerd', 'cri-docker.service', ['cri-dockerd']),
    version: semverIn(parts.text('cri-dockerd-version')),
  }
  const sockets = shim.installed === 'yes' ? socketsOf(parts, ['/run/cri-dockerd.sock', '/run/cri-docker.sock', ...listens]) : []
  const asked = askedApi(parts, sockets)
  const byVersion = shim.version === null ? 'unknown' : gte(shim.version, '0.3.0') ? 'v1' : 'v1alpha2'
  const one: Runtime = {
    ...base,
    name: 'docker',
    version: answer?.version ?? null,
    shim,
    sockets,
    cri:
      base.installed !== 'yes' || shim.installed !== 'yes'
        ? none
        : asked !== null
          ? { api: asked, asked: true }
          : { api: byVersion, asked: false },
    driver: answer?.driver ?? (file === null ? null : daemonJsonDriver(file)),
    sandboxImage: flagOf(command, '--pod-infra-container-image'),
    configFile: base.installed === 'yes' ? '/etc/docker/daemon.json' : null,
    configVersion: null,
    restartNeeded: isNewer(parts, 'daemon-json-written', readUnit(parts, 'docker.service')),
    ociRuntime: answer?.ociRuntime ?? null,
    mirrors:
      (answer?.mirrors.length ?? 0) === 0
        ? []
        : [{ registry: 'docker.io', endpoints: [...(answer?.mirrors ?? [])], file: '/etc/docker/daemon.json' }],
    problem: null,
  }
  const isMirantis = answer?.mirantis === true || (base.package?.name === 'docker-ee' && answer === null)
  const absent = (name: RuntimeName): Runtime => ({
    ...one,
    ...program(parts, `no ${name}`, 'no.service', []),
    name,
    unit: { ...base.unit, state: 'absent', enabled: null },
    version: null,
    shim: null,
    sockets: [],
    cri: none,
    driver: null,
    sandboxImage: null,
    configFile: null,
    restartNeeded: null,
    ociRuntime: null,
    mirrors: [],
  })
  return isMirantis ? [absent('docker'), { ...one, name: 'mirantis' }] : [one, absent('mirantis')]
}

const none = { api: 'none', asked: false } as const

function askedApi(parts: Parts, sockets: Runtime['sockets']): 'v1' | 'v1alpha2' | 'disabled' | null {
  for (const { path } of sockets) {
    const part = parts.get(`crictl-version ${path}`)
    const api = /^RuntimeApiVersion:\s*(\S+)/m.exec(part?.text ?? '')?.[1]
    if (part?.exitCode === 0 && api !== undefined) return api === 'v1alpha2' ? 'v1alpha2' : 'v1'
    // https://kubernetes.io/blog/2022/11/18/upcoming-changes-in-kubernetes-1-26/#cri-api-removal
    if (/unknown service runtime\.v1\.RuntimeService/.test(part?.text ?? '')) return /containerd/.test(path) ? 'disabled' : 'v1alpha2'
  }
  return null
}

/** Of these paths those that are there, once each: /var/run is /run. */
function socketsOf(parts: Parts, paths: readonly string[]): Runtime['sockets'] {
  const there = (parts.text('sockets') ?? '').split(/\s+/).filter((path) => path !== '')
  const listening = parts.get('listening')
  const bound =
    listening === undefined || listening.exitCode === null || listening.exitCode > 1
      ? null
      : listening.text.split('\n').map((line) => plainPath(line.trim().split(/\s+/).at(-1) ?? ''))
  return [...new Set(paths.map(plainPath))].flatMap((path) => {
    const seen = there.find((one) => plainPath(one) === path)
    return seen === undefined ? [] : [{ path: seen, listening: bound === null ? null : bound.includes(path) }]
  })
}

export const plainPath = (path: string) => path.replace(/^unix:\/\//, '').replace(/^\/var\/run\//, '/run/')

/**
 * The sockets that kubeadm knows (https://github.com/kubernetes/kubernetes/blob/v1.34.0/cmd/kubeadm/app/constants/constants_unix.go) and that answer: one is taken,
 * with several it stops and asks for `criSocket`, with none it takes containerd's and fails on it.
 */
function choiceOf(runtimes: readonly Runtime[]): Pick<Runtimes['kubeadm'], 'choice' | 'sockets'> {
  const known = ['/run/containerd/containerd.sock', '/run/crio/crio.sock', '/run/cri-dockerd.sock']
  const sockets = runtimes.flatMap((runtime) => runtime.sockets).filter((socket) => known.includes(plainPath(socket.path)))
  const open = sockets.filter((socket) => socket.listening === true).map(({ path }) => `unix://${path.replace(/^\/run\//, '/var/run/')}`)
  if (sockets.some((socket) => socket.listening === null)) return { choice: 'unknown', sockets: open }
  return { choice: open.length === 0 ? 'none' : open.length === 1 ? 'one' : 'several', sockets: open }
}

/** Cgroups of containers in pods. Null: none was seen, or they could not be listed. Pure. */
export function countPods(text: string | null): Record<CgroupDriver | 'other', number> | null {
  if (text === null || text === '') return null
  const count = { systemd: 0, cgroupfs: 0, other: 0 }
  for (const path of text.split('\n')) {
    if (/kubepods[^/]*\.slice\/.*\.scope$/.test(path)) count.systemd += 1
    else if (/\/kubepods\/(?:.*\/)?pod[^/]+\/[^/]+$/.test(path)) count.cgroupfs += 1
    // A driver that does not know the other's form makes one name of it: `kubepods-burstable-pod….slice:cri-containerd:…`.
    else if (/kubepods[^/]*\.slice:/.test(path)) count.other += 1
  }
  return count.systemd + count.cgroupfs + count.other === 0 ? null : count
}

function packageOf(parts: Parts, names: readonly string[]): RuntimeProgram['package'] {
  for (const manager of ['dpkg', 'rpm', 'pacman', 'apk'] as const) {
    for (const line of parts.get(`packages-${manager}`)?.text.split('\n') ?? []) {
      const [name, version] =
        manager === 'pacman'
          ? line.split(/\s+/)
          : manager === 'apk'
            ? (/^(\S+?)-(\d\S*)\s/.exec(line)?.slice(1) ?? [])
            : line.startsWith('installed\t')
              ? line.split('\t').slice(1)
              : []
      if (name !== undefined && version !== undefined && names.includes(name)) return { name, version, manager }
    }
  }
  return null
}

const semverIn = (text: string | null) => coerce(/\d+\.\d+\.\d+/.exec(text ?? '')?.[0] ?? '')?.version ?? null
