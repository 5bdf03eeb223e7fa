import type { HostAction, HostStep } from '#shared/contract/host-changes.ts'
import type { Target } from '../targets/types.ts'
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
  const way = wayOf(action)
  return way === undefined || action.kind !== 'command'
    ? []
    : action.argv.slice(ways[way].install.length).filter((word) => !word.startsWith('-'))
}

const wayOf = (action: HostAction): PackageManager | undefined =>
  action.kind === 'file' ? undefined : packageManagers.find((name) => ways[name].install.every((word, at) => action.argv[at] === word))

/** What names those that are there, a line each; one that is not is left out or said to be so. */
const listing: Readonly<Record<PackageManager, readonly [string, ...string[]]>> = {
  'apt-get': ['dpkg-query', '-W', '-f=${Package} ${db:Status-Status}\n'],
  dnf: ['rpm', '-q', '--qf', '%{NAME}\n'],
  zypper: ['rpm', '-q', '--qf', '%{NAME}\n'],
  pacman: ['pacman', '-Qq'],
  apk: ['apk', 'info', '-e'],
}

/**
 * The steps with undos that leave the packages that are there already, though a program of theirs may be missing: what somebody installed is not taken away.
 * Where nobody says, none is. Throws as `Target.run`.
 */
export async function keepPresent(target: Pick<Target, 'run'>, steps: readonly HostStep[]): Promise<HostStep[]> {
  const all = steps.flatMap(({ actions }) => actions.filter((action) => wayOf(action) !== undefined))
  const manager = all[0] && wayOf(all[0])
  if (manager === undefined) return [...steps]
  const names = [...new Set(all.flatMap(packagesOf))]
  const { exitCode, stdout } = await target.run({ argv: [...listing[manager], ...names], quiet: true, timeoutMs: 15_000 })
  const lines = stdout.split('\n').map((line) => line.replace(/ installed$/, ''))
  const present = exitCode === null || exitCode > 125 ? names : names.filter((name) => lines.includes(name))
  const kept = (action: HostAction): HostAction => {
    const own = packagesOf(action)
    if (action.kind === 'file' || own.length === 0 || action.undo === null) return action
    const undo = action.undo.filter((word) => !present.includes(word))
    return { ...action, undo: undo.some((word) => own.includes(word)) ? undo : [] }
  }
  return steps.map((step) => ({ ...step, actions: step.actions.map(kept) }))
}
