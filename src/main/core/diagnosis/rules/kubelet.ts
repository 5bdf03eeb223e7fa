import type { Evidence, NodeEvidence } from '../evidence.ts'
import { fact, finding, type Rule, short } from '../rule.ts'
import { type Hit, hits, linesOf, nodeOf } from '../text.ts'

/** What the kubelet says when it ends itself: https://github.com/kubernetes/kubernetes/blob/v1.34.4/cmd/kubelet/kubelet.go */
const ended = /"command failed" err="((?:[^"\\]|\\.)*)"/
/** How near to the end of its journal: a kubelet that came up later has said much since. */
const nearEnd = 25

/** The kubelet's last words on a node where it does not run: its unit is down or starts again and again. */
function lastWords(evidence: Evidence, node: NodeEvidence): Hit | undefined {
  const unit = node.inside?.kubeletUnit
  const [hit] = hits(evidence, ['kubelet'], ended).filter((one) => nodeOf(one) === node.name)
  if (hit === undefined || unit === undefined) return undefined
  const lines = linesOf(hit.text).filter((line) => line !== '')
  const after = lines.length - lines.findLastIndex((line) => ended.test(line))
  const down = unit['ActiveState'] !== 'active'
  return down || (Number(unit['NRestarts']) >= 2 && after <= nearEnd) ? hit : undefined
}

/** kubeadm's own verdict: https://github.com/kubernetes/kubernetes/blob/v1.34.4/cmd/kubeadm/app/util/apiclient/wait.go */
const verdict = /\[kubelet-check\] The (?:kubelet is not healthy|HTTP call equal to [^\n]* failed)|The kubelet is not running/

export const unhealthy: Rule = (evidence) => {
  const [said] = hits(evidence, ['command'], verdict)
  const down = evidence.nodes.flatMap((node) => {
    const hit = lastWords(evidence, node)
    return hit === undefined ? [] : [{ node, hit }]
  })
  if (down.length === 0)
    return said === undefined
      ? []
      : [finding({ cause: 'kubelet-unhealthy', facts: { node: evidence.nodes[0]?.name ?? null, reason: null }, evidence: [said.line] })]
  return down.map(({ node, hit }) =>
    finding({
      cause: 'kubelet-unhealthy',
      facts: { node: node.name, reason: short(hit.match[1]) },
      evidence: [
        hit.line,
        fact(
          'node-journal',
          node.name,
          `kubelet.service: ${node.inside?.kubeletUnit['ActiveState']}, ${node.inside?.kubeletUnit['NRestarts']} restarts`,
        ),
        ...(said === undefined ? [] : [said.line]),
      ],
      action: 'change-specification',
    }),
  )
}

/** `1.35` and newer refuse cgroup v1: https://kubernetes.io/blog/2025/12/17/kubernetes-v1-35-release/ */
const refusesCgroupV1 = (version: string | null): boolean => {
  const [, major = '0', minor = '0'] = /v?(\d+)\.(\d+)/.exec(version ?? '') ?? []
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 35)
}

export const cgroupV1: Rule = (evidence) => {
  const version = /:(v\d+\.\d+\.\d+)/.exec(evidence.image ?? '')?.[1] ?? null
  const words = [
    ...hits(evidence, ['kubelet'], /"command failed" err="[^\n]*cgroup v1[^\n]*/),
    ...hits(evidence, ['command'], /\[ERROR SystemVerification\][^\n]*cgroups? v1[^\n]*|configured to not run on a host using cgroup v1/),
  ]
  const node = evidence.nodes.find((one) => one.inside?.cgroup === '1')
  const v1 = node !== undefined || evidence.engine?.cgroupVersion === '1'
  const facts = v1 ? [fact('engine', 'docker info', 'CgroupVersion: 1')] : []
  if (words[0] !== undefined)
    return [
      finding({ cause: 'kubernetes-needs-cgroup-v2', facts: { version }, evidence: [words[0].line, ...facts], action: 'choose-version' }),
    ]
  if (!v1 || !refusesCgroupV1(version)) return []
  return [
    finding({
      cause: 'kubernetes-needs-cgroup-v2',
      facts: { version },
      evidence: [...facts, fact('engine', 'image', evidence.image ?? '')],
      sure: 'likely',
      action: 'choose-version',
    }),
  ]
}

/** runc's words where the kubelet names cgroups in the other way: https://github.com/opencontainers/runc/blob/v1.2.0/libcontainer/specconv/spec_linux.go */
const wrongPath =
  /expected cgroupsPath to be of format \\*"slice:prefix:name\\*" for systemd cgroups, got [^\n]*|kubelet cgroup driver: \\*"?(\w+)\\*"? is different from \w+ cgroup driver: \\*"?(\w+)/

export const cgroupDriver: Rule = (evidence) => {
  const said = hits(evidence, ['kubelet', 'node-journal', 'command'], wrongPath)
  // A runtime that names its driver wins over what is configured: https://kubernetes.io/docs/setup/production-environment/container-runtimes/
  const agreed = hits(evidence, ['kubelet'], /"Using cgroup driver setting received from the CRI runtime"/)
  const differing = evidence.nodes.filter(
    ({ name, inside }) =>
      inside?.kubeletCgroupDriver != null &&
      inside.runtimeCgroupDriver !== null &&
      inside.kubeletCgroupDriver !== inside.runtimeCgroupDriver &&
      !agreed.some((hit) => nodeOf(hit) === name),
  )
  const names = new Set([...differing.map(({ name }) => name), ...said.filter(({ text }) => text.source !== 'command').map(nodeOf)])
  if (names.size === 0 && said[0] !== undefined) names.add(evidence.nodes[0]?.name ?? evidence.cluster)
  return [...names].map((name) => {
    const inside = evidence.nodes.find((node) => node.name === name)?.inside ?? null
    const hit = said.find((one) => nodeOf(one) === name) ?? said.find(({ text }) => text.source === 'command')
    const kubelet = inside?.kubeletCgroupDriver ?? hit?.match[1] ?? (hit === undefined ? null : 'cgroupfs')
    const runtime = inside?.runtimeCgroupDriver ?? hit?.match[2] ?? (hit === undefined ? null : 'systemd')
    return finding({
      cause: 'cgroup-driver-mismatch',
      facts: { node: name, kubelet, runtime },
      evidence: [
        ...(hit === undefined ? [] : [hit.line]),
        fact('node-journal', name, `cgroupDriver: ${kubelet}; SystemdCgroup = ${runtime === 'systemd'}`),
      ],
      sure: hit === undefined ? 'likely' : 'sure',
      level: hit === undefined ? 'warning' : 'problem',
      action: 'change-specification',
    })
  })
}
