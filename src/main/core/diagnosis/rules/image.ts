import type { Finding } from '#shared/contract/findings.ts'
import type { Evidence, EvidenceText } from '../evidence.ts'
import { fact, finding, type Rule, short } from '../rule.ts'
import { type Hit, hits } from '../text.ts'

/** What a tool failed on is sure; what a node's kubelet or runtime says may be of a pod that nobody waits for. */
const certainty = (hit: Hit): Finding['sure'] => (hit.text.source === 'command' ? 'sure' : 'likely')
const pullers: readonly EvidenceText['source'][] = ['command', 'kubelet', 'node-journal']

/** The best place of a pattern: the tool's own words first. */
function best(evidence: Evidence, pattern: RegExp, sources = pullers): Hit | undefined {
  const all = hits(evidence, sources, pattern)
  return all.find((hit) => hit.text.source === 'command') ?? all[0]
}

/** Name of the image that a line is about, else the one that was asked for. */
const imageOf = (hit: Hit, evidence: Evidence): string | null =>
  /failed to pull image \\*"([^"\\]+)/i.exec(hit.line.text)?.[1] ??
  /manifest for (\S+) not found/.exec(hit.line.text)?.[1] ??
  /(?:Unable to find image '|image: ")([^'"]+)/.exec(hit.line.text)?.[1] ??
  evidence.image

/** https://github.com/distribution/distribution/blob/v2.8.3/registry/api/v2/errors.go and docker's words around it. */
export const notFound: Rule = (evidence) => {
  const hit = best(
    evidence,
    /manifest unknown|manifest for \S+ not found|repository does not exist|pull access denied for|image: "[^"]+" not present locally|failed to resolve reference \S+ not found|: not found: manifest/i,
  )
  if (hit === undefined) return []
  const image = imageOf(hit, evidence)
  return [finding({ cause: 'image-not-found', facts: { image }, evidence: [hit.line], sure: certainty(hit), action: 'choose-version' })]
}

/** Go's words for an address that cannot be reached: https://pkg.go.dev/net#OpError, https://pkg.go.dev/net/http#Client */
const unreachable =
  /(?:Get|Head|Post) \\*"https?:\/\/([^/"\\]+)[^"]*"?: (?!proxyconnect|x509|tls:)(?:.*?)((?:dial tcp|lookup|net\/http|context deadline|EOF|read tcp)[^\n]*)/

export const unreachableRegistry: Rule = (evidence) => {
  const hit = best(evidence, new RegExp(`${unreachable.source}`))
  // The API server of the cluster itself is no registry: kubelet and kubectl say the same of it while it starts.
  if (
    hit === undefined ||
    !/no such host|i\/o timeout|no route to host|network is unreachable|connection refused|deadline exceeded|Client\.Timeout|handshake timeout|server misbehaving/.test(
      hit.match[0],
    )
  )
    return []
  const host = hit.match[1] ?? ''
  if (!/\/v2\/|registry|ghcr\.io|docker\.io|gcr\.io|github\.com|dl\.k8s\.io|storage\.googleapis/.test(hit.line.text)) return []
  return [
    finding({
      cause: 'registry-unreachable',
      facts: { registry: host, reason: short(hit.match[2]) },
      evidence: [hit.line],
      sure: certainty(hit),
      action: 'open-settings',
    }),
  ]
}

/** https://docs.docker.com/docker-hub/usage/pulls/ */
export const rateLimit: Rule = (evidence) => {
  const hit = best(evidence, /toomanyrequests|(?:unauthenticated )?pull rate limit|429 Too Many Requests/i)
  if (hit === undefined) return []
  const registry = /https?:\/\/([^/"\\]+)/.exec(
    hit.line.text.replace(/https:\/\/www\.docker\.com\S*|https:\/\/docs\.docker\.com\S*/g, ''),
  )?.[1]
  return [
    finding({
      cause: 'registry-rate-limited',
      facts: { registry: registry ?? (/docker\.com/.test(hit.line.text) ? 'Docker Hub' : null) },
      evidence: [hit.line],
      sure: certainty(hit),
      action: 'try-again',
    }),
  ]
}

/** crypto/x509's words (https://github.com/golang/go/blob/go1.24.3/src/crypto/x509/verify.go), and an address that speaks no TLS at all. */
export const tls: Rule = (evidence) => {
  const hit = best(
    evidence,
    /https:\/\/([^/"\\]+)[^\n]*?((?:tls: failed to verify certificate: )?x509: (?:certificate signed by unknown authority|certificate is (?:valid for|not valid for)|certificate is not trusted|cannot validate certificate|certificate relies on)[^\n]*|http: server gave HTTP response to HTTPS client)/,
  )
  if (hit === undefined || !/\/v2\/|registry|Failed to pull|github|k8s\.io|googleapis/i.test(hit.line.text)) return []
  return [
    finding({
      cause: 'tls-untrusted',
      facts: { host: hit.match[1] ?? null, reason: short(hit.match[2]) },
      evidence: [hit.line],
      sure: certainty(hit),
      action: 'open-settings',
    }),
  ]
}

/** net/http: https://github.com/golang/go/blob/go1.24.3/src/net/http/transport.go */
export const proxy: Rule = (evidence) => {
  const hit = best(evidence, /(proxyconnect tcp: [^\n]*|Proxy Authentication Required[^\n]*|407 [^\n]*)/)
  if (hit === undefined || (hit.match[0].startsWith('407') && !/proxy/i.test(hit.line.text))) return []
  return [
    finding({
      cause: 'proxy-in-the-way',
      facts: { proxy: /(?:dial tcp|lookup) (\S+?):? /.exec(hit.match[0])?.[1] ?? null, reason: short(hit.match[0]) },
      evidence: [hit.line],
      sure: certainty(hit),
      action: 'open-settings',
    }),
  ]
}

/** The kernel's ENOEXEC as runc and shells say it; docker says it before that. */
export const architecture: Rule = (evidence) => {
  const hit = best(evidence, /exec format error|requested image's platform \((\S+?)\) does not match the detected host platform/, [
    'command',
    'engine',
    'node-journal',
  ])
  if (hit === undefined) return []
  const machine = evidence.engine?.architecture ?? null
  return [
    finding({
      cause: 'image-wrong-architecture',
      facts: { image: evidence.image, architecture: machine },
      evidence: [hit.line],
      // docker's remark alone may be of an image that runs through emulation.
      sure: hit.match[0] === 'exec format error' ? 'sure' : 'likely',
      action: 'choose-version',
    }),
  ]
}

/** A kubeadm that does not know the API of the configuration that this kind writes, a runtime that this kind cannot ask. */
export const mismatch: Rule = (evidence) => {
  const hit = best(
    evidence,
    /(your configuration file uses an old API spec: [^.]*|no kind \\*"\w+\\*" is registered for version \\*"kubeadm\.k8s\.io\/\w+\\*"[^\n]*|failed to detect containerd snapshotter[^\n]*|unknown kubeadm API version[^\n]*|is not compatible with rootless provider[^\n]*)/,
    ['command'],
  )
  if (hit === undefined) return []
  const tool = evidence.provider
  return [
    finding({
      cause: 'node-image-mismatch',
      facts: { image: evidence.image, tool, reason: short(hit.match[1]) },
      evidence: [hit.line, ...(evidence.image === null ? [] : [fact('engine', 'image', evidence.image)])],
      action: 'choose-version',
    }),
  ]
}
