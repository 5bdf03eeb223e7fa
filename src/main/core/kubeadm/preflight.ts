import type { PreflightFinding } from '#shared/contract/kubeadm.ts'

/**
 * Names that kubeadm gives its checks, and the host check that looks at the same:
 * https://github.com/kubernetes/kubernetes/blob/master/cmd/kubeadm/app/preflight/checks.go
 */
const checkIds: readonly (readonly [RegExp, string])[] = [
  [/^Port-\d+$/i, 'ports'],
  [/^NumCPU$/i, 'cpus'],
  [/^Mem$/i, 'memory'],
  [/^Swap$/i, 'swap'],
  [/^FileContent--proc-sys-net-ipv4-ip_forward$/i, 'sysctl-ip-forward'],
  [/^FileContent--proc-sys-net-bridge-bridge-nf-call-iptables$/i, 'sysctl-bridge-iptables'],
  [/^FileContent--proc-sys-net-bridge-bridge-nf-call-ip6tables$/i, 'sysctl-bridge-ip6tables'],
  [/^FileContent--proc-sys-net-ipv6-conf-default-forwarding$/i, 'sysctl-ipv6-forwarding'],
  [/^Hostname$/i, 'hostname'],
  [/^CRI$/i, 'runtime-socket'],
  [/^Service-Kubelet$/i, 'kubelet-service'],
  [/^Firewalld$/i, 'firewall'],
  [/^HTTPProxy/i, 'proxy-variables'],
  [/^FileExisting-conntrack$/i, 'tool-conntrack'],
  [/^FileExisting-crictl$/i, 'tool-crictl'],
  [/^FileExisting-(.+)$/i, 'tools'],
  [/^SystemVerification$/i, 'kernel-config'],
  [/^KubeletVersion$/i, 'kubelet-version'],
  [/^IsPrivilegedUser$/i, 'root'],
]

/** Id of the host check that looks at what kubeadm's check looks at; null: none. Pure. */
export function checkIdOf(check: string): string | null {
  return checkIds.find(([pattern]) => pattern.test(check))?.[1] ?? null
}

type Open = Pick<PreflightFinding, 'level' | 'check' | 'text'>

/** Findings in what kubeadm printed, on whichever stream, problems first. A text may go on over lines, which begin neither with a bracket nor with a log's head. Pure. */
export function parsePreflight(output: string): PreflightFinding[] {
  const found: Open[] = []
  let open = false
  for (const line of output.split(/\r?\n/)) {
    const [, level, check = '', text = ''] = /^\s*\[(ERROR|WARNING) ([^\]]+)\]: ?(.*)$/.exec(line) ?? []
    const last = found.at(-1)
    if (level !== undefined) {
      found.push({ level: level === 'ERROR' ? 'problem' : 'warning', check, text })
      open = true
    } else if (!open || last === undefined || line.trim() === '' || /^\[|^[IWEF]\d{4} |^error |^To see the stack trace/.test(line))
      open = false
    else found[found.length - 1] = { ...last, text: `${last.text}\n${line.trim()}` }
  }
  const once = found.filter((one, index) => found.findIndex((other) => other.check === one.check && other.text === one.text) === index)
  const rank = (one: Open) => (one.level === 'problem' ? 0 : 1)
  return once.sort((a, b) => rank(a) - rank(b)).map((one) => ({ ...one, text: one.text.trim(), checkId: checkIdOf(one.check) }))
}
