import { BlockList, isIP } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'

export type Interfaces = Readonly<Record<string, readonly Pick<NetworkInterfaceInfo, 'address' | 'cidr' | 'family'>[] | undefined>>

/** Names that Docker Desktop and Podman give to the machine they run on. */
const ownNames = new Set([
  'localhost',
  'host.docker.internal',
  'kubernetes.docker.internal',
  'gateway.docker.internal',
  'host.containers.internal',
  '0.0.0.0',
  '::',
])

/**
 * Bridges that engines and hypervisors make on this machine; what is behind them runs here: Docker, Podman, libvirt, VirtualBox, vmnet, Hyper-V's default switch.
 * minikube with the docker driver listens at 192.168.49.2 behind such a bridge.
 */
const bridge = /^(?:docker\d|br-[0-9a-f]{12}|(?:cni-)?podman\d|virbr\d|vboxnet\d|bridge1\d\d|vEthernet \((?:Default Switch|minikube)\))/

/**
 * Is this API server on this machine? By its address only: loopback, this machine's own addresses, and networks behind its own bridges. Any other private
 * range is somebody's office. A cluster behind a proxy is wherever the proxy ends, so never local. Null: no server known.
 */
export function isLocalServer(server: string, proxyUrl: string, interfaces: Interfaces): boolean | null {
  if (server === '') return null
  if (proxyUrl !== '') return false
  if (server.startsWith('unix:') || server.startsWith('/')) return true
  const host = hostOf(server)
  if (host === null) return null
  if (ownNames.has(host) || host.endsWith('.localhost')) return true
  const version = isIP(host)
  if (version === 0) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  return localAddresses(interfaces).check(host, family)
}

/** A plain name, which a parser of addresses would leave as it is: numbers may be written in many ways, and what begins with xn-- may be none. */
const plainName = /^https:\/\/((?:(?!xn--)[a-z0-9-]+\.)*(?!xn--)[a-z][a-z0-9-]*)(?::[0-9]{1,4})?\/?$/

function hostOf(server: string): string | null {
  const plain = plainName.exec(server)?.[1]
  if (plain !== undefined) return plain
  try {
    // client-go takes an address without a scheme as a host: https://github.com/kubernetes/client-go/blob/v0.34.0/rest/url_utils.go
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(server) ? server : `https://${server}`)
    const host = url.hostname
      .toLowerCase()
      .replace(/^\[|\]$/g, '')
      .replace(/\.$/, '')
    return host === '' ? null : host
  } catch {
    return null
  }
}

function localAddresses(interfaces: Interfaces): BlockList {
  const list = new BlockList()
  list.addSubnet('127.0.0.0', 8, 'ipv4')
  list.addAddress('::1', 'ipv6')
  for (const [name, addresses] of Object.entries(interfaces)) {
    for (const { address, cidr, family } of addresses ?? []) {
      const type = family === 'IPv4' ? 'ipv4' : 'ipv6'
      const prefix = Number(cidr?.split('/')[1])
      if (isIP(address) === 0) continue
      if (bridge.test(name) && type === 'ipv4' && prefix >= 8) list.addSubnet(address, prefix, type)
      else list.addAddress(address, type)
    }
  }
  return list
}
