import { subnetsOverlap } from '#shared/contract/document.ts'
import type { Evidence } from '../evidence.ts'
import { fact, finding, type Rule, short } from '../rule.ts'
import { evidenceLine, hits, linesOf, nodeOf } from '../text.ts'

const notInitialized = /cni plugin not initialized|network plugin is not ready: cni config uninitialized|cni config uninitialized/
/** The default network is there after some 10 s; what is not after this many ms does not come by itself. */
const soonMs = 20_000
const sureMs = 60_000

/** Pods of the networks that kind and minikube bring, and of those that people install. */
const networkPod = /^(?:kindnet|pod-network|kube-flannel|calico|cilium|weave-net|antrea)\S*/

export const cni: Rule = (evidence) => {
  const textOf = (what: string) => evidence.texts.find((text) => text.source === 'pod' && text.name.endsWith(`:kubectl get ${what}`))
  const [states, pods] = [textOf('nodes'), textOf('pods')]
  // Until kubeadm has brought its own pods nobody has brought a network either.
  if (pods !== undefined && !/^(?:coredns|kube-proxy)-/m.test(pods.text)) return []
  /** The kubelet itself logs it only while a pod waits for it; the API server always knows. */
  const saidOf = (name: string) => {
    const line = states === undefined ? undefined : linesOf(states).find((one) => one.split(/\s/)[0] === name && notInitialized.test(one))
    if (states !== undefined && line !== undefined) return evidenceLine(states, line)
    return hits(evidence, ['kubelet'], notInitialized).find((one) => nodeOf(one) === name)?.line
  }
  return evidence.nodes
    .flatMap((node) => {
      const { inside } = node
      const said = saidOf(node.name)
      const empty = inside !== null && (inside.cni === null || inside.cni.every((name) => !/\.conf(?:list)?$/.test(name)))
      const ms = inside?.kubeletMs ?? 0
      return said !== undefined && empty && ms >= soonMs ? [{ said, node, ms }] : []
    })
    .slice(0, 1)
    .map(({ said, node, ms }) => {
      const found = [said, fact('node-journal', node.name, `/etc/cni/net.d: ${node.inside?.cni?.join(' ') || '–'}`)]
      const sure = ms >= sureMs ? ('sure' as const) : ('likely' as const)
      const pod = pods === undefined ? undefined : linesOf(pods).find((line) => networkPod.test(line))
      if (pods === undefined || pod === undefined)
        return finding({ cause: 'cni-missing', facts: { node: node.name }, evidence: found, sure, action: 'change-specification' })
      return finding({
        cause: 'cni-not-ready',
        facts: { node: node.name, reason: short(pod.replace(/\s+/g, ' ')) },
        evidence: [evidenceLine(pods, pod), ...found],
        sure,
        action: 'change-specification',
      })
    })
}

/** libnetwork's and minikube's words: https://github.com/moby/moby/blob/v28.2.2/daemon/libnetwork/ipamapi/contract.go */
const poolWords =
  /Pool overlaps with other one on this address space|networks have overlapping IPv[46]|(?:could not find an available, non-overlapping|all predefined) (?:IPv[46] )?address pools?[^\n]*|invalid pool request[^\n]*overlaps[^\n]*|Exiting due to IF_DEDICATED_NETWORK[^\n]*/

export const subnet: Rule = (evidence) => {
  const [hit] = hits(evidence, ['command', 'engine'], poolWords)
  const clash = overlapping(evidence)
  if (hit === undefined && clash === null) return []
  return [
    finding({
      cause: 'subnet-overlap',
      facts: {
        subnet: clash?.subnet ?? /subnet[= ](\S+)/.exec(hit?.line.text ?? '')?.[1] ?? null,
        other: clash?.other ?? null,
        with: clash?.device ?? null,
      },
      evidence: [
        ...(hit === undefined ? [] : [hit.line]),
        ...(clash === null
          ? []
          : [fact('host', '/proc/net/route', `${clash.other} dev ${clash.device}`), fact('engine', clash.name, clash.subnet)]),
      ],
      // Routes that overlap do harm only where both are used.
      sure: hit === undefined ? 'likely' : 'sure',
      level: hit === undefined ? 'warning' : 'problem',
      action: 'change-specification',
    }),
  ]
}

