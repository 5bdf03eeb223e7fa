import { coerce } from 'semver'
import type { HostStep } from '#shared/contract/host-changes.ts'
import { AppError } from '../error.ts'
import { type Family, familyOf, packageCommands } from '../host-changes/packages.ts'
import { type Apt, aptRepository, obsRepository, rpmRepository, withFiles } from '../host-changes/repositories.ts'
import { command, file, step } from '../host-changes/steps.ts'
import type { Target } from '../targets/types.ts'
import { setContainerdDriver } from './containerd-edit.ts'
import { pages, restart } from './steps.ts'

export type Install = {
  readonly runtime: 'containerd' | 'cri-o' | 'docker'
  readonly source: 'distribution' | 'vendor'
  /** `ID` and `ID_LIKE` of os-release. */
  readonly distribution: readonly string[]
  /** `v1.34.4`; null: unknown, so that no version of CRI-O fits. */
  readonly kubernetes: string | null
  /** Of the runtime, as it was seen: what is there already is done, and not taken away by an undo. */
  readonly package: string | null
  readonly isRunning: boolean
}

type Source = { readonly package: string; readonly link: string; readonly repository: HostStep[] }

const units = { containerd: 'containerd.service', 'cri-o': 'crio.service', docker: 'docker.service' } as const

/**
 * Packages of a runtime by distribution, its start, and for containerd its configuration before that: packages keep a file that is there. Throws
 * `runtime-install-unknown` where Cove has no plan that is known to work: Alpine has no systemd, for which kubeadm and these packages are made.
 */
export async function installSteps(target: Target, wish: Install): Promise<HostStep[]> {
  const family = familyOf(wish.distribution)
  if (family === null) throw refused(wish, wish.distribution.includes('alpine') ? 'alpine' : 'distribution')
  const source = sourceOf(wish, family)
  if (source === null) throw refused(wish, wish.runtime === 'cri-o' && wish.kubernetes === null ? 'kubernetes-version' : wish.source)
  const unit = units[wish.runtime]
  const isThere = wish.package === source.package
  const start = command(['systemctl', 'enable', '--now', unit], {
    undo: ['systemctl', 'disable', '--now', unit],
    check: ['systemctl', 'is-active', '--quiet', unit],
  })
  const configured = wish.runtime === 'containerd' ? await configuration(target) : null
  const runs = isThere && wish.isRunning
  return [
    ...(await withFiles(target, source.repository)).map((one) => ({ ...one, done: one.done || isThere })),
    ...(configured === null ? [] : [configured]),
    { ...step('runtime-install', source.link, packageCommands(family, source.package), { package: source.package }), done: isThere },
    { ...step('runtime-start', pages[wish.runtime === 'cri-o' ? 'crio' : wish.runtime], [start], { unit }), done: runs },
    // What runs already has read the configuration that was there before.
    ...(runs && configured?.done === false ? [restart(unit)] : []),
  ]
}

/** Where a package comes from. Null: not from there. */
function sourceOf({ runtime, source, kubernetes, distribution }: Install, family: Family): Source | null {
  const own = (name: string, link: string): Source => ({ package: name, link, repository: [] })
  if (source === 'distribution') {
    if (family === 'debian')
      return runtime === 'containerd'
        ? own('containerd', 'https://packages.debian.org/stable/containerd')
        : runtime === 'docker'
          ? own('docker.io', 'https://packages.debian.org/stable/docker.io')
          : null
    if (family === 'fedora')
      return runtime === 'containerd'
        ? own('containerd', 'https://packages.fedoraproject.org/pkgs/containerd/containerd/')
        : runtime === 'docker'
          ? own('moby-engine', 'https://packages.fedoraproject.org/pkgs/moby-engine/moby-engine/')
          : null
    if (family === 'suse')
      return runtime === 'cri-o'
        ? own('cri-o', 'https://software.opensuse.org/package/cri-o')
        : own(runtime, `https://software.opensuse.org/package/${runtime}`)
    if (family === 'arch') return own(runtime, `https://archlinux.org/packages/extra/x86_64/${runtime}/`)
    return null
  }
  if (runtime === 'cri-o') {
    const version = coerce(kubernetes ?? '')
    return version === null ? null : crioSource(`v${version.major}.${version.minor}`, family)
  }
  const page =
    runtime === 'containerd'
      ? 'https://github.com/containerd/containerd/blob/main/docs/getting-started.md'
      : 'https://docs.docker.com/engine/install/'
  const name = runtime === 'containerd' ? 'containerd.io' : 'docker-ce'
  if (family === 'debian')
    return { package: name, link: page, repository: [aptRepository('docker', dockerApt(distribution), repositoryStep(page))] }
  if (family === 'rhel' || family === 'fedora')
    return { package: name, link: page, repository: [rpmRepository('docker-ce', dockerRpm(family), family, repositoryStep(page))] }
  return null
}

/** CRI-O in the minor of Kubernetes: https://github.com/cri-o/packaging/blob/main/README.md */
function crioSource(minor: string, family: Family): Source | null {
  if (family === 'arch') return null
  const link = 'https://github.com/cri-o/packaging/blob/main/README.md'
  const base = `https://pkgs.k8s.io/addons:/cri-o:/stable:/${minor}`
  return { package: 'cri-o', link, repository: [obsRepository({ name: 'cri-o', title: 'CRI-O', base }, family, repositoryStep(link))] }
}

const repositoryStep = (link: string) => ({ id: 'runtime-repository', link })

function dockerApt(distribution: readonly string[]): Apt {
  const name = distribution.includes('ubuntu') ? 'ubuntu' : 'debian'
  const base = `https://download.docker.com/linux/${name}`
  // The codename is the target's own; apt takes it from the file that the step writes, so it is filled in there by `withFiles`.
  return { key: `${base}/gpg`, text: (keyring) => `deb [signed-by=${keyring}] ${base} @CODENAME@ stable\n` }
}

function dockerRpm(family: Family): string {
  const base = `https://download.docker.com/linux/${family === 'fedora' ? 'fedora' : 'rhel'}`
  return `[docker-ce-stable]\nname=Docker CE Stable\nbaseurl=${base}/$releasever/$basearch/stable\nenabled=1\ngpgcheck=1\ngpgkey=${base}/gpg\n`
}

/** systemd as cgroup driver where systemd is the first process, before the package comes: it then starts with it. */
async function configuration(target: Target): Promise<HostStep> {
  const path = '/etc/containerd/config.toml'
  const before = await target.readFile(path, { root: true })
  const edited = setContainerdDriver(before, 1, 'systemd')
  if ('refused' in edited) throw new AppError('runtime-config-refused', { path, reason: edited.refused })
  return step('runtime-driver', pages.containerdDriver, [file(path, before, edited.text)], {
    file: path,
    driver: 'systemd',
    runtime: 'containerd',
  })
}

const refused = (wish: Install, reason: string) =>
  new AppError('runtime-install-unknown', { runtime: wish.runtime, distribution: wish.distribution[0] ?? null, reason })
