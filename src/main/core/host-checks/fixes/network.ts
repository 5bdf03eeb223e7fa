import { covered, firstAddress, proxyOf } from '../proxy.ts'
import { closedAfterReload, closedByFirewalld, closedByUfw, dropsForwarded } from '../rules/firewall.ts'
import { isSubnet } from '../rules/network.ts'
import { runtimeOf } from '../runtime-of.ts'
import { command, fileAction, shell, step, withLines, type Fix } from './step.ts'

export const firewallFix: Fix = {
  ids: ['firewall-firewalld', 'firewall-ufw'],
  steps: (ground, _, wrong) => {
    const firewalld = wrong.includes('firewall-firewalld') ? (closedByFirewalld(ground) ?? []) : []
    const ufw = wrong.includes('firewall-ufw') ? (closedByUfw(ground) ?? []) : []
    return [
      ...(firewalld.length > 0
        ? [
            step(
              'firewalld-ports',
              'firewall-firewalld',
              { ports: firewalld.join(', ') },
              // For now and for good: without --permanent it is gone with the next reload. What is open already in one of them an undo must not close.
              [
                ...firewalld.map((ports) => openPort(ports, [])),
                ...closedAfterReload(ground).map((ports) => openPort(ports, ['--permanent'])),
              ],
            ),
          ]
        : []),
      ...(ufw.length > 0
        ? [
            step(
              'ufw-ports',
              'firewall-ufw',
              { ports: ufw.join(', ') },
              ufw.map((ports) => {
                const rule = `${ports.replace('-', ':')}/tcp`
                return command(['ufw', 'allow', rule], ['ufw', 'delete', 'allow', rule], shell('ufw status | grep -qF -- "$1"', rule))
              }),
            ),
          ]
        : []),
    ]
  },
}

const openPort = (ports: string, how: readonly string[]) =>
  command(
    ['firewall-cmd', ...how, `--add-port=${ports}/tcp`],
    ['firewall-cmd', ...how, `--remove-port=${ports}/tcp`],
    ['firewall-cmd', ...how, `--query-port=${ports}/tcp`],
  )

export const forwardFix: Fix = {
  ids: ['forward-policy'],
  // A chain of nftables belongs to whoever wrote it.
  steps: ({ facts }) =>
    dropsForwarded(facts)
      ? [
          step('forward-accept', 'forward-policy', {}, [
            command(
              ['iptables', '-P', 'FORWARD', 'ACCEPT'],
              ['iptables', '-P', 'FORWARD', 'DROP'],
              shell('iptables -S FORWARD | grep -qx -- "-P FORWARD ACCEPT"'),
            ),
          ]),
        ]
      : [],
}

const environmentFile = '/etc/environment'

/** Only where the proxy itself is set for everybody: what a person's own shell sets is theirs. */
export const noProxyFix: Fix = {
  ids: ['proxy-node', 'proxy-subnets'],
  files: () => [environmentFile],
  steps: ({ facts, intent }, read, wrong) => {
    const before = read(environmentFile)
    if (before === null || proxyOf(facts, 'https_proxy')?.where !== environmentFile) return []
    const old = proxyOf(facts, 'no_proxy')?.value ?? ''
    const node = wrong.includes('proxy-node') ? facts.addresses.slice(0, 1).map(({ address }) => address.split('/')[0] ?? '') : []
    const subnets = wrong.includes('proxy-subnets')
      ? [...intent.podSubnets, ...intent.serviceSubnets].filter((one) => isSubnet(one) && !covered(old, firstAddress(one)))
      : []
    const added = [...node, ...subnets]
    const value = [...old.split(',').filter((word) => word !== ''), ...added].join(',')
    const lines = before.split('\n')
    const names = ['NO_PROXY', 'no_proxy']
    const kept = lines.map((line) => {
      const name = /^\s*(?:export\s+)?(no_proxy)\s*=/i.exec(line)?.[1]
      return name === undefined ? line : `${name}="${value}"`
    })
    const missing = names.filter((name) => !kept.some((line) => line.startsWith(`${name}=`)))
    const after =
      missing.length === 0
        ? kept.join('\n')
        : withLines(
            kept.join('\n'),
            missing.map((name) => `${name}="${value}"`),
          )
    return [step('no-proxy', 'proxy-subnets', { added: added.join(', ') }, [fileAction(environmentFile, before, after)])]
  },
}

/** https://kubernetes.io/docs/setup/production-environment/container-runtimes/ : runtimes pull with the environment of their service. */
export const runtimeProxyFix: Fix = {
  ids: ['proxy-runtime'],
  files: ({ facts, intent }) => (runtimeOf(facts, intent)?.units.slice(0, 1) ?? []).map(dropIn),
  steps: ({ facts, intent }, read) => {
    const unit = runtimeOf(facts, intent)?.units[0]
    const names = ['http_proxy', 'https_proxy', 'no_proxy'] as const
    const values = names.flatMap((name) => {
      const found = proxyOf(facts, name)
      return found === null ? [] : [`Environment="${name.toUpperCase()}=${found.value.replaceAll('%', '%%')}"`]
    })
    // A password that was left out here cannot be written there.
    if (unit === undefined || values.length === 0 || values.some((line) => line.includes('***@'))) return []
    const path = dropIn(unit)
    const restart = ['systemctl', 'restart', unit]
    const reload = ['systemctl', 'daemon-reload']
    return [
      step('runtime-proxy', 'proxy-runtime', { unit }, [
        // What somebody wrote there stays: of two settings of one variable systemd takes the last.
        fileAction(path, read(path), withLines(read(path), ['[Service]', ...values])),
        command(reload, reload, null),
        command(restart, restart, ['systemctl', 'is-active', '--quiet', unit]),
      ]),
    ]
  },
}
const dropIn = (unit: string) => `/etc/systemd/system/${unit}.service.d/http-proxy.conf`
