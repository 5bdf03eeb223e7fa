import { fact, finding, type Rule, short } from '../rule.ts'
import { hits } from '../text.ts'

/** kind's and minikube's words for engines without root: https://kind.sigs.k8s.io/docs/user/rootless/ */
const rootlessWords =
  /running kind with rootless provider requires [^\n]*|requires setting systemd property \\*"Delegate=yes[^\n]*|(?:Exiting due to )?(?:HOST_CPU_DELEGATION|HOST_PIDS_CGROUP)[^\n]*|UserNS: cpu controller needs to be delegated[^\n]*|rootless[^\n]*(?:requires|not supported|not allowed|cannot)[^\n]*/

export const rootless: Rule = (evidence) => {
  const [hit] = hits(evidence, ['command'], rootlessWords)
  if (hit === undefined) return []
  const engine = evidence.engine?.securityOptions.some((option) => option.includes('rootless'))
    ? [fact('engine', 'docker info', 'name=rootless')]
    : []
  return [
    finding({ cause: 'rootless-limits', facts: { reason: short(hit.match[0]) }, evidence: [hit.line, ...engine], action: 'open-machine' }),
  ]
}

/**
 * Denials as runc and nodes say them (https://github.com/opencontainers/runc/blob/v1.2.0/libcontainer/apparmor/apparmor_linux.go, kind's known issues for
 * dma_heap under SELinux), and as the kernel writes them into a journal.
 */
const denials: readonly { readonly module: string; readonly words: RegExp }[] = [
  {
    module: 'AppArmor',
    words:
      /(?:unable to apply apparmor profile|apparmor failed to apply profile)[^\n]*|apparmor="DENIED"[^\n]*(?:runc|containerd|docker|kubelet|systemd)[^\n]*/i,
  },
  {
    module: 'SELinux',
    words:
      /avc:\s+denied\s+\{[^\n]*(?:container_t|runc|containerd|docker|kubelet)[^\n]*|open \/dev\/dma_heap: permission denied|(?:failed to set|error setting)[^\n]*selinux[^\n]*|selinux[^\n]*relabel[^\n]*failed[^\n]*/i,
  },
]

export const denied: Rule = (evidence) =>
  denials.flatMap(({ module, words }) => {
    const [hit] = hits(evidence, ['command', 'engine', 'node-journal', 'kubelet', 'host'], words)
    if (hit === undefined) return []
    const state = evidence.host?.selinux === 'enforcing' && module === 'SELinux' ? [fact('host', 'selinux', 'enforcing')] : []
    // A line of the kernel may be of something else on this machine.
    const audit = /avc:|DENIED/.test(hit.match[0])
    return [
      finding({
        cause: 'security-module-denied',
        facts: { module, reason: short(hit.match[0]) },
        evidence: [hit.line, ...state],
        sure: audit ? 'likely' : 'sure',
        level: audit ? 'warning' : 'problem',
        action: 'open-machine',
      }),
    ]
  })
