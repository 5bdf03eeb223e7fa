import { isIPv6 } from 'node:net'
import { AppError } from '../error.ts'

// What ssh itself would take goes further: quotes and shell characters in names reach ProxyCommand lines (CVE-2023-51385), so they are refused here.
const user = /^[A-Za-z0-9_][A-Za-z0-9_.+@-]*\$?$/
const name = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u
const longest = 250

/** The destination as it is kept. Throws `ssh-destination-invalid`. Pure. */
export function checkDestination(text: string): string {
  const destination = text.trim()
  const refuse = () => new AppError('ssh-destination-invalid', { destination })
  // As ids of targets begin.
  if (!/^[A-Za-z0-9_]/.test(destination) || destination.length > longest) throw refuse()
  const uri = /^ssh:\/\/(.*?)\/?$/.exec(destination)?.[1]
  const rest = uri ?? destination
  const at = rest.lastIndexOf('@')
  if (at >= 0 && !user.test(rest.slice(0, at))) throw refuse()
  const host = rest.slice(at + 1)
  if (!(uri === undefined ? isHost(host) : isHostAndPort(host))) throw refuse()
  return destination
}

const isHost = (host: string) => name.test(host) || isIPv6(host)

function isHostAndPort(text: string): boolean {
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? []
  const portFits = port === undefined || (Number(port) > 0 && Number(port) < 65_536)
  return portFits && (bracketed === undefined ? name.test(plain) : isIPv6(bracketed))
}
