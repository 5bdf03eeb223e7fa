import type { HostIntent } from '#shared/contract/host-checks.ts'
import type { HostFacts } from '../facts.ts'
import { wantsIpv4, wantsIpv6 } from './kernel.ts'
import { evidence, type Ground, list, notKnown, type Rules } from '../rule.ts'

type Ids = 'firewall-firewalld' | 'firewall-ufw' | 'firewall-rules' | 'forward-policy' | 'iptables-backend'

/** What must be reached from other machines, first and last port. https://kubernetes.io/docs/reference/networking/ports-and-protocols/ */
export function inboundPorts(role: HostIntent['role']): readonly (readonly [number, number])[] {
  const kubelet = [10_250, 10_250] as const
  return role === 'control-plane' ? [[6443, 6443], [2379, 2380], kubelet] : [kubelet, [30_000, 32_767]]
}

/** Services of firewalld that open some of them: /usr/lib/firewalld/services. */
const firewalldServices: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'kube-apiserver': [[6443, 6443]],
  'kube-control-plane': [
    [6443, 6443],
    [2379, 2380],
    [10_250, 10_252],
  ],
  'etcd-client': [[2379, 2379]],
  'etcd-server': [[2380, 2380]],
  kubelet: [[10_250, 10_250]],
  'kube-worker': [
    [10_250, 10_250],
    [30_000, 32_767],
  ],
  'kube-nodeport-services': [[30_000, 32_767]],
}

export const rangeText = ([first, last]: readonly [number, number]): string => (first === last ? String(first) : `${first}-${last}`)

/** Of what is needed, what none of the open ranges holds; a range that is open in part is cut. */
function closed(role: HostIntent['role'], open: readonly (readonly [number, number])[]): string[] {
  const sorted = open.toSorted(([a], [b]) => a - b)
  return inboundPorts(role).flatMap(([first, last]) => {
    const gaps: [number, number][] = []
    let next = first
    for (const [from, to] of sorted) {
      if (from > last || to < next) continue
      if (from > next) gaps.push([next, from - 1])
      next = to + 1
    }
    if (next <= last) gaps.push([next, last])
    return gaps.map(rangeText)
  })
}

const rangeOf = (text: string): [number, number] | null => {
  const [, first, last] = /^(\d+)(?:[-:](\d+))?(?:\/tcp)?$/.exec(text) ?? []
  return first === undefined ? null : [Number(first), Number(last ?? first)]
}

/** Ports that a firewall keeps closed; null: it does not run. */
export function closedByFirewalld({ facts, intent }: Ground): string[] | null {
  if (!facts.firewalld.known || !facts.firewalld.value.running) return null
  return closed(intent.role, openedBy(facts.firewalld.value))
}

/** Of those ports, what it keeps closed once it has been loaded anew. */
export function closedAfterReload({ facts, intent }: Ground): string[] {
  return facts.firewalld.known ? closed(intent.role, openedBy(facts.firewalld.value.permanent)) : []
}

const openedBy = ({ ports, services }: { readonly ports: readonly string[]; readonly services: readonly string[] }) => [
  ...rangesOf(ports),
  ...services.flatMap((name) => firewalldServices[name] ?? []),
]

export function closedByUfw({ facts, intent }: Ground): string[] | null {
  if (!facts.ufw.known || !facts.ufw.value.active) return null
  return closed(
    intent.role,
    rangesOf(facts.ufw.value.rules.flatMap((rule) => (rule.trim().split(/\s+/)[0] ?? '').replace(/\/tcp$/, '').split(','))),
  )
}

const rangesOf = (words: readonly string[]): [number, number][] => words.map(rangeOf).filter((range) => range !== null)

