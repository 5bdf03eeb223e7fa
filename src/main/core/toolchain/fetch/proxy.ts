import { BlockList, isIP } from 'node:net'
import { AppError } from '../../error.ts'
import { bareHost, isLoopback, shownUrl } from './address.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy for an address; null: go there directly. `setting` (of Cove's settings, may be empty) wins over HTTPS_PROXY, HTTP_PROXY and ALL_PROXY,
 * which are read in both cases with NO_PROXY as curl and Go do. A loopback address goes through a proxy only where the setting names one on loopback too:
 * elsewhere the proxy would ask its own machine. Throws `proxy-unsupported` for SOCKS and unreadable addresses.
 */
export function proxyFor(target: URL, setting: string, env: Environment): URL | null {
  if (setting !== '') {
    const proxy = parseProxy(setting)
    return isLoopback(target) && !isLoopback(proxy) ? null : proxy
  }
  if (isLoopback(target) || isExempt(target, read(env, 'NO_PROXY'))) return null
  // HTTP_PROXY in capitals can be set by a request header in CGI (https://httpoxy.org); Cove is never one.
  const address = read(env, target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') || read(env, 'ALL_PROXY')
  return address === '' ? null : parseProxy(address)
}

function parseProxy(address: string): URL {
  let proxy: URL
  try {
    proxy = new URL(address.includes('://') ? address : `http://${address}`)
  } catch (cause) {
    throw new AppError('proxy-unsupported', { proxy: address.replace(/^.*@/, '') }, { cause })
  }
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') throw new AppError('proxy-unsupported', { proxy: shownUrl(proxy) })
  return proxy
}

function read(env: Environment, name: string): string {
  return env[name.toLowerCase()] || env[name] || ''
}

function isExempt(target: URL, list: string): boolean {
  const host = bareHost(target)
  const port = target.port || (target.protocol === 'https:' ? '443' : '80')
  return list.split(/[\s,]+/).some((entry) => entry !== '' && matches(entry.toLowerCase(), host, port))
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  const subnet = /^([0-9a-f.:]+)\/(\d+)$/.exec(entry)
  if (subnet) return inSubnet(host, subnet[1] as string, Number(subnet[2]))
  if (entry.startsWith('[') || isIP(entry) === 6) return entry.replace(/^\[(.*)\]$/, '$1') === host
  const [, name = '', wantedPort] = /^(?:\*?\.)?([^:]*)(?::(\d+))?$/.exec(entry) ?? []
  if (name === '' || (wantedPort !== undefined && wantedPort !== port)) return false
  return host === name || host.endsWith(`.${name}`)
}

function inSubnet(host: string, network: string, bits: number): boolean {
  const family = isIP(network)
  if (family === 0 || isIP(host) !== family || bits > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}
