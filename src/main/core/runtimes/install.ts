import { coerce } from 'semver'
import type { HostAction, HostStep } from '#shared/contract/host-changes.ts'
import { AppError } from '../error.ts'
import type { Target } from '../targets/types.ts'
import { setContainerdDriver } from './containerd-edit.ts'
import { command, file, pages, restart, step } from './steps.ts'

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

export type Family = 'debian' | 'rhel' | 'fedora' | 'suse' | 'arch'
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

export function familyOf(distribution: readonly string[]): Family | null {
  for (const name of distribution) {
    if (name === 'fedora') return distribution[0] === 'fedora' ? 'fedora' : 'rhel'
    if (name === 'debian' || name === 'ubuntu') return 'debian'
    if (['rhel', 'centos', 'rocky', 'almalinux', 'ol'].includes(name)) return 'rhel'
    if (name === 'suse' || name.startsWith('opensuse') || name === 'sles') return 'suse'
    if (name === 'arch') return 'arch'
  }
  return null
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
  if (family === 'debian') return { package: name, link: page, repository: [aptRepository('docker', dockerApt(distribution), page)] }
  if (family === 'rhel' || family === 'fedora')
    return { package: name, link: page, repository: [rpmRepository('docker-ce', dockerRpm(family), page)] }
  return null
}

/** CRI-O in the minor of Kubernetes: https://github.com/cri-o/packaging/blob/main/README.md */
function crioSource(minor: string, family: Family): Source | null {
  const link = 'https://github.com/cri-o/packaging/blob/main/README.md'
  const base = `https://pkgs.k8s.io/addons:/cri-o:/stable:/${minor}`
  if (family === 'debian') {
    const apt = { key: `${base}/deb/Release.key`, text: (keyring: string) => `deb [signed-by=${keyring}] ${base}/deb/ /\n` }
    return { package: 'cri-o', link, repository: [aptRepository('cri-o', apt, link)] }
  }
  if (family !== 'rhel' && family !== 'fedora' && family !== 'suse') return null
  const text = `[cri-o]\nname=CRI-O\nbaseurl=${base}/rpm/\nenabled=1\ngpgcheck=1\ngpgkey=${base}/rpm/repodata/repomd.xml.key\n`
  return { package: 'cri-o', link, repository: [rpmRepository('cri-o', text, link, family === 'suse' ? '/etc/zypp/repos.d' : undefined)] }
}

type Apt = { readonly key: string; readonly text: (keyring: string) => string }

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

/** apt reads keys in ASCII armour from files that end with `.asc`: https://wiki.debian.org/DebianRepository/UseThirdParty */
export function aptRepository(name: string, { key, text }: Apt, link: string): HostStep {
  const keyring = `/etc/apt/keyrings/${name}.asc`
  return step(
    'runtime-repository',
    link,
    [
      command(['install', '-d', '-m', '0755', '/etc/apt/keyrings']),
      command(['curl', '-fsSL', '--proto', '=https', '-o', keyring, key], { undo: ['rm', '-f', keyring] }),
      file(`/etc/apt/sources.list.d/${name}.list`, null, text(keyring)),
    ],
    { repository: new URL(key).host },
  )
}

export function rpmRepository(name: string, text: string, link: string, folder = '/etc/yum.repos.d'): HostStep {
  const valueOf = (field: string) => new RegExp(`^${field}=(\\S+)`, 'm').exec(text)?.[1] ?? ''
  // dnf takes the key that the file names for this repository alone; zypper would have to be told to trust the keys of all of them.
  const trust = folder === '/etc/zypp/repos.d' ? [command(['rpm', '--import', valueOf('gpgkey')])] : []
  const repository = new URL(valueOf('baseurl').replaceAll('$', '') || 'https://invalid').host
  return step('runtime-repository', link, [...trust, file(`${folder}/${name}.repo`, null, text)], { repository })
}

/** The file that a step of `aptRepository` fetches a key into. */
const keyringOf = (action: HostAction) => (action.kind === 'command' && action.argv[0] === 'curl' ? (action.undo?.at(-1) ?? null) : null)

async function isThere(target: Target, path: string): Promise<boolean> {
  return (await target.run({ argv: ['test', '-e', path], root: true, quiet: true, timeoutMs: 15_000 })).exitCode !== 1
}

/**
 * What is in the files of these steps now, and the codename of the distribution where a text asks for it. A keyring that is there, which repositories of the
 * person may be checked by, is not taken away by an undo.
 */
export async function withFiles(target: Target, steps: readonly HostStep[]): Promise<HostStep[]> {
  const release = steps.length === 0 ? '' : ((await target.readFile('/etc/os-release')) ?? '')
  const codename = /^(?:UBUNTU_CODENAME|VERSION_CODENAME)="?([a-z]+)"?$/m.exec(release)?.[1] ?? 'stable'
  return Promise.all(
    steps.map(async ({ id, link, facts, actions }) => {
      const read = actions.map(
        async (action): Promise<HostAction> =>
          action.kind === 'file'
            ? {
                ...action,
                before: await target.readFile(action.path, { root: true }),
                after: action.after?.replace('@CODENAME@', codename) ?? null,
              }
            : keyringOf(action) !== null && (await isThere(target, keyringOf(action) ?? ''))
              ? { ...action, undo: [] }
              : action,
      )
      // What is so already is done.
      return step(id, link, await Promise.all(read), facts)
    }),
  )
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

export function packageCommands(family: Family, ...names: string[]): HostAction[] {
  switch (family) {
    case 'debian': {
      // confold: a configuration that is there is kept, and nothing is asked.
      const quietly = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-y', '-o', 'Dpkg::Options::=--force-confold']
      return [
        command(['apt-get', 'update']),
        command([...quietly, 'install', '--no-install-recommends', ...names], {
          undo: [...quietly, 'remove', ...names],
          check: ['dpkg-query', '-W', ...names],
        }),
      ]
    }
    case 'rhel':
    case 'fedora':
      return [command(['dnf', '-y', 'install', ...names], { undo: ['dnf', '-y', 'remove', ...names], check: ['rpm', '-q', ...names] })]
    case 'suse':
      return [
        command(['zypper', '--non-interactive', 'install', ...names], {
          undo: ['zypper', '--non-interactive', 'remove', ...names],
          check: ['rpm', '-q', ...names],
        }),
      ]
    case 'arch':
      return [
        command(['pacman', '-S', '--noconfirm', '--needed', ...names], {
          undo: ['pacman', '-Rs', '--noconfirm', ...names],
          check: ['pacman', '-Q', ...names],
        }),
      ]
  }
}

const refused = (wish: Install, reason: string) =>
  new AppError('runtime-install-unknown', { runtime: wish.runtime, distribution: wish.distribution[0] ?? null, reason })
