import { fact, finding, type Rule, short } from '../rule.ts'
import { hits, nodeOf } from '../text.ts'

/** crypto/x509: https://github.com/golang/go/blob/go1.24.3/src/crypto/x509/verify.go */
const outOfTime = /certificate has expired or is not yet valid: current time (\S+) is (before|after) (\S+?)(?:["\\\s]|$)/
/** Clocks are read through a command that takes its time. */
const toleranceMs = 15_000

export const clock: Rule = (evidence) => {
  const early = hits(evidence, ['command', 'kubelet', 'pod'], outOfTime).find(({ match }) => match[2] === 'before')
  const clocks = [
    ...(evidence.engine?.clockMs == null ? [] : [{ name: 'docker info', ms: evidence.engine.clockMs }]),
    ...evidence.nodes.flatMap(({ name, inside }) => (inside?.clockMs == null ? [] : [{ name, ms: inside.clockMs }])),
  ].filter(({ ms }) => Math.abs(ms) > toleranceMs)
  const [skew] = clocks
  if (early === undefined && skew === undefined) return []
  const seconds = skew === undefined ? secondsBetween(early?.match[1], early?.match[3]) : Math.round(Math.abs(skew.ms) / 1000)
  return [
    finding({
      cause: 'clock-skew',
      facts: { seconds, reason: early === undefined ? `${skew?.name}: ${Math.round((skew?.ms ?? 0) / 1000)} s` : short(early.match[0]) },
      evidence: [
        ...(early === undefined ? [] : [early.line]),
        ...clocks.map(({ name, ms }) => fact('engine', name, `${ms > 0 ? '+' : ''}${Math.round(ms / 1000)} s`)),
      ],
      level: early === undefined ? 'warning' : 'problem',
      action: 'open-machine',
    }),
  ]
}

/** A certificate of the cluster, not of a registry; and the kubelet's own (pkg/kubelet/certificate/bootstrap/bootstrap.go). */
export const expired: Rule = (evidence) => {
  const found = [
    ...hits(evidence, ['kubelet', 'pod', 'command'], outOfTime).filter(
      ({ match, line }) => match[2] === 'after' && !/\/v2\/|registry|Failed to pull/.test(line.text),
    ),
    ...hits(evidence, ['kubelet'], /part of the existing bootstrap client certificate in (\S+) is expired[^\n]*/),
    ...hits(
      evidence,
      ['command'],
      /certificate (\S+) (?:has expired|is expired)[^\n]*|\[ERROR ExternalEtcdClientCertificates\][^\n]*expired[^\n]*/,
    ),
  ]
  return found.slice(0, 1).map((hit) =>
    finding({
      cause: 'certificate-expired',
      facts: { where: hit.text.source === 'command' ? evidence.cluster : nodeOf(hit), reason: short(hit.match[0]) },
      evidence: [hit.line],
      action: 'delete-cluster',
    }),
  )
}

function secondsBetween(a: string | undefined, b: string | undefined): number | null {
  const ms = Math.abs(Date.parse(a ?? '') - Date.parse(b ?? ''))
  return Number.isNaN(ms) ? null : Math.round(ms / 1000)
}
