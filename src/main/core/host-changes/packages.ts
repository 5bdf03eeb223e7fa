import type { HostAction } from '#shared/contract/host-changes.ts'
import { command } from './steps.ts'

/** Distributions that package, and name their packages, alike. */
export type Family = 'debian' | 'rhel' | 'fedora' | 'suse' | 'arch'

/** By `ID` and `ID_LIKE` of os-release, in their order. Pure. */
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

export const packageManagers = ['apt-get', 'dnf', 'zypper', 'pacman', 'apk'] as const
export type PackageManager = (typeof packageManagers)[number]

type Ways = { readonly install: readonly string[]; readonly remove: readonly string[]; readonly query: readonly string[] }

// confold: a configuration that is there is kept, and nothing is asked.
const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-y', '-o', 'Dpkg::Options::=--force-confold'] as const
/** Nothing is asked by any of them, and no more is taken away than was named. */
const ways: Readonly<Record<PackageManager, Ways>> = {
  'apt-get': { install: [...apt, 'install', '--no-install-recommends'], remove: [...apt, 'remove'], query: ['dpkg-query', '-W'] },
  dnf: { install: ['dnf', '-y', 'install'], remove: ['dnf', '-y', 'remove'], query: ['rpm', '-q'] },
  zypper: {
    install: ['zypper', '--non-interactive', 'install'],
    remove: ['zypper', '--non-interactive', 'remove'],
    query: ['rpm', '-q'],
  },
  pacman: { install: ['pacman', '-S', '--noconfirm', '--needed'], remove: ['pacman', '-R', '--noconfirm'], query: ['pacman', '-Q'] },
  apk: { install: ['apk', 'add'], remove: ['apk', 'del'], query: ['apk', 'info', '-e'] },
}

const managerOf: Readonly<Record<Family, PackageManager>> = {
  debian: 'apt-get',
  rhel: 'dnf',
  fedora: 'dnf',
  suse: 'zypper',
  arch: 'pacman',
}

/** What must come before an install: apt finds nothing without lists, or with old ones. */
export const freshLists = (manager: PackageManager): HostAction[] => (manager === 'apt-get' ? [command(['apt-get', 'update'])] : [])

/** `undo`: those that are taken away again, all unless it says otherwise; null: none ever. `check`: other than that the manager has them. */
export function installAction(
  manager: PackageManager,
  names: readonly string[],
  { undo = names, check }: { readonly undo?: readonly string[] | null; readonly check?: readonly string[] } = {},
): HostAction {
  const { install, remove, query } = ways[manager]
  return command([...install, ...names], { undo: undo === null ? null : [...remove, ...undo], check: check ?? [...query, ...names] })
}

export function packageCommands(family: Family, ...names: readonly string[]): HostAction[] {
  const manager = managerOf[family]
  return [...freshLists(manager), installAction(manager, names)]
}

/** Names of the packages that a command of `installAction` fetches; none for any other action. Pure. */
export function packagesOf(action: HostAction): string[] {
  if (action.kind !== 'command') return []
  const way = Object.values(ways).find(({ install }) => install.every((word, at) => action.argv[at] === word))
  return way === undefined ? [] : action.argv.slice(way.install.length).filter((word) => !word.startsWith('-'))
}
