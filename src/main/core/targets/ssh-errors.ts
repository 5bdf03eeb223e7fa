import { AppError } from '../error.ts'

export type SshPlace = {
  /** As it was given to ssh. */
  readonly destination: string
  /** Where it leads, by the ssh configuration. */
  readonly host: string
  readonly port: number
}

/** https://github.com/openssh/openssh-portable: sshconnect.c, readconf.c, packet.c. With exit code 255 these are ssh's own words. First match wins. */
const causes: readonly { readonly when: RegExp; readonly error: (match: RegExpExecArray, stderr: string, at: SshPlace) => AppError }[] = [
  {
    when: /^.*\bline \d+: .*$|^Bad owner or permissions on .*$/m,
    error: (match) => new AppError('ssh-configuration', { reason: match[0].trim().slice(0, 400) }),
  },
  {
    when: /Could not resolve hostname (\S+): /i,
    error: (match, _, at) => new AppError('ssh-name-unknown', { host: match[1] ?? at.host }),
  },
  {
    when: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    error: (_, stderr, at) => hostKeyChanged(stderr, at),
  },
  {
    when: /Host key verification failed|No \S+ host key is known for/i,
    error: (_, __, at) => hostKeyUnknown(at),
  },
  {
    when: /Permission denied \(([^)]*)\)/i,
    error: (match, _, at) => new AppError('ssh-auth-refused', { host: at.destination, methods: match[1] ?? null }),
  },
  {
    when: /Too many authentication failures/i,
    error: (_, __, at) => new AppError('ssh-auth-refused', { host: at.destination, methods: null }),
  },
  {
    when: /connect to host \S+ port \d+: (?:Connection|Operation) timed out|timed out during banner exchange|Connection to \S+ port \d+ timed out/i,
    error: (_, __, at) => new AppError('ssh-timeout', { host: at.destination }),
  },
  {
    when: /connect to (?:host|address) (\S+) port (\d+): (.*)/i,
    // It may be a host in between.
    error: ([, host, port, why], _, at) =>
      new AppError('ssh-unreachable', { host: at.destination, reason: `${why?.trim()} (${host}:${port})` }),
  },
]

/** A connection that was there and broke: last line of stderr. */
const broken =
  /^(?:Connection to \S+ closed by remote host\.|client_loop: send disconnect: .*|(?:Read|Write) from remote host .*|Connection (?:reset|closed) by .*|Timeout, server \S+ not responding\.|mux_client_request_session: .*|packet_write_(?:wait|poll): .*|Received disconnect from .*)$/i

/** Why ssh ended with 255 before anything ran. Pure. */
export function connectError(stderr: string, at: SshPlace, commandId: string): AppError {
  const known = knownError(stderr, at, commandId)
  if (known !== null) return known
  // The last line of a connection through another program says nothing.
  const reason = lastLine(stderr.replace(/\s*Connection closed by UNKNOWN port \d+\s*$/, '')) || 'exit code 255'
  return new AppError('ssh-failed', { host: at.destination, reason: reason.slice(0, 400) }, { commandId })
}

/** The same where a command may have run: null where nothing of it is ssh's. Pure. */
export function knownError(stderr: string, at: SshPlace, commandId: string): AppError | null {
  for (const { when, error } of causes) {
    const match = when.exec(stderr)
    if (match === null) continue
    const { code, facts } = error(match, stderr, at)
    return new AppError(code, facts, { commandId })
  }
  return null
}

export function brokenError(stderr: string, at: SshPlace, commandId: string): AppError | null {
  const last = lastLine(stderr)
  return broken.test(last) ? new AppError('ssh-lost', { host: at.destination, reason: last.slice(0, 400) }, { commandId }) : null
}

function hostKeyChanged(stderr: string, at: SshPlace): AppError {
  const file = /(?:Offending|Add correct).* (?:key )?in (.+?)(?::\d+)?(?: to get rid of this message\.)?$/m.exec(stderr)?.[1] ?? null
  const entry = at.port === 22 ? at.host : `[${at.host}]:${at.port}`
  return new AppError('ssh-host-key-changed', {
    host: at.destination,
    fingerprint: /(SHA256:[A-Za-z0-9+/=]+|MD5:[0-9a-f:]+)/.exec(stderr)?.[1] ?? null,
    file,
    command: `ssh-keygen -R '${entry}'${file === null ? '' : ` -f '${file}'`}`,
  })
}

function hostKeyUnknown(at: SshPlace): AppError {
  const port = at.port === 22 ? '' : `-p ${at.port} `
  return new AppError('ssh-host-key-unknown', {
    host: at.destination,
    command: `ssh-keyscan ${port}${at.host} | ssh-keygen -lf -`,
    connect: `ssh ${at.destination}`,
  })
}

const lastLine = (text: string) => text.trim().split('\n').at(-1)?.trim() ?? ''

/** `hostname` and `port` of `ssh -G DESTINATION`. Pure. */
export function parsePlace(destination: string, stdout: string): SshPlace {
  const value = (name: string) => new RegExp(`^${name} (.+)$`, 'm').exec(stdout)?.[1]?.trim()
  const plain = destination.replace(/^ssh:\/\//, '').replace(/^.*@/, '')
  return { destination, host: value('hostname') ?? plain, port: Number(value('port') ?? 22) || 22 }
}
