import { isMember } from '../member.ts'
import { evidence, list, notKnown, type Rule, type Rules } from '../rule.ts'

type PortIds = 'port-6443' | 'port-2379' | 'port-2380' | 'port-10250' | 'port-10257' | 'port-10259'

/** https://kubernetes.io/docs/reference/networking/ports-and-protocols/ */
const nodePorts = { first: 30_000, last: 32_767 }

export const portRules: Rules<PortIds | 'ports-node'> = {
  'port-6443': portRule(6443, 'kube-apiserver', 'control-plane'),
  'port-2379': portRule(2379, 'etcd', 'control-plane'),
  'port-2380': portRule(2380, 'etcd', 'control-plane'),
  'port-10250': portRule(10_250, 'kubelet', 'both'),
  'port-10257': portRule(10_257, 'kube-controller-manager', 'control-plane'),
  'port-10259': portRule(10_259, 'kube-scheduler', 'control-plane'),
  'ports-node': ({ facts }) => {
    const taken = facts.listening.filter(
      ({ port, holder }) => port >= nodePorts.first && port <= nodePorts.last && !holder?.startsWith('kube-proxy'),
    )
    if (taken.length > 0) {
      const shown = taken.map(({ protocol, port, holder }) => evidence(`${protocol} ${port}`, holder ?? ''))
      return {
        variant: 'taken',
        facts: { ports: list(taken.map(({ port, holder }) => (holder === null ? port : `${port} ${holder}`))) },
        evidence: shown,
      }
    }
    const range = facts.sysctl.get('net.ipv4.ip_local_port_range')
    if (range === undefined) return notKnown('absent', 'net.ipv4.ip_local_port_range')
    const shown = { facts: { range: range.trim().replace(/\s+/, '–') }, evidence: [evidence('net.ipv4.ip_local_port_range', range.trim())] }
    const [first = 0] = range.trim().split(/\s+/).map(Number)
    const reserved = (facts.sysctl.get('net.ipv4.ip_local_reserved_ports') ?? '').includes(`${nodePorts.first}-${nodePorts.last}`)
    return { variant: first <= nodePorts.last && !reserved ? 'ephemeral' : 'ok', ...shown }
  },
}

/** Names of processes are cut after 15 letters: https://man7.org/linux/man-pages/man5/proc_pid_comm.5.html */
function portRule(port: number, owner: string, of: 'control-plane' | 'both'): Rule<PortIds> {
  return ({ facts, intent }) => {
    if (of !== 'both' && intent.role !== of) return { variant: 'not-needed' }
    const listener = facts.listening.find((one) => one.protocol === 'tcp' && one.port === port)
    if (listener === undefined) return { variant: 'free', facts: { owner } }
    const { holder } = listener
    const shown = { facts: { holder, owner }, evidence: [evidence(`tcp ${port}`, holder ?? '')] }
    if (holder === null)
      return isMember(facts) && !facts.holders.known ? notKnown(facts.holders, `tcp ${port}`) : { variant: 'taken', ...shown }
    return { variant: isMember(facts) && holder.startsWith(owner.slice(0, 15)) ? 'own' : 'held', ...shown }
  }
}
