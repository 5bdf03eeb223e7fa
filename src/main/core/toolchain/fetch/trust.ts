import tls from 'node:tls'

let known: string[] | null = null

/**
 * Authorities to trust: those that Node ships, NODE_EXTRA_CA_CERTS, the system's own store (where companies put the one their proxy signs with), and `extra` (PEM).
 * Null: nothing beyond Node's default is known, because this Node is older than 22.15.
 */
export function trustedAuthorities(extra: string | undefined): string[] | null {
  if (typeof tls.getCACertificates !== 'function') return extra === undefined ? null : [...tls.rootCertificates, extra]
  known ??= [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])]
  return extra === undefined ? known : [...known, extra]
}
