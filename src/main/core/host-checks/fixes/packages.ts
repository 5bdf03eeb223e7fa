import type { CheckId } from '../catalog.ts'
import type { HostFacts } from '../facts.ts'
import { freshLists, installAction, type PackageManager, packageManagers } from '../../host-changes/packages.ts'
import { shell, step, type Fix } from './step.ts'

/** Package of a program by package manager; one name for all, or those that differ. What distributions do not ship is not here: crictl. */
const packages: Readonly<Record<string, Readonly<Partial<Record<PackageManager, string>>> & { readonly other: string }>> = {
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

/** The system itself stands on these: they are never taken away again. */
const never = ['util-linux', 'coreutils', 'mount', 'iproute2', 'iproute']

const programOf = (id: CheckId) => (id === 'apparmor' ? 'apparmor_parser' : id.replace(/^tool-/, ''))
const managerOf = (facts: HostFacts) => packageManagers.find((name) => facts.tools.has(name))

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
          ...(at === 0 ? freshLists(manager) : []),
          installAction(manager, [name], { check: shell('command -v "$1"', program), ...(never.includes(name) ? { undo: null } : {}) }),
        ]),
      ]
    })
  },
}