/** A network of the cluster that a route of this machine, other than the engine's own, leads elsewhere. */
function overlapping({
  host,
  engine,
  subnets,
  provider,
  cluster,
}: Evidence): { subnet: string; other: string; device: string; name: string } | null {
  const bridges = new Set(engine?.networks.map((network) => network.bridge))
  const mine = (engine?.networks ?? []).filter((network) => network.name === (provider === 'kind' ? 'kind' : cluster))
  const wanted = [
    ...mine.flatMap((network) => network.subnets.map((one) => ({ subnet: one, name: network.name }))),
    ...subnets.map((one) => ({ subnet: one, name: cluster })),
  ]
  for (const route of host?.routes ?? []) {
    if (bridges.has(route.device) || /^(?:docker|br-|veth|cni|lo$)/.test(route.device)) continue
    const clash = wanted.find((one) => subnetsOverlap(one.subnet, route.subnet))
    if (clash !== undefined) return { ...clash, other: route.subnet, device: route.device }
  }
  return null
}

/** https://coredns.io/plugins/loop/#troubleshooting */
export const dnsLoop: Rule = (evidence) =>
  hits(evidence, ['pod'], /plugin\/loop: Loop \(([^)]*)\) detected/)
    .slice(0, 1)
    .map((hit) => {
      const node = nodeOf(hit)
      const resolv = evidence.nodes.find(({ name }) => name === node)?.inside?.resolvConf ?? ''
      const nameserver = /^nameserver (\S+)/m.exec(resolv)?.[1] ?? null
      return finding({
        cause: 'dns-loop',
        facts: { node, nameserver },
        evidence: [
          hit.line,
          ...(nameserver === null ? [] : [fact('node-journal', `${node}:/etc/resolv.conf`, `nameserver ${nameserver}`)]),
        ],
        action: 'change-specification',
      })
    })

export const dnsAbsent: Rule = (evidence) =>
  evidence.nodes.flatMap((node) => {
    const resolv = node.inside?.resolvConf
    if (resolv === undefined || /^\s*nameserver\s+\S/m.test(resolv)) return []
    return [
      finding({
        cause: 'dns-absent',
        facts: { node: node.name, reason: '/etc/resolv.conf: no nameserver' },
        evidence: [fact('node-journal', `${node.name}:/etc/resolv.conf`, short(resolv) ?? '–')],
        level: 'warning',
        action: 'open-machine',
      }),
    ]
  })

/** The three that kind itself falls back from (https://github.com/kubernetes-sigs/kind/blob/v0.33.0/pkg/cluster/internal/providers/docker/network.go), and runc's where the kernel has none. */
const ipv6Words =
  /Cannot read IPv6 setup for bridge[^\n]*|ip6tables[^\n]*(?:Table does not exist|can't initialize|not found|No chain\/target)[^\n]*|iptables failed: ip6tables[^\n]*|open \/proc\/sys\/net\/ipv6\/[^\s:]+: no such file or directory[^\n]*|[^\n]*IPv6[^\n]*(?:is disabled|not supported|not enabled)[^\n]*|cannot assign requested address: fc00[^\n]*/

export const ipv6: Rule = (evidence) => {
  const [hit] = hits(evidence, ['command', 'engine'], ipv6Words)
  if (hit === undefined) return []
  const off = evidence.host?.ipv6 === false ? [fact('host', 'sysctl', 'net.ipv6.conf.all.disable_ipv6 = 1')] : []
  return [
    finding({ cause: 'ipv6-off', facts: { reason: short(hit.match[0]) }, evidence: [hit.line, ...off], action: 'change-specification' }),
  ]
}
