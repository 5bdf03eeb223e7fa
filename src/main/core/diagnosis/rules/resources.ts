import { fact, finding, type Rule, short } from '../rule.ts'
import { hits } from '../text.ts'

const mebibyte = 1_048_576
/** What a node of kind needs to come up, measured on the kit. */
const nodeMiB = 600

/** A node that the kernel ended. On cgroup v1 the engine sees only a kill of the first process in it. */
export const outOfMemory: Rule = (evidence) => {
  const kernel = hits(
    evidence,
    ['node-journal', 'host', 'kubelet'],
    /Memory cgroup out of memory: Killed process[^\n]*|"System OOM encountered"[^\n]*|invoked oom-killer[^\n]*|A process of this unit has been killed by the OOM killer/,
  )
  const events = evidence.engine?.events ?? []
  return evidence.nodes.flatMap((node) => {
    const event = events.find((one) => one.action === 'oom' && one.node === node.name)
    const line = kernel.find((hit) => hit.text.name.startsWith(node.name))
    if (!node.oomKilled && event === undefined && line === undefined) return []
    const bytes = node.memoryBytes ?? evidence.engine?.memoryBytes ?? null
    return [
      finding({
        cause: 'node-out-of-memory',
        facts: { node: node.name, memoryMiB: bytes === null ? null : Math.round(bytes / mebibyte) },
        evidence: [
          ...(node.oomKilled ? [fact('engine', node.name, `OOMKilled: true, exit code ${node.exitCode}`)] : []),
          ...(event === undefined ? [] : [fact('engine', node.name, 'event oom')]),
          ...(line === undefined ? [] : [line.line]),
        ],
        action: 'change-specification',
      }),
    ]
  })
}

/** A node that ended though nobody told it to: by a signal from outside, or with an exit code. */
export const killed: Rule = (evidence) =>
  evidence.nodes.flatMap((node) => {
    if (node.oomKilled || (node.status !== 'exited' && node.status !== 'dead') || node.exitCode === null) return []
    const events = (evidence.engine?.events ?? []).filter((event) => event.node === node.name)
    // One that did not end since the work began was stopped before; one that could not be started says so itself.
    if (node.error !== '' || !events.some((event) => event.action === 'die') || events.some((event) => event.action === 'oom')) return []
    const kill = events.find((event) => event.action === 'kill')
    const state = fact('engine', node.name, `${node.status}, exit code ${node.exitCode}`)
    return [
      finding({
        cause: 'node-killed',
        facts: { node: node.name, exitCode: node.exitCode },
        evidence: [state, ...(kill === undefined ? [] : [fact('engine', node.name, `event kill, signal ${kill.signal}`)])],
        action: 'try-again',
      }),
    ]
  })

/** Not a cause by itself: much else is slow then. */
export const lowMemory: Rule = (evidence) => {
  const limited = evidence.nodes.find((node) => node.memoryBytes !== null && node.memoryBytes < nodeMiB * mebibyte)
  const limit = Math.round((limited?.memoryBytes ?? 0) / mebibyte)
  const available = evidence.host?.availableBytes
  const free = available == null ? null : Math.round(available / mebibyte)
  // The nodes that run have taken theirs already.
  const scarce = free !== null && free < nodeMiB
  if (limited === undefined && !scarce) return []
  return [
    finding({
      cause: 'memory-low',
      facts: {
        availableMiB: limited === undefined ? free : limit,
        neededMiB: nodeMiB * (limited === undefined ? Math.max(1, evidence.nodes.length) : 1),
      },
      evidence: [
        ...(limited === undefined ? [] : [fact('engine', limited.name, `memory limit ${limit} MiB`)]),
        ...(scarce ? [fact('host', '/proc/meminfo', `MemAvailable ${free} MiB`)] : []),
      ],
      sure: 'likely',
      level: 'warning',
      action: 'change-specification',
    }),
  ]
}

/** minikube's and kubeadm's own checks: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/reason/reason.go */
export const tooLittleMemory: Rule = (evidence) => {
  const [hit] = hits(evidence, ['command'], /Exiting due to RSRC_\w*MEM\w*: ([^\n]*)|\[ERROR Mem\]: ([^\n]*)/)
  return hit === undefined
    ? []
    : [
        finding({
          cause: 'memory-too-small',
          facts: { reason: short(hit.match[1] ?? hit.match[2]) },
          evidence: [hit.line],
          action: 'change-specification',
        }),
      ]
}

export const tooFewCpus: Rule = (evidence) => {
  // Of several that minikube gives, the one that names what was asked for.
  const [hit] = [
    ...hits(evidence, ['command'], /Exiting due to RSRC_INSUFFICIENT_CORES: (Requested cpu count [^\n]*)/),
    ...hits(
      evidence,
      ['command'],
      /Exiting due to RSRC_(?:INSUFFICIENT|DOCKER)_CORES: ([^\n]*)|\[ERROR NumCPU\]: ([^\n]*)|(Range of CPUs is from [^\n]*)/,
    ),
  ]
  if (hit === undefined) return []
  const text = hit.match[1] ?? hit.match[2] ?? hit.match[3] ?? ''
  const numbers = /available cpus of (\d+)|available CPUs (\d+)|as there are only (\d+)/.exec(text)
  const needed = /[Rr]equested cpu count (\d+)|the required (\d+)|at least (\d+)/.exec(text)
  const numberOf = (match: RegExpExecArray | null) => Number(match?.slice(1).find((group) => group !== undefined) ?? Number.NaN)
  const [cpus, want] = [numberOf(numbers), numberOf(needed)]
  return [
    finding({
      cause: 'cpu-too-few',
      facts: { cpus: Number.isNaN(cpus) ? (evidence.engine?.cpus ?? null) : cpus, needed: Number.isNaN(want) ? null : want },
      evidence: [hit.line],
      action: 'change-specification',
    }),
  ]
}
