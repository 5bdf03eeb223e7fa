import { isIP } from 'node:net'
import { connect } from 'node:tls'

export type Reached = { readonly server: string; readonly tlsName: string | null }

const limitMs = 3_000

/**
 * The first of these addresses under which the API server answers from here, with a certificate of its authority. `tlsName`: the certificate does not name the
 * address, but the first one. Null: none answers.
 */
export async function firstReached(servers: readonly string[], authority: string): Promise<Reached | null> {
  const [first] = servers
  if (first === undefined) return null
  const named = hostOf(first)
  const tries = await Promise.all(
    servers.map(async (server): Promise<Reached | null> => {
      if (await answers(server, hostOf(server), authority)) return { server, tlsName: null }
      return server !== first && (await answers(server, named, authority)) ? { server, tlsName: named } : null
    }),
  )
  return tries.find((one) => one !== null) ?? null
}

/** Other addresses of the host, with the port of the server. Pure. */
export function otherServers(server: string, addresses: readonly string[]): string[] {
  const port = new URL(server).port || '443'
  return [
    ...new Set(
      addresses.filter((address) => address !== '').map((address) => `https://${isIP(address) === 6 ? `[${address}]` : address}:${port}`),
    ),
  ].filter((one) => one !== server)
}

const hostOf = (server: string): string => new URL(server).hostname.replace(/^\[(.*)\]$/, '$1')

function answers(server: string, name: string, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({
      host: hostOf(server),
      port: Number(new URL(server).port || 443),
      ca,
      // An address is no server name in TLS; it is checked against the certificate all the same: https://nodejs.org/api/tls.html#tlsconnectoptions-callback
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ...(isIP(name) !== 0 && name !== hostOf(server)
        ? {
            checkServerIdentity: (_: string, certificate: { subjectaltname?: string | undefined }) =>
              missing(certificate.subjectaltname, name),
          }
        : {}),
      timeout: limitMs,
    })
    const end = (value: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(value)
    }
    const timer = setTimeout(() => end(false), limitMs)
    socket.once('secureConnect', () => end(socket.authorized))
    socket.once('error', () => end(false))
  })
}

const missing = (names: string | undefined, address: string): Error | undefined =>
  (names ?? '').split(/,\s*/).includes(`IP Address:${address}`) ? undefined : new Error('the certificate is for other names')
