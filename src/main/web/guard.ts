import type { IncomingHttpHeaders } from 'node:http'

/** Why a request is turned away, before anything else looks at it. */
export type Refusal = { readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 429 | 503; readonly text: string }

export type Asked = { readonly method: string; readonly headers: IncomingHttpHeaders; readonly upgrade: boolean }

/** `Host` values that mean this server. Anything else is a rebound DNS name (CVE-2018-1002103) or a proxy nobody asked for. */
export function allowedHosts(port: number, names: readonly string[]): ReadonlySet<string> {
  const hosts = ['127.0.0.1', 'localhost', '[::1]', ...names.filter((name) => !isWildcard(name)).map(bracketed)]
  return new Set(hosts.flatMap((host) => (hasPort(host) ? [host] : port === 80 ? [host, `${host}:80`] : [`${host}:${port}`])))
}

/** What holds for every request and upgrade, whatever its path and token. Null: may go on. */
export function refusal(asked: Asked, hosts: ReadonlySet<string>): Refusal | null {
  const { method, headers, upgrade } = asked
  const host = headers.host?.toLowerCase() ?? ''
  if (!hosts.has(host)) return { status: 403, text: 'This address is not one that Cove serves.' }
  const origin = headers.origin
  // Browsers send Origin with every upgrade; a page of another origin, a sandboxed frame (`null`) or none at all is not ours.
  if (upgrade && origin === undefined) return { status: 403, text: 'No origin.' }
  if (origin !== undefined && origin !== `http://${host}`) return { status: 403, text: 'Another origin.' }
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && !(site === 'none' && !upgrade))
    return { status: 403, text: 'Asked for by another site.' }
  if (method !== 'GET' && (method !== 'HEAD' || upgrade)) return { status: 405, text: 'Only GET and HEAD.' }
  if (headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0')
    return { status: 413, text: 'No body is taken.' }
  return null
}

/** Value of one cookie, null when it is not sent. */
export function cookie(headers: IncomingHttpHeaders, name: string): string | null {
  for (const part of headers.cookie?.split(';') ?? []) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return null
}

function isWildcard(name: string): boolean {
  return name === '0.0.0.0' || name === '::'
}

function bracketed(name: string): string {
  const lower = name.toLowerCase()
  return lower.includes('::') && !lower.startsWith('[') ? `[${lower}]` : lower
}

function hasPort(host: string): boolean {
  return /^(\[[^\]]*\]|[^:[\]]+):\d+$/.test(host)
}
