import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A launch address that nobody opened is worth nothing after this. */
const tokenLifeMs = 10 * 60_000
const attempts = { count: 10, perMs: 60_000 }

export type Access = {
  /** The one token that can be exchanged now. */
  token(): string
  /** Exchanges a launch token, once, for a session. `wrong`: or used, or expired. `too-many`: more than 10 wrong ones in a minute. */
  exchange(token: string): { readonly session: string } | 'wrong' | 'too-many'
  /** True for a session that this server gave out. */
  holds(session: string | null): boolean
  close(): void
}

/** Launch tokens and sessions of one server. `onToken` is told of each token that takes the place of a used or expired one. */
export function createAccess(options: { onToken: (token: string) => void; tokenLifeMs?: number }): Access {
  const sessions = new Set<string>()
  let wrong: number[] = []
  let token = ''
  let timer: NodeJS.Timeout | undefined

  const renew = () => {
    token = randomBytes(32).toString('base64url')
    clearTimeout(timer)
    timer = setTimeout(renew, options.tokenLifeMs ?? tokenLifeMs)
    timer.unref()
    options.onToken(token)
  }
  renew()

  return {
    token: () => token,
    exchange: (given) => {
      const now = performance.now()
      wrong = wrong.filter((at) => now - at < attempts.perMs)
      if (wrong.length >= attempts.count) return 'too-many'
      if (!same(given, token)) {
        wrong.push(now)
        return 'wrong'
      }
      renew()
      const session = randomBytes(32).toString('base64url')
      sessions.add(digest(session).toString('hex'))
      return { session }
    },
    holds: (session) => session !== null && sessions.has(digest(session).toString('hex')),
    close: () => clearTimeout(timer),
  }
}

/** Path of the file with the launch address of the server that runs over this data folder, readable by its owner only. */
export const addressFile = (dataDir: string) => join(dataDir, 'serve-token')

export function writeAddressFile(dataDir: string, address: string): void {
  // Removed first: the mode below counts only for a new file, and a link put in its place must not be followed.
  rmSync(addressFile(dataDir), { force: true })
  writeFileSync(addressFile(dataDir), `${JSON.stringify({ address, pid: process.pid })}\n`, { mode: 0o600, flag: 'wx' })
}

function same(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
