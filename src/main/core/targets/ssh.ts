import { AppError } from '../error.ts'
import { systemFolders } from './local.ts'
import { quoteLine } from './quote.ts'
import type { SshConnection } from './ssh-connection.ts'
import { brokenError, knownError } from './ssh-errors.ts'
import type { Transport } from './transport.ts'

/** A host through the ssh of this system. The line that its shell reads is words only, each quoted. */
export function sshTransport(connection: SshConnection, destination: string): Transport {
  return {
    id: `ssh:${destination}`,
    kind: 'ssh',
    name: destination,
    ready: (signal) => connection.ready(signal),
    wrap: async ({ argv, env }) => {
      const variables = Object.entries({ PATH: systemFolders.join(':'), ...env }).map(([name, value]) => `${name}=${value}`)
      const line = quoteLine(['env', ...variables, ...argv])
      return { file: 'ssh', args: [...(await connection.options()), '--', destination, line] }
    },
    shown: (argv) => ['ssh', destination, quoteLine(argv)],
    unreachable: async ({ exitCode, stderr, id }) => {
      if (exitCode !== 255) return null
      const at = await connection.place()
      const error = knownError(stderr, at, id) ?? brokenError(stderr, at, id)
      if (error !== null || (await connection.alive())) return error
      // Who shares a connection that breaks is told nothing.
      return new AppError('ssh-lost', { host: destination, reason: null }, { commandId: id })
    },
    leavesRunning: true,
    display: false,
    known: null,
    root: null,
  }
}
