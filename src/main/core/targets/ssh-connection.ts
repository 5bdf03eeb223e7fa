import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../error.ts'
import { isAlive } from '../process-identity.ts'
import type { CommandResult, Exec } from '../exec/types.ts'
import { quoteLine } from './quote.ts'
import { connectError, parsePlace, type SshPlace } from './ssh-errors.ts'

/**
 * For every ssh that Cove runs (https://man.openbsd.org/ssh_config): nothing is asked, nothing is forwarded, and a command of the configuration
 * does not stand in for Cove's. Keys, users, jumps and what is trusted stay as the person has configured them.
 */
export const sshOptions = [
  'BatchMode=yes',
  'ConnectTimeout=10',
  'ServerAliveInterval=15',
  'ServerAliveCountMax=3',
  // Less would leave out why algorithms do not agree; more would fill stderr.
  'LogLevel=INFO',
  'ClearAllForwardings=yes',
  'ForwardAgent=no',
  'ForwardX11=no',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'RequestTTY=no',
].map((option) => `-o${option}`)

/** Sockets of the shared connections: a folder of mode 0700 with a short name, as a socket's path has at most about 100 bytes. */
export type SshSockets = {
  /** Null: shared connections cannot be had here. */
  folder(): Promise<string | null>
  remove(): Promise<void>
}

export function createSshSockets(platform: NodeJS.Platform = process.platform): SshSockets {
  let made: Promise<string | null> | null = null
  return {
    // OpenSSH for Windows has no control sockets: https://github.com/PowerShell/Win32-OpenSSH/issues/1328
    folder: () => (made ??= platform === 'win32' ? Promise.resolve(null) : shortFolder()),
    remove: async () => {
      const folder = await made
      if (folder) await rm(folder, { recursive: true, force: true })
    },
  }
}

async function shortFolder(): Promise<string | null> {
  await removeLeft()
  return mkdtemp(`/tmp/cove-ssh-${process.pid}-`)
    .catch(() => mkdtemp(join(tmpdir(), `cove-ssh-${process.pid}-`)))
    .catch(() => null)
}

/** Folders of a Cove that was killed. Its connections end by themselves after ten idle minutes. */
async function removeLeft(): Promise<void> {
  for (const name of await readdir('/tmp').catch(() => [])) {
    const pid = Number(/^cove-ssh-(\d+)-/.exec(name)?.[1] ?? 0)
    const isOurs = pid > 0 && !isAlive({ pid, start: null })
    // Somebody else's stays, as it may not be removed.
    if (isOurs) await rm(join('/tmp', name), { recursive: true, force: true }).catch(() => undefined)
  }
}

export type SshConnection = {
  /** Is there, or is made. Throws `ssh-*`. */
  ready(signal?: AbortSignal): Promise<void>
  /** Options that lead through it. */
  options(): Promise<string[]>
  /** False: it was there and is gone. */
  alive(): Promise<boolean>
  place(): Promise<SshPlace>
  close(): Promise<void>
}

/** One connection to a host that all commands share, in a process of its own that outlives the command that asked for it by ten idle minutes at most. */
export function createSshConnection(exec: Pick<Exec, 'run'>, sockets: SshSockets, destination: string): SshConnection {
  const file = createHash('sha256').update(destination).digest('hex').slice(0, 12)
  let connecting: Promise<void> | null = null
  let place: SshPlace | null = null
  let closed = false
  let understood = false

  const socket = async () => {
    const folder = await sockets.folder()
    return folder === null ? null : join(folder, file)
  }
  const ssh = async (args: readonly string[], timeoutMs: number): Promise<CommandResult> => {
    try {
      return await exec.run({ file: 'ssh', args, quiet: true, timeoutMs, killGraceMs: 500 })
    } catch (error) {
      throw absent(error)
    }
  }

  async function whereabouts(): Promise<SshPlace> {
    const result = await ssh(['-G', '--', destination], 10_000)
    return (place = parsePlace(destination, result.exitCode === 0 ? result.stdout : ''))
  }

  async function connect(): Promise<void> {
    await share()
    if (!understood) await mustUnderstand()
    understood = true
  }

  async function share(): Promise<void> {
    const path = await socket()
    if (path === null || existsSync(path)) return
    if (closed) throw new AppError('cancelled', {})
    const shared = ['-oControlMaster=yes', '-oControlPersist=600', `-oControlPath=${path}`]
    const result = await ssh([...sshOptions, ...shared, '-f', '-N', '--', destination], 45_000)
    if (result.exitCode === 0) return
    if (result.timedOut) throw new AppError('ssh-timeout', { host: destination }, { commandId: result.id })
    // A folder that takes no sockets: every command then connects by itself.
    if (/unix_listener|ControlSocket|ControlPath|muxserver_listen/i.test(result.stderr)) return
    throw connectError(result.stderr, await whereabouts(), result.id)
  }

  /**
   * A shell that says something of its own before each command (a `.bashrc` that prints) would put that into files, and one that reads words
   * in another way would run something else.
   */
  async function mustUnderstand(): Promise<void> {
    const word = `it's "$HOME" \\ *`
    const line = quoteLine(['env', 'printf', '%s', word])
    const result = await ssh([...(await options()), '--', destination, line], 30_000)
    if (result.stdout === word) return
    const at = await whereabouts()
    if (result.timedOut) throw new AppError('ssh-timeout', { host: destination }, { commandId: result.id })
    if (result.exitCode === 255) throw connectError(result.stderr, at, result.id)
    const said = result.stdout.replace(word, '').trim() || result.stderr.trim() || null
    throw new AppError('ssh-shell-unsuitable', { host: destination, said: said?.slice(0, 400) ?? null }, { commandId: result.id })
  }

  const options = async () => {
    const path = await socket()
    return [...sshOptions, ...(path === null ? [] : ['-oControlMaster=no', `-oControlPath=${path}`])]
  }

  return {
    ready: async (signal) => {
      connecting ??= connect().finally(() => (connecting = null))
      await unlessAborted(connecting, signal)
    },
    options,
    alive: async () => {
      const path = await socket()
      if (path === null) return true
      if (!existsSync(path)) return false
      const { exitCode } = await ssh(['-O', 'check', `-oControlPath=${path}`, '--', destination], 5000)
      // What a connection that was killed left would keep the next one from being shared.
      if (exitCode !== 0) await rm(path, { force: true })
      return exitCode === 0
    },
    place: async () => place ?? (await whereabouts()),
    close: async () => {
      closed = true
      await connecting?.catch(() => undefined)
      const path = await socket()
      if (path === null || !existsSync(path)) return
      await ssh(['-O', 'exit', `-oControlPath=${path}`, '--', destination], 5000).catch(() => undefined)
    },
  }
}

export function absent(error: unknown): unknown {
  if (error instanceof AppError && error.code === 'command-not-started' && (error.facts as { reason?: unknown }).reason === 'ENOENT')
    return new AppError('ssh-absent', {}, { cause: error, commandId: error.commandId })
  return error
}

/** Others wait for the same connection, so it goes on. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work
  if (signal.aborted) throw new AppError('cancelled', {})
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new AppError('cancelled', {}))
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
