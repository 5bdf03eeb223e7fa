import type { CheckId } from '../catalog.ts'
import type { HostFacts } from '../facts.ts'
import { command, shell, step, type Fix } from './step.ts'

type Manager = 'apt-get' | 'dnf' | 'zypper' | 'pacman' | 'apk'
const managers: readonly Manager[] = ['apt-get', 'dnf', 'zypper', 'pacman', 'apk']

/** Package of a program by package manager; one name for all, or those that differ. What distributions do not ship is not here: crictl. */
const packages: Readonly<Record<string, Readonly<Partial<Record<Manager, string>>> & { readonly other: string }>> = {
  conntrack: { other: 'conntrack-tools', 'apt-get': 'conntrack' },
  socat: { other: 'socat' },
  ethtool: { other: 'ethtool' },
  tc: { other: 'iproute2', dnf: 'iproute-tc' },
  ip: { other: 'iproute2', dnf: 'iproute' },
  iptables: { other: 'iptables' },
  mount: { other: 'util-linux', 'apt-get': 'mount' },
  nsenter: { other: 'util-linux' },
  losetup: { other: 'util-linux' },
  cp: { other: 'coreutils' },
  touch: { other: 'coreutils' },
  apparmor_parser: { other: 'apparmor', zypper: 'apparmor-parser' },
}

const install: Readonly<Record<Manager, readonly string[]>> = {
  'apt-get': ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', '--no-install-recommends'],
  dnf: ['dnf', 'install', '-y'],
  zypper: ['zypper', '--non-interactive', 'install'],
  pacman: ['pacman', '-S', '--noconfirm', '--needed'],
  apk: ['apk', 'add'],
}
const remove: Readonly<Record<Manager, readonly string[]>> = {
  'apt-get': ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'remove', '-y'],
  dnf: ['dnf', 'remove', '-y'],
  zypper: ['zypper', '--non-interactive', 'remove'],
  pacman: ['pacman', '-R', '--noconfirm'],
  apk: ['apk', 'del'],
}
/** The system itself stands on these: they are never taken away again. */
const never = ['util-linux', 'coreutils', 'mount', 'iproute2', 'iproute']

const programOf = (id: CheckId) => (id === 'apparmor' ? 'apparmor_parser' : id.replace(/^tool-/, ''))
const managerOf = (facts: HostFacts) => managers.find((name) => facts.tools.has(name))

export const packagesFix: Fix = {
  ids: [
    'tool-conntrack',
    'tool-socat',
    'tool-ethtool',
    'tool-tc',
    'tool-ip',
    'tool-iptables',
    'tool-mount',
    'tool-nsenter',
    'tool-losetup',
    'tool-cp',
    'tool-touch',
    'apparmor',
  ],
  steps: ({ facts }, _, wrong) => {
    const manager = managerOf(facts)
    if (manager === undefined) return []
    const found = wrong.filter((id) => packages[programOf(id)] !== undefined)
    return found.flatMap((id, at) => {
      const program = programOf(id)
      const known = packages[program]
      if (known === undefined) return []
      const name = known[manager] ?? known.other
      return [
        step('package-install', id, { program, package: name }, [
          // Without lists, or with old ones, no package is found.
          ...(manager === 'apt-get' && at === 0 ? [command(['apt-get', 'update', '-q'], [], null)] : []),
          command([...install[manager], name], never.includes(name) ? null : [...remove[manager], name], shell('command -v "$1"', program)),
        ]),
      ]
    })
  },
}
