import { BlockList, isIP, isIPv6 } from 'node:net'
import type { HostFacts } from './facts.ts'

/** A person's own proxy, as kubeadm would take it over: its environment first, then what every login gets. Addresses are without their passwords. */
export function proxyOf(
  facts: HostFacts,
  name: 'https_proxy' | 'http_proxy' | 'no_proxy',
): { readonly where: string; readonly value: string } | null {
  const places = facts.proxies.filter((one) => one.name === name && one.value !== '' && !units.includes(one.where))
  return places.find(({ where }) => where === 'env') ?? places[0] ?? null
}

const units = ['containerd', 'crio', 'docker', 'kubelet', 'systemd']

/** What one service is given. */
export const proxiesOf = (facts: HostFacts, unit: string) => facts.proxies.filter(({ where, value }) => where === unit && value !== '')

/**
 * Whether NO_PROXY covers an address, as Go reads it: `*`, names and what ends with them, addresses, subnets; ports do not matter here.
 * https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
 */
export function covered(noProxy: string, address: string): boolean {
  return noProxy.split(',').some((word) => {
    const entry = word.trim()
    if (entry === '*') return true
    if (entry.includes('/')) return inSubnet(entry, address)
    const bare = isIP(entry) === 0 ? entry.replace(/:\d+$/, '').replace(/^\[|\]$/g, '') : entry
    return (
      bare !== '' &&
      (bare === address ||
        (isIP(address) === 0 && (address.endsWith(bare.startsWith('.') ? bare : `.${bare}`) || address === bare.slice(1))))
    )
  })
}

function inSubnet(subnet: string, address: string): boolean {
  const [base = '', bits = ''] = subnet.split('/')
  if (isIP(base) === 0 || isIP(base) !== isIP(address) || !/^\d+$/.test(bits)) return false
  try {
    const list = new BlockList()
    list.addSubnet(base, Number(bits), isIPv6(base) ? 'ipv6' : 'ipv4')
    return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  } catch {
    return false
  }
}

/** Its first address, which kubeadm asks for: 10.96.0.1 of 10.96.0.0/12. */
export function firstAddress(subnet: string): string {
  const base = subnet.split('/')[0] ?? ''
  if (isIPv6(base)) return base.endsWith('::') ? `${base}1` : base
  const parts = base.split('.')
  return [...parts.slice(0, 3), String(Number(parts[3] ?? 0) + 1)].join('.')
}
