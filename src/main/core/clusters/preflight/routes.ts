import { isIPv4, isIPv6 } from 'node:net'

export type Route = { readonly subnet: string; readonly device: string }

/** /proc/net/route: addresses are hexadecimal, the last byte first (https://man7.org/linux/man-pages/man5/proc_pid_net.5.html). Without the default route. Pure. */
export function parseRoutes4(text: string): Route[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [device = '', destination = '', , , , , , mask = ''] = line.trim().split(/\s+/)
      if (!/^[0-9a-f]{8}$/i.test(destination) || !/^[0-9a-f]{8}$/i.test(mask) || mask === '00000000') return []
      const bits = parseInt(mask, 16).toString(2).replaceAll('0', '').length
      const address = [6, 4, 2, 0].map((at) => parseInt(destination.slice(at, at + 2), 16)).join('.')
      return [{ subnet: `${address}/${bits}`, device }]
    })
}

/** /proc/net/ipv6_route: destination and its length come first, both hexadecimal. Without default, link-local, multicast and single addresses. Pure. */
export function parseRoutes6(text: string): Route[] {
  const routes = text.split('\n').flatMap((line): Route[] => {
    const fields = line.trim().split(/\s+/)
    const [destination = '', length = ''] = fields
    const device = fields[9]
    if (!/^[0-9a-f]{32}$/i.test(destination) || device === undefined || device === 'lo') return []
    const bits = parseInt(length, 16)
    if (bits === 0 || bits === 128 || /^(?:fe[89ab]|ff)/i.test(destination)) return []
    return [{ subnet: `${(destination.match(/.{4}/g) ?? []).join(':')}/${bits}`, device }]
  })
  return routes.filter((one, at) => routes.findIndex((other) => other.subnet === one.subnet && other.device === one.device) === at)
}

/** `netstat -rn` of macOS: `10.8/16`, `172.16`, `192.168.64.0/20`, `fd00:1::/64%utun3`. Without default, link-local, multicast and single addresses. Pure. */
export function parseNetstat(text: string): Route[] {
  return text.split('\n').flatMap((line): Route[] => {
    const fields = line.trim().split(/\s+/)
    const [destination = '', , flags = '', device = ''] = fields
    // H: a route to one host.
    if (!/^[A-Z][A-Za-z0-9]*$/.test(flags) || flags.includes('H') || /^lo\d/.test(device)) return []
    const [address = '', length] = destination.replace(/%[^/]*/, '').split('/')
    if (address.includes(':')) {
      if (!isIPv6(address) || length === undefined || length === '0' || /^(?:fe[89ab]|ff)/i.test(address)) return []
      return [{ subnet: `${address}/${length}`, device }]
    }
    if (!/^\d+(?:\.\d+){0,3}$/.test(address)) return []
    const bytes = address.split('.')
    // Zeros at the end are left out, and with no length each byte that is there counts.
    const whole = [...bytes, '0', '0', '0'].slice(0, 4).join('.')
    const bits = length === undefined ? bytes.length * 8 : Number(length)
    const first = Number(bytes[0])
    if (!isIPv4(whole) || bits === 0 || bits === 32 || first >= 224 || whole.startsWith('169.254.')) return []
    return [{ subnet: `${whole}/${bits}`, device }]
  })
}