export const firewallRules: Rules<Ids> = {
  'firewall-firewalld': (ground) => {
    const { firewalld, services } = ground.facts
    const runs = services.known ? services.value.get('firewalld')?.active === true : null
    if (!firewalld.known) return firewalld.why === 'absent' || runs === false ? { variant: 'off' } : notKnown(firewalld, 'firewall-cmd')
    const ports = closedByFirewalld(ground)
    if (ports === null) return { variant: 'off' }
    const shown = [
      evidence('firewall-cmd --list-ports', list(firewalld.value.ports)),
      evidence('firewall-cmd --list-services', list(firewalld.value.services)),
    ]
    return { variant: ports.length > 0 ? 'closed' : 'open', facts: { ports: list(ports) }, evidence: shown }
  },
  'firewall-ufw': (ground) => {
    const { ufw } = ground.facts
    // Its service says nothing: it is enabled where ufw is off, and inactive where `ufw enable` turned it on.
    if (!ufw.known) return ufw.why === 'absent' ? { variant: 'off' } : notKnown(ufw, 'ufw status')
    const ports = closedByUfw(ground)
    if (ports === null) return { variant: 'off' }
    return {
      variant: ports.length > 0 ? 'closed' : 'open',
      facts: { ports: list(ports) },
      evidence: ufw.value.rules.map((rule) => evidence('ufw status', rule)),
    }
  },
  'firewall-rules': (ground) => {
    const { facts, intent } = ground
    if (closedByFirewalld(ground) !== null || closedByUfw(ground) !== null) return { variant: 'managed' }
    if (!facts.iptablesRules.known && facts.iptablesRules.why !== 'absent') return notKnown(facts.iptablesRules, 'iptables -S')
    const rules = facts.iptablesRules.known ? facts.iptablesRules.value : []
    const input = rules.filter((rule) => /^-[PA] INPUT /.test(rule))
    const nft = (facts.nftHooks.known ? facts.nftHooks.value : []).filter((line) => /hook input .*policy drop/.test(line))
    const drops = input.some(
      (rule) => rule === '-P INPUT DROP' || (/^-A INPUT (?:.*)?-j (?:DROP|REJECT)/.test(rule) && !/ -[sdpi] | -m /.test(rule)),
    )
    const ports = drops
      ? closed(intent.role, acceptedBy(input))
      : nft.length > 0 && rules.length === 0
        ? inboundPorts(intent.role).map(rangeText)
        : []
    const shown = [
      ...input.map((rule) => evidence('iptables -S INPUT', rule)),
      ...nft.map((line) => evidence('nft list ruleset', line.trim())),
    ]
    return { variant: ports.length > 0 ? 'drops' : 'ok', facts: { ports: list(ports) }, evidence: shown.slice(0, 20) }
  },
  'forward-policy': (ground) => {
    const { facts } = ground
    const { iptablesRules, nftHooks } = facts
    if (!iptablesRules.known && iptablesRules.why !== 'absent') return notKnown(iptablesRules, 'iptables -S FORWARD')
    if (dropsForwarded(facts)) return { variant: 'drops', evidence: shownOf(forwardRules(facts)) }
    if (!nftHooks.known && nftHooks.why !== 'absent') return notKnown(nftHooks, 'nft list ruleset')
    const chains = droppingChains(ground)
    if (chains.length > 0)
      return { variant: 'nft-drops', facts: { chains: list(chains) }, evidence: chains.map((chain) => evidence('nft list ruleset', chain)) }
    return { variant: 'ok', evidence: shownOf(forwardRules(facts)) }
  },
  'iptables-backend': ({ facts }) => {
    if (!facts.iptablesVersion.known)
      return facts.iptablesVersion.why === 'absent' ? { variant: 'absent' } : notKnown(facts.iptablesVersion, 'iptables --version')
    const version = facts.iptablesVersion.value
    const count = facts.iptablesCount.known ? facts.iptablesCount.value : { legacy: null, nft: null }
    const legacy = count.legacy ?? 0
    const nft = count.nft ?? 0
    const shown = {
      facts: { version, legacy, nft },
      evidence: [evidence('iptables --version', version), evidence('iptables-save', `legacy ${legacy}, nft ${nft}`)],
    }
    if (legacy > 0 && nft > 0) return { variant: 'mixed', ...shown }
    return { variant: version.includes('nf_tables') ? 'nft' : 'legacy', ...shown }
  },
}

const forwardRules = ({ iptablesRules }: HostFacts) =>
  iptablesRules.known ? iptablesRules.value.filter((rule) => /^-[PA] FORWARD /.test(rule)) : []
const shownOf = (rules: readonly string[]) => rules.slice(0, 20).map((rule) => evidence('iptables -S FORWARD', rule))

/** Whether iptables drops what is forwarded, with no rules of Kubernetes before that. */
export function dropsForwarded(facts: HostFacts): boolean {
  const rules = forwardRules(facts)
  return rules.includes('-P FORWARD DROP') && !rules.some((rule) => /KUBE-FORWARD/.test(rule))
}

/** Chains of nftables that drop what is forwarded of the cluster's families, as `table inet filter, chain forward`: all but the one that iptables shows itself. */
function droppingChains(ground: Ground): readonly string[] {
  const { nftHooks, iptablesRules, iptablesVersion } = ground.facts
  const told = iptablesRules.known && iptablesVersion.known && iptablesVersion.value.includes('nf_tables')
  const others = [...(wantsIpv4(ground) ? [] : ['ip']), ...(wantsIpv6(ground) ? [] : ['ip6'])]
  let table = ''
  let chain = ''
  const found: string[] = []
  for (const line of nftHooks.known ? nftHooks.value.map((each) => each.trim().replace(/ *\{$/, '')) : []) {
    if (line.startsWith('table ')) table = line
    else if (line.startsWith('chain ')) chain = line
    else if (/hook forward .*policy drop/.test(line) && !others.includes(table.split(' ')[1] ?? '')) found.push(`${table}, ${chain}`)
  }
  return found.filter((one) => !(told && one === 'table ip filter, chain FORWARD'))
}

/** Ports that rules of iptables let in: `--dport 6443`, `--dport 2379:2380`, `--dports 22,10250`. */
function acceptedBy(rules: readonly string[]): [number, number][] {
  return rules.flatMap((rule) => (/-j ACCEPT/.test(rule) ? rangesOf((/--dports? (\S+)/.exec(rule)?.[1] ?? '').split(',')) : []))
}
