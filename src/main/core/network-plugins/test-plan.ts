import { isIPv6 } from 'node:net'
import type { NetworkCheck } from '#shared/contract/network.ts'
import type { ApiNode } from './api-objects.ts'
import { hostPort, port, type TestPod } from './test-objects.ts'

/** All pairs of more nodes than that would take minutes and tell little more. */
const maxNodes = 8
/** The kubelet listens there on every node: https://kubernetes.io/docs/reference/networking/ports-and-protocols/ */
const kubeletPort = 10_250

export type PlannedCheck = Pick<NetworkCheck, 'check' | 'from' | 'to' | 'toNode'> & { readonly pod: string }

const isReady = ({ status }: ApiNode) => status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')

/** Which nodes are tried; ones that are not ready cannot start pods. Pure. */
export function testNodes(nodes: readonly ApiNode[]): { readonly used: string[]; readonly without: string[] } {
  const used = nodes
    .filter(isReady)
    .slice(0, maxNodes)
    .map(({ metadata }) => metadata.name)
  return { used, without: nodes.map(({ metadata }) => metadata.name).filter((name) => !used.includes(name)) }
}

/** Two pods on each node. Pure. */
export function testPods(nodes: readonly string[], withHostPort: boolean): TestPod[] {
  return nodes.flatMap((node, index) => [
    { name: `a-${index}`, node, hostPort: withHostPort },
    { name: `b-${index}`, node, hostPort: false },
  ])
}

export type TestPlaces = {
  readonly nodes: readonly string[]
  /** By name of the pod. */
  readonly podIps: ReadonlyMap<string, string>
  /** By name of the node; one without is left out. */
  readonly nodeIps: ReadonlyMap<string, string>
  readonly service: string
  /** `10.96.0.1:443` */
  readonly api: string
  readonly outside: string | null
  readonly hostPort: boolean
}

/** Every connection that is tried, from one pod of each node. Pure. */
export function testChecks({ nodes, podIps, nodeIps, service, api, outside, hostPort: withHostPort }: TestPlaces): PlannedCheck[] {
  const name = outside?.replace(/:\d+$/, '') ?? ''
  const isName = outside !== null && /[a-z]/i.test(name) && !name.startsWith('[')
  return nodes.flatMap((from, index) => {
    const pod = `a-${index}`
    const one = (check: NetworkCheck['check'], to: string, toNode: string | null = null): PlannedCheck => ({ check, from, pod, to, toNode })
    const others = nodes.map((node, other) => ({ node, other })).filter(({ node }) => node !== from)
    return [
      one('pod-same-node', at(podIps.get(`b-${index}`) ?? '', port), from),
      ...others.map(({ node, other }) => one('pod-other-node', at(podIps.get(`a-${other}`) ?? '', port), node)),
      one('service', at(service, 80)),
      one('api', api),
      one('dns', 'kubernetes.default:443'),
      ...nodes.flatMap((node) => (nodeIps.has(node) ? [one('pod-node', at(nodeIps.get(node) ?? '', kubeletPort), node)] : [])),
      ...(withHostPort
        ? nodes.flatMap((node) => (nodeIps.has(node) ? [one('host-port', at(nodeIps.get(node) ?? '', hostPort), node)] : []))
        : []),
      ...(isName && outside !== null ? [one('dns-outside', outside)] : []),
      ...(outside !== null ? [one('outside', outside)] : []),
    ]
  })
}

export const at = (address: string, port: number) => (isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`)

/**
 * What `agnhost connect` said: exit code 0, or a word on stderr: https://github.com/kubernetes/kubernetes/blob/master/test/images/agnhost/connect/connect.go.
 * For names only whether they were found counts; whether the way there is open is asked by address. Pure.
 */
export function readConnect(
  check: NetworkCheck['check'],
  { exitCode, stderr, timedOut }: { readonly exitCode: number | null; readonly stderr: string; readonly timedOut: boolean },
): Pick<NetworkCheck, 'state' | 'said'> {
  if (exitCode === 0) return { state: 'ok', said: '' }
  const said = stderr.split('\n').find((line) => /^(?:TIMEOUT|REFUSED|DNS|OTHER)\b/.test(line)) ?? (timedOut ? 'TIMEOUT' : null)
  if (said === null) return { state: 'unknown', said: stderr.trim().split('\n').at(-1)?.slice(0, 400) ?? '' }
  const isDns = check === 'dns' || check === 'dns-outside'
  if (isDns && !said.startsWith('DNS') && !timedOut) return { state: 'ok', said: '' }
  return { state: 'failed', said: said.slice(0, 400) }
}
