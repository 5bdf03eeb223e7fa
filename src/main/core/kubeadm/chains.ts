/**
 * Chains that kubelet, kube-proxy and network plugins make. `iptables -F`, which the page of `kubeadm reset` names, would also take those of Docker, of a
 * firewall, and of whoever else has some: https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-reset/
 */
const ours =
  /^(?:KUBE-|CNI-|CNI-HOSTPORT-|FLANNEL-|cali-|califw-|calipo-|calipro-|CILIUM_|OLD_CILIUM_|WEAVE|KINDNET-|KINDNETD-|IP-MASQ-AGENT)/

export type Rules = {
  /** How many chains and rules of base chains there are. */
  readonly count: number
  /** For `iptables-restore --noflush`: takes away just these, and all of a table or nothing. Empty: there is nothing. */
  readonly restore: string
}

/** Out of what `iptables-save` prints. `podSubnet`: masquerading for addresses in it is a network plugin's, though it stands in a base chain. Pure. */
export function kubernetesRules(saved: string, podSubnet: string | null): Rules {
  const tables: string[] = []
  let count = 0
  for (const table of saved.split(/^(?=\*)/m)) {
    const name = /^\*(\S+)$/m.exec(table)?.[1]
    if (name === undefined) continue
    const lines = table.split('\n')
    const chains = lines.flatMap((line) => /^:(\S+) - /.exec(line)?.[1] ?? []).filter((chain) => ours.test(chain))
    const jumps = lines.filter((line) => {
      const [, chain = '', rest = ''] = /^-A (\S+) (.*)$/.exec(line) ?? []
      if (chain === '' || ours.test(chain)) return false
      const to = / ?-[jg] (\S+)/.exec(rest)?.[1] ?? ''
      return ours.test(to) || (podSubnet !== null && / ?-s (\S+)/.test(rest) && within(/-s (\S+)/.exec(rest)?.[1] ?? '', podSubnet))
    })
    if (chains.length + jumps.length === 0) continue
    count += chains.length + jumps.length
    // Emptied before any is removed: they jump to each other.
    tables.push(
      [
        `*${name}`,
        ...jumps.map((line) => line.replace(/^-A/, '-D')),
        ...chains.map((chain) => `-F ${chain}`),
        ...chains.map((chain) => `-X ${chain}`),
        'COMMIT',
        '',
      ].join('\n'),
    )
  }
  return { count, restore: tables.join('') }
}

/** How many chains and rules `nft list table` prints of one; 0: there is none. Pure. */
export function nftablesCount(table: string): number {
  // A chain of the base says its hook in a line of its own, which is no rule.
  return [...table.matchAll(/^\tchain \S+ \{\n((?:\t\t.*\n)*)\t\}/gm)].reduce(
    (sum, [, body = '']) => sum + 1 + body.split('\n').filter((line) => line !== '' && !/^\t\t(?:type|comment) /.test(line)).length,
    0,
  )
}

/** Whether an IPv4 subnet or address lies in another. What is no IPv4 lies nowhere. Pure. */
export function within(inner: string, outer: string): boolean {
  const [a, b] = [parse(inner), parse(outer)]
  if (a === null || b === null || a.length < b.length) return false
  return b.length === 0 || a.bits >>> (32 - b.length) === b.bits >>> (32 - b.length)
}

function parse(subnet: string): { readonly bits: number; readonly length: number } | null {
  const [, address = '', length] = /^(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?$/.exec(subnet) ?? []
  const bytes = address.split('.').map(Number)
  if (bytes.length !== 4 || bytes.some((byte) => byte > 255) || Number(length ?? 32) > 32) return null
  return { bits: bytes.reduce((sum, byte) => sum * 256 + byte, 0) >>> 0, length: Number(length ?? 32) }
}
